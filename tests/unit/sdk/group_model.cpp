#include "tests/unit/sdk/group_model.hpp"

namespace fanfare::session::test {

void GroupModel::connected(const std::string& hello, const protocol::Welcome& welcome) {
  if (link.greet(hello, welcome)) return;
  out_.clear();
  given_.clear();
  joined_ = false;
  uncommitted_.clear();
  free_.clear();
  data_.clear();
}

void GroupModel::received(const std::string& frame) {
  protocol::FrameReader reader(frame);
  while (const auto command = reader.next()) {
    if (link.take(*command)) take(*command);
  }
}

bool GroupModel::is_out(std::uint64_t sequence, std::uint16_t attempt) {
  if (!given_.contains({sequence, attempt})) ++strangers_;
  const auto found = out_.find(sequence);
  return found != out_.end() && found->second == attempt;
}

void GroupModel::take(const protocol::RawCommand& command) {
  const auto answer = [this](const auto& what) { protocol::append_command(uncommitted_.emplace_back(), what); };
  if (command.type == protocol::CommandType::join) {
    joined_ = true;
    return send(protocol::Ok{.request = protocol::decode<protocol::Join>(command.body).value().request,
                             .positions = {{1, {epoch_, 0}}}});
  }
  if (command.type == protocol::CommandType::ack) {
    const auto ack = protocol::decode<protocol::Ack>(command.body).value();
    protocol::Ok ok{.request = ack.request, .positions = {}};
    for (const auto& [sequence, attempt] : ack.entries) {
      if (is_out(sequence, attempt)) {
        out_.erase(sequence);
        finished_.insert(sequence);
      } else {
        ok.positions.push_back({1, {epoch_, sequence}});
      }
    }
    if (ok.positions.size() < ack.entries.size()) return answer(ok);
    return answer(
        protocol::Error{.request = ack.request, .command = protocol::CommandType::ack, .code = ErrorCode::stale});
  }
  if (command.type == protocol::CommandType::nack) {
    const auto nack = protocol::decode<protocol::Nack>(command.body).value();
    if (!is_out(nack.entry.sequence, nack.entry.attempt)) {
      return answer(
          protocol::Error{.request = nack.request, .command = protocol::CommandType::nack, .code = ErrorCode::stale});
    }
    take_back_behind(nack.entry.sequence, false);
    answer(protocol::Ok{.request = nack.request, .positions = {}});
  }
  if (command.type == protocol::CommandType::progress) {
    const auto progress = protocol::decode<protocol::Progress>(command.body).value();
    (void)is_out(progress.entry.sequence, progress.entry.attempt);
  }
}

void GroupModel::take_back_behind(std::uint64_t sequence, bool itself) {
  protocol::Revoke revoke{.handle = 1, .epoch = epoch_, .entries = {}};
  if (itself) revoke.entries.push_back({sequence, out_.at(sequence)});
  out_.erase(sequence);
  std::erase_if(out_, [&](const auto& entry) {
    if (entry.first < sequence || topic_of(entry.first) != topic_of(sequence)) return false;
    revoke.entries.push_back({entry.first, entry.second});
    return true;
  });
  if (revoke.entries.empty()) return;
  send(revoke);
  // Once more behind what it takes back, as the broker does for clients that do not keep what came early.
  std::string bytes;
  protocol::append_command(bytes, revoke);
  data_.push_back({++order_, std::move(bytes)});
}

void GroupModel::take_back_one() {
  if (out_.empty()) return;
  auto one = out_.begin();
  std::advance(one, static_cast<std::ptrdiff_t>(chance_() % out_.size()));
  take_back_behind(one->first, true);
}

void GroupModel::hand_out() {
  if (!joined_ || out_.size() > 20) return;
  protocol::Deliver deliver{.stream = 1, .kind = protocol::DeliveryKind::group, .handle = 1, .epoch = epoch_};
  std::string records;
  for (std::uint64_t sequence = 1; sequence <= head_ && deliver.count < 1 + chance_() % 5; ++sequence) {
    if (finished_.contains(sequence) || out_.contains(sequence)) continue;
    const auto attempt = ++attempts_[sequence];
    out_[sequence] = attempt;
    given_.insert({sequence, attempt});
    deliver.attempts.push_back(attempt);
    ++deliver.count;
    protocol::append_record(records, {.topic = topic_of(sequence), .sequence = sequence, .publisher = "local"}, 0, 0,
                            "m");
  }
  deliver.records = std::string_view(records);
  if (deliver.count > 0) send(deliver);
}

void GroupModel::commit() {
  for (const auto& answer : uncommitted_) free_.push_back({++order_, answer});
  uncommitted_.clear();
}

std::string GroupModel::take_frame() {
  if (link.has_frames()) return link.take_frame();
  // Free commands overtake deliveries, never the other way.
  const bool may_deliver = !data_.empty() && (free_.empty() || data_.front().order < free_.front().order);
  auto& way = free_.empty() || (may_deliver && chance_() % 2 == 0) ? data_ : free_;
  for (std::uint32_t topic = 1; topic <= kTopics; ++topic) link.needs(topic, "chat." + std::to_string(topic));
  link.send_bytes(std::move(way.front().command), true);
  way.pop_front();
  return link.take_frame();
}

}  // namespace fanfare::session::test
