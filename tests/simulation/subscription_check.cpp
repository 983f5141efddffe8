#include "tests/simulation/subscription_check.hpp"

#include <algorithm>

#include "tests/simulation/complaint.hpp"

namespace fanfare::simulation {
SubscriptionCheck::SubscriptionCheck(const Truth& truth, std::string name, Wish wish)
    : truth_(truth), name_(std::move(name)), wish_(wish), stream_(stream_of(wish.pattern)) {
  session_lost();
}

void SubscriptionCheck::complain(const char* rule, const std::string& text) const {
  throw Complaint(rule, name_ + " of " + std::string(kPatterns.at(wish_.pattern)) + ' ' + text);
}

bool SubscriptionCheck::touches(std::uint32_t stream) const {
  if (stream_ != kEphemeral) return stream == stream_;
  for (std::uint32_t i = 0; i < kTopics.size(); ++i) {
    if (home_of(i) == stream && matches(wish_.pattern, i)) return true;
  }
  return false;
}

void SubscriptionCheck::session_lost() {
  stands_ = false;
  catching_up_ = false;
  for (std::uint32_t i = 0; i < kStreams; ++i) {
    head_when_asked_.at(i) = truth_.log(i).head();
    first_when_asked_.at(i) = truth_.log(i).first;
  }
}

bool SubscriptionCheck::is_wanted(const Cursor& cursor, const LogEntry& entry) const {
  return entry.position > cursor.begin && entry.timestamp >= cursor.since && matches(wish_.pattern, entry.topic);
}

void SubscriptionCheck::account(std::uint32_t stream, std::size_t end) {
  auto& cursor = cursors_.at(stream);
  const auto& log = truth_.log(stream);
  auto& gaps = gaps_.at(stream);
  for (; cursor.next < end; ++cursor.next) {
    const auto& entry = log.entries[cursor.next];
    if (entry.lost || cursor.next < cursor.optional || !is_wanted(cursor, entry)) continue;
    const auto sequence = entry.position.sequence;
    if ((cursor.open_until || cursor.nameless_gap) && sequence < log.first) continue;
    if (std::ranges::any_of(gaps, [&](const Range& gap) { return gap.from <= sequence && sequence <= gap.to; }))
      continue;
    complain("missing", "lacks " + text_of(entry.position) + " (message " + std::to_string(entry.message) +
                            "), and no gap says so");
  }
  if (cursor.next == 0) return;
  const auto passed = log.entries[cursor.next - 1].position.sequence;
  std::erase_if(gaps, [&](const Range& gap) { return gap.to <= passed; });
}

void SubscriptionCheck::begin_first(Cursor& cursor, const Log& log, const Position& after) {
  using protocol::From;
  cursor.placed = true;
  cursor.begin = after;
  const auto asked = head_when_asked_.at(stream_);
  switch (wish_.from) {
    case From::now:
      if (after < asked || after > log.head()) complain("start", "begins at " + text_of(after) + " and not now");
      break;
    case From::all:
    case From::time:
      if (after != Position()) complain("start", "begins at " + text_of(after) + " and not with the first");
      if (wish_.from == From::time) cursor.since = wish_.time;
      cursor.open_until = 1;
      break;
    case From::after:
      if (wish_.start.epoch.is_nil()) {
        cursor.open_until = 1;
      } else if (after != wish_.start && after.epoch != log.epoch) {
        complain("start", "begins at " + text_of(after) + " and not after " + text_of(wish_.start));
      } else if (after > wish_.start && after > log.head()) {
        complain("start", "begins at " + text_of(after) + ", beyond the head");
      } else if (after != wish_.start && wish_.start <= asked && wish_.start.epoch == log.epoch) {
        complain("start", "begins at " + text_of(after) + " and not after " + text_of(wish_.start));
      }
      break;
    case From::at:
      if (after.sequence + 1 != std::max<std::uint64_t>(wish_.start.sequence, 1)) {
        complain("start", "begins at " + text_of(after) + " and not at " + text_of(wish_.start));
      }
      break;
  }
  cursor.next = after == Position() ? 0 : log.beyond(after);
}

void SubscriptionCheck::begun(const Position& after, bool recovered) {
  if (stream_ == kEphemeral) complain("start", "lies in no single stream and was told where it begins");
  auto& cursor = cursors_.at(stream_);
  const auto& log = truth_.log(stream_);
  if (!cursor.placed) {
    begin_first(cursor, log, after);
  } else if (!recovered && after < cursor.begin && after >= head_when_asked_.at(stream_)) {
    // It began at a sequence that the stream has not reached, lost its session, and is told that it begins earlier now.
    cursor.begin = after;
    cursor.next = log.beyond(after);
  } else if (after != Position()) {
    account(stream_, log.beyond(after));
  }
  if (recovered) {
    for (auto i = cursor.next; i < log.entries.size(); ++i) {
      const auto& entry = log.entries[i];
      if (entry.position.sequence >= first_when_asked_.at(stream_)) break;
      if (cursor.open_until || entry.lost || !is_wanted(cursor, entry)) continue;
      complain("recovered", "was told that nothing is missing, but " + text_of(entry.position) + " is not held");
    }
  }
  catching_up_ =
      has_registered_ ? after != Position() || wish_.from != protocol::From::now : wish_.from != protocol::From::now;
}

void SubscriptionCheck::registered() {
  stands_ = true;
  const bool again = std::exchange(has_registered_, true);
  if (stream_ != kEphemeral) return;
  for (std::uint32_t i = 0; i < kStreams; ++i) {
    auto& cursor = cursors_.at(i);
    if (!cursor.placed) cursor.next = truth_.log(i).beyond(head_when_asked_.at(i));
    cursor.placed = true;
    cursor.optional = truth_.log(i).entries.size();
  }
  owes_gap_ = again;
}

void SubscriptionCheck::message(std::uint32_t stream, const Position& position, std::uint32_t topic,
                                MessageNumber message) {
  if (!matches(wish_.pattern, topic)) complain("content", "got a message of " + std::string(kTopics.at(topic)));
  if (!stands_) complain("order", "got a message before it stood");
  if (owes_gap_) complain("silent", "has begun anew and no gap says so");
  if (stream == kEphemeral) return;
  auto& cursor = cursors_.at(stream);
  const auto& log = truth_.log(stream);
  const auto* entry = log.at(position);
  if (entry == nullptr || entry->message != message) {
    complain("commit", "was shown " + text_of(position) + ", which is not what was stored there");
  }
  const auto index = static_cast<std::size_t>(entry - log.entries.data());
  if (index < cursor.next || !is_wanted(cursor, *entry)) {
    complain("order",
             "got " + text_of(position) + " (message " + std::to_string(message) + ") again, or behind a later one");
  }
  account(stream, index);
  cursor.next = index + 1;
  cursor.open_until.reset();
  cursor.nameless_gap = false;
}

void SubscriptionCheck::gap(const Gap& gap) {
  owes_gap_ = false;
  if (gap.stream.empty()) {
    if (stream_ != kEphemeral) complain("gap", "was told of a gap outside streams");
    return;
  }
  const auto stream = static_cast<std::uint32_t>(std::ranges::find(kStreamNames, gap.stream) - kStreamNames.begin());
  if (stream >= kStreams || !touches(stream)) complain("gap", "was told of a gap in " + gap.stream);
  const auto& log = truth_.log(stream);
  auto& cursor = cursors_.at(stream);
  const auto text = " from " + text_of(gap.from) + " to " + text_of(gap.to);
  switch (gap.reason) {
    case GapReason::session_lost:
      if (stream_ != kEphemeral) complain("gap", "has a place in its stream and lost it with the session");
      break;
    case GapReason::overflow:
      // What was dropped before it began is told to all that stand by then.
      if (wish_.overflow != protocol::Overflow::drop_oldest && gap.to > cursor.begin &&
          log.beyond(gap.to) > cursor.optional) {
        complain("gap", "did not ask to drop anything and was told of an overflow" + text);
      }
      break;
    case GapReason::retention:
      if (gap.to.sequence >= log.first) complain("gap", "was told that what is held was removed" + text);
      break;
    case GapReason::epoch_changed:
      if (log.epochs == 1) complain("gap", "was told of another epoch, but there is one only");
      break;
    case GapReason::damaged:
      complain("gap", "was told of damage, and there is none");
  }
  if (gap.from.sequence > 0) {
    gaps_.at(stream).push_back({gap.from.sequence, gap.to.sequence});
  } else {
    cursor.nameless_gap = true;
  }
}

void SubscriptionCheck::caught_up(const Position& position) {
  if (stream_ == kEphemeral) complain("start", "lies in no single stream and has caught up");
  const auto& log = truth_.log(stream_);
  account(stream_, log.beyond(position));
  auto& cursor = cursors_.at(stream_);
  cursor.open_until.reset();
  cursor.nameless_gap = false;
  catching_up_ = false;
}

void SubscriptionCheck::complete() {
  if (!stands_) complain("stuck", "was not answered");
  if (catching_up_) complain("stuck", "has not caught up");
  if (owes_gap_) complain("silent", "has begun anew and no gap says so");
  for (std::uint32_t i = 0; i < kStreams; ++i) account(i, truth_.log(i).entries.size());
}

}  // namespace fanfare::simulation
