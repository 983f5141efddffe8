#include "frontends/websocket/hub/recovery.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace fanfare::frontends::websocket::hub {

Recovery::Recovery(std::uint64_t number, const Position& after, const RecoveryLimits& limits, Time now,
                   session::OnAnswer<session::Entered> done)
    : number_(number),
      after_(after),
      limits_(limits),
      until_(now + limits.time),
      done_(std::move(done)),
      reached_(after) {}

void Recovery::take(std::optional<Page> page) {
  if (state_ != State::kReading) return;
  if (!page || !page->recovered || page->through.epoch != after_.epoch) return lose();
  const auto before = reached_;
  reached_ = std::max(reached_, page->through);
  drop_what_was_read();
  for (auto& each : page->publications) {
    if (each.sequence <= before.sequence) continue;
    reached_.sequence = std::max(reached_.sequence, each.sequence);
    count(1, each.json.size());
    if (state_ == State::kLost) return;
    read_.push_back(std::move(each));
  }
  if (page->last) {
    state_ = State::kComplete;
  } else if (reached_ == before) {
    lose();  // else the same would be asked for ever
  }
}

void Recovery::keep(const Position& at, const protocol::Line& publication) {
  if (state_ != State::kReading) return;
  count(1, publication.size());
  if (state_ == State::kReading) kept_.push_back({at, publication});
}

void Recovery::expire(Time now) {
  if (state_ == State::kReading && now >= until_) lose();
}

/// One more than may be, so that too much is seen to be.
ReadBounds Recovery::left() const { return {limits_.count - count_ + 1, limits_.bytes - bytes_ + 1}; }

Position Recovery::last_until(const Position& end) const {
  Position last = after_;
  for (const auto& each : read_) {
    if (each.sequence <= end.sequence) last.sequence = each.sequence;
  }
  return last;
}

Recovery::End Recovery::end(const Position& head) && {
  if (state_ == State::kLost) return {{.position = head}, {}, head, std::move(done_)};
  End end{{.position = after_, .recovered = true, .replayed = std::move(read_)}, {}, reached_, std::move(done_)};
  if (end.entered.replayed.empty()) end.entered.position = reached_;
  for (auto& each : kept_) {
    end.position = each.at;
    end.then.push_back(std::move(each.publication));
  }
  return end;
}

/// Of what came meanwhile; it counts once.
void Recovery::drop_what_was_read() {
  const auto first_beyond = std::ranges::find_if(kept_, [&](const Kept& each) { return each.at > reached_; });
  for (auto each = kept_.begin(); each != first_beyond; ++each) {
    --count_;
    bytes_ -= each->publication.size();
  }
  kept_.erase(kept_.begin(), first_beyond);
}

void Recovery::count(std::size_t publications, std::size_t bytes) {
  count_ += publications;
  bytes_ += bytes;
  if (count_ > limits_.count || bytes_ > limits_.bytes) lose();
}

void Recovery::lose() {
  state_ = State::kLost;
  read_.clear();
  kept_.clear();
}

}  // namespace fanfare::frontends::websocket::hub
