#pragma once
// Reads the records of a batch, as DELIVER and PAGE carry them, each with the topic behind its number. A pure function;
// the session's thread.

#include <cstdint>
#include <string_view>

#include "protocol/record.hpp"
#include "sdk/session/broker_topics.hpp"

namespace fanfare::session {

/// Calls `take` with each record, its topic and its bytes. False when the bytes are not exactly `count` records, or one
/// has a topic that was not announced.
template <class Take>
[[nodiscard]] bool for_each_record(std::string_view records, std::uint32_t count, protocol::StreamNumber stream,
                                   BrokerTopics& topics, const Registrations& registrations, Take&& take) {
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto rest = records;
    const auto record = protocol::next_record(records);
    if (!record) return false;
    const auto* topic = topics.find(stream, record->topic, registrations);
    if (topic == nullptr) return false;
    take(*record, *topic, rest.substr(0, rest.size() - records.size()));
  }
  return records.empty();
}

}  // namespace fanfare::session
