#include "tests/integration/sdk/scripted_group.hpp"

#include "protocol/record.hpp"

namespace fanfare::test {
namespace {

std::string text_of(const protocol::AckEntry& entry) {
  return std::to_string(entry.sequence) + '/' + std::to_string(entry.attempt);
}

}  // namespace

std::vector<std::string> ScriptedGroup::said() const {
  const std::lock_guard lock(mutex_);
  return said_;
}

void ScriptedGroup::note(std::string what) {
  const std::lock_guard lock(mutex_);
  said_.push_back(std::move(what));
}

bool ScriptedGroup::take(const protocol::RawCommand& command, std::string& reply) {
  using protocol::CommandType;
  switch (command.type) {
    case CommandType::join:
      join(protocol::decode<protocol::Join>(command.body).value(), reply);
      return true;
    case CommandType::ack:
      ack(protocol::decode<protocol::Ack>(command.body).value(), reply);
      return true;
    case CommandType::nack:
      nack(protocol::decode<protocol::Nack>(command.body).value(), reply);
      return true;
    case CommandType::progress:
      note("progress " + text_of(protocol::decode<protocol::Progress>(command.body).value().entry));
      return true;
    case CommandType::leave:
      note("leave");
      out_.clear();
      protocol::append_command(
          reply,
          protocol::Ok{.request = protocol::decode<protocol::Leave>(command.body).value().request, .positions = {}});
      return true;
    default:
      return false;
  }
}

void ScriptedGroup::join(const protocol::Join& join, std::string& reply) {
  note("join " + std::string(join.group));
  handle_ = join.handle;
  out_.clear();
  protocol::append_command(reply, protocol::Ok{.request = join.request, .positions = {}});
  if (join.order == protocol::GroupOrder::exclusive) {
    protocol::append_command(reply, protocol::Role{.handle = handle_, .role = protocol::RoleKind::active, .term = 1});
  }
  hand_out(reply);
}

void ScriptedGroup::hand_out(std::string& reply) {
  for (std::uint64_t sequence = 1; sequence <= payloads_.size(); ++sequence) {
    if (done_[sequence] || out_.contains(sequence)) continue;
    const auto attempt = ++attempts_[sequence];
    out_[sequence] = attempt;
    std::string record;
    protocol::append_record(record, {.topic = topic_, .sequence = sequence, .publisher = "local"}, 0, 0,
                            payloads_[sequence - 1]);
    protocol::append_command(reply, protocol::Deliver{.stream = 1,
                                                      .kind = protocol::DeliveryKind::group,
                                                      .handle = handle_,
                                                      .epoch = epoch_,
                                                      .through = 0,
                                                      .count = 1,
                                                      .attempts = {attempt},
                                                      .records = std::string_view(record)});
  }
}

void ScriptedGroup::take_back(std::uint64_t sequence, std::string& reply) {
  protocol::Revoke revoke{.handle = handle_, .epoch = epoch_, .entries = {}};
  std::erase_if(out_, [&](const auto& entry) {
    if (entry.first < sequence) return false;
    if (entry.first > sequence) revoke.entries.push_back({entry.first, entry.second});
    return true;
  });
  if (!revoke.entries.empty()) protocol::append_command(reply, revoke);
}

void ScriptedGroup::ack(const protocol::Ack& ack, std::string& reply) {
  protocol::Ok ok{.request = ack.request, .positions = {}};
  for (const auto& entry : ack.entries) {
    note("ack " + text_of(entry));
    const auto found = out_.find(entry.sequence);
    if (found != out_.end() && found->second == entry.attempt) {
      done_[entry.sequence] = true;
      out_.erase(found);
    } else {
      ok.positions.push_back({1, {epoch_, entry.sequence}});
    }
  }
  protocol::append_command(reply, ok);
}

void ScriptedGroup::nack(const protocol::Nack& nack, std::string& reply) {
  note(nack.kind == protocol::NackKind::failed
           ? "failed " + text_of(nack.entry) + ' ' + std::string(nack.reason)
           : "deferred " + text_of(nack.entry) + ' ' + std::to_string(nack.delay_ms));
  const auto found = out_.find(nack.entry.sequence);
  if (found == out_.end() || found->second != nack.entry.attempt) {
    return protocol::append_command(
        reply,
        protocol::Error{.request = nack.request, .command = protocol::CommandType::nack, .code = ErrorCode::stale});
  }
  take_back(nack.entry.sequence, reply);
  protocol::append_command(reply, protocol::Ok{.request = nack.request, .positions = {}});
  hand_out(reply);
}

}  // namespace fanfare::test
