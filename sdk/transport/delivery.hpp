#pragma once
// The messages of one received frame on their way to handlers: the frame itself and what its records mean. Filled by
// the I/O thread, then handed over to the dispatcher, which runs it once.

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>
#include <zmq.hpp>

#include "sdk/session/events.hpp"
#include "sdk/transport/delivered.hpp"
#include "sdk/transport/registration.hpp"

namespace fanfare::transport {

/// A frame and the names its messages point to; alive as long as a Message of it is.
struct HeldFrame {
  zmq::message_t frame;
  std::vector<std::shared_ptr<const session::TopicName>> names;

  /// While the frame is read: `topic` lives as long as the frame.
  void keep(const std::shared_ptr<const session::TopicName>& topic) {
    if (names.empty() || names.back() != topic) names.push_back(topic);
  }
};

class Delivery {
 public:
  /// Records that lie behind each other in the frame and are for the same handler.
  struct Run {
    std::string_view records;
    const session::TopicName* topic;
    Uuid epoch;
    Registration* registration = nullptr;
    std::uint16_t attempt = 1;
    std::shared_ptr<Delivered> delivered = {};  ///< of a group's message; it is a run of its own
  };

  explicit Delivery(std::shared_ptr<HeldFrame> held) : held_(std::move(held)) {}

  /// A message of a subscription.
  void add(const session::Arrival& arrival, const std::shared_ptr<Registration>& registration);
  /// `data`: the delivery it came in; 0 when that has been counted as handled. The run's frame is this one's.
  void add(Run run, const std::shared_ptr<Registration>& registration, session::DataIndex data);
  /// A message that nobody wants any more.
  void count(session::DataIndex data) { last_data_ = data; }

  /// Calls the handlers. Once.
  void run(Core& core);

 private:
  void run(Core& core, Run& run, Message& message) const;
  void hand_over(Core& core, Run& run, const protocol::Record& record, Message& message) const;

  std::shared_ptr<HeldFrame> held_;
  std::vector<std::shared_ptr<Registration>> registrations_;
  std::vector<Run> runs_;
  session::DataIndex last_data_ = 0;  ///< the last delivery it holds messages of
};

}  // namespace fanfare::transport
