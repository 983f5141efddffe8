#pragma once
// The numbers the broker gives to topics (PROTOCOL.md §7), each with the subscriptions that want it, matched once and
// kept until one changes: delivering a message compares no strings. Owned by the session; one thread.

#include <cstdint>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "protocol/commands.hpp"
#include "sdk/session/events.hpp"
#include "sdk/session/registrations.hpp"

namespace fanfare::session {

struct BrokerTopic {
  std::shared_ptr<const TopicName> name;
  std::vector<Registration*> subscribers = {};
  std::uint64_t matched_at = 0;  ///< the version of the registrations `subscribers` is from
};

class BrokerTopics {
 public:
  /// False when the broker announces more than a client has to remember.
  [[nodiscard]] bool announce(const protocol::Topic& topic, std::string_view stream_name);
  void forget(const protocol::Forget& forget);
  void clear();

  /// Null when the number was not announced. Its subscribers are up to date.
  [[nodiscard]] BrokerTopic* find(protocol::StreamNumber stream, std::uint32_t number,
                                  const Registrations& registrations);

 private:
  std::unordered_map<std::uint64_t, BrokerTopic> topics_;
  // Messages of a topic tend to come together.
  std::uint64_t last_key_ = 0;
  BrokerTopic* last_ = nullptr;
};

}  // namespace fanfare::session
