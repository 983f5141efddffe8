#pragma once
// The hub's topics as subscriptions at the broker, and what was missed of them read back. Handlers run on the SDK's
// dispatcher thread, encode what came once for all and hand it over; everything else is the I/O thread's. The client,
// the handover and the hub outlive it.

#include <fanfare/client.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>

#include "frontends/websocket/broker/handover.hpp"
#include "frontends/websocket/hub/hub.hpp"
#include "frontends/websocket/hub/topic_source.hpp"
#include "runtime/logging/logger.hpp"
#include "runtime/metrics/metrics.hpp"

namespace fanfare::frontends::websocket::broker {

class BrokerTopics final : public hub::TopicSource {
 public:
  BrokerTopics(Client& client, Handover& handover, runtime::Logger& log, runtime::Metrics& metrics);

  /// Before the first open().
  void attach(hub::Hub& hub) { hub_ = &hub; }

  void open(const std::string& topic) override;
  void close(const std::string& topic) override;
  void read(const std::string& topic, const Position& after, const hub::ReadBounds& bounds, hub::OnPage done) override;

 private:
  struct Open {
    std::uint64_t number = 0;  ///< tells it from an earlier one of the same topic
    Subscription subscription;
  };

  void arrived(const std::string& topic, std::uint64_t number, const Message& message);
  std::optional<hub::Page> page_of(const std::string& topic, const Outcome<Fetched>& outcome);
  void tell_unreadable(const Message& message);
  SubscribeOptions options(const std::string& topic, std::uint64_t number);
  Handover::Work if_open(const std::string& topic, std::uint64_t number, std::function<void(hub::Hub&)> work);

  Client& client_;
  Handover& handover_;
  runtime::Logger& log_;
  runtime::Counter unreadable_;
  runtime::Counter overflows_;
  hub::Hub* hub_ = nullptr;
  std::unordered_map<std::string, Open> open_;
  std::uint64_t last_number_ = 0;
};

}  // namespace fanfare::frontends::websocket::broker
