#include "tests/simulation/publish_check.hpp"

#include <algorithm>
#include <string>

#include "tests/simulation/complaint.hpp"
#include "tests/simulation/topics.hpp"

namespace fanfare::simulation {

std::uint64_t PublishCheck::begin(std::uint32_t client, MessageNumber message) {
  open_.emplace(++last_, Open{client, message});
  return last_;
}

PublishCheck::Open PublishCheck::take(std::uint64_t ticket) {
  const auto found = open_.find(ticket);
  if (found == open_.end()) throw Complaint("outcome", "publish " + std::to_string(ticket) + " had a second outcome");
  const auto open = found->second;
  open_.erase(found);
  return open;
}

void PublishCheck::acknowledged(std::uint64_t ticket, const Ack& ack) {
  const auto open = take(ticket);
  const auto& message = book_.at(open.message);
  const auto stream = home_of(message.topic);
  const auto fail = [&](const std::string& why) {
    throw Complaint("acknowledged", "message " + std::to_string(open.message) + ' ' + why);
  };
  if (ack.id != message.id) fail("was acknowledged under another id");
  if (stream == kEphemeral) {
    if (!ack.stream.empty()) fail("is in no stream and was acknowledged as stored");
    return;
  }
  if (ack.stream != kStreamNames.at(stream)) fail("was acknowledged in stream " + ack.stream);
  const auto& log = truth_.log(stream);
  const auto* entry = log.at(ack.position);
  if (entry == nullptr && ack.repeated && log.epochs > 1 && ack.position.epoch == log.epoch) {
    // A repeat names the present epoch, also where the first one is of an earlier one: docs/simulation.md, Known.
    for (const auto& one : log.entries) {
      if (!one.lost && one.message == open.message && one.position.sequence == ack.position.sequence) entry = &one;
    }
  }
  if (entry == nullptr) return fail("was acknowledged and is not stored");
  if (entry->message != open.message)
    fail("was acknowledged at the place of message " + std::to_string(entry->message));
}

void PublishCheck::failed(std::uint64_t ticket, const Error& error) {
  const auto open = take(ticket);
  const auto& message = book_.at(open.message);
  const auto fail = [&](const std::string& why) {
    throw Complaint("refused", "message " + std::to_string(open.message) + " failed with " +
                                   std::string(describe(error.code()).name) + why);
  };
  switch (error.code()) {
    case ErrorCode::outcome_unknown:
    case ErrorCode::storage_failed:
    case ErrorCode::closed:
      return;
    case ErrorCode::id_conflict:
      if (!message.conflicting) fail(", but its id is its own");
      return;
    case ErrorCode::not_sent:
    case ErrorCode::storage_full: {
      if (message.repeated || message.conflicting) return;
      const auto stream = home_of(message.topic);
      if (stream == kEphemeral) return;
      const auto& entries = truth_.log(stream).entries;
      // It would stand near the end.
      const auto last = entries.end() - static_cast<std::ptrdiff_t>(std::min<std::size_t>(entries.size(), 1'000));
      if (std::find_if(last, entries.end(), [&](const auto& one) { return one.message == open.message; }) !=
          entries.end()) {
        fail(", but it is stored");
      }
      return;
    }
    default:
      fail(", for which there is no reason");
  }
}

void PublishCheck::died(std::uint32_t client) {
  std::erase_if(open_, [&](const auto& entry) { return entry.second.client == client; });
}

void PublishCheck::complete() const {
  if (open_.empty()) return;
  const auto& [ticket, open] = *std::ranges::min_element(open_, {}, [](const auto& entry) { return entry.first; });
  throw Complaint("outcome", std::to_string(open_.size()) + " publishes have no outcome, the first of message " +
                                 std::to_string(open.message));
}

}  // namespace fanfare::simulation
