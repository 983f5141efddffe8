#pragma once
// One session of a scale measurement, in frames and without a thread of its own, so that a thousand of them are cheap:
// subscribes, publishes within its credit, counts what comes and confirms it. PROTOCOL.md §§2, 3, 6. One thread.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include <zmq.hpp>

#include "protocol/frame.hpp"

namespace fanfare::bench {

class Peer {
 public:
  /// Has a session when it returns. Throws when there is none in time, as all that waits here.
  Peer(zmq::context_t& context, const std::string& address);

  /// The broker has them when it returns.
  void subscribe(std::span<const std::string> patterns);

  /// Names topics by the numbers from 0 on, at most 65,536.
  void announce(std::span<const std::string> topics);

  /// Sends up to `most` messages of `payload` in one frame, as there is credit for, to the topics from number `first`
  /// on and round again; how many. With `ids` each has an id, as those of the SDK.
  std::uint32_t publish(std::uint32_t first, std::uint32_t most, std::uint32_t topics, std::string_view payload,
                        bool ids);

  /// Takes what has come, and confirms it once it is much.
  void receive();
  /// Confirms all that was taken, as before a sleep.
  void confirm();
  /// A sign of life; the broker has answered when it returns.
  void ping();

  [[nodiscard]] std::uint64_t published() const { return published_; }
  [[nodiscard]] std::uint64_t acknowledged() const { return acknowledged_; }
  [[nodiscard]] std::uint64_t delivered() const { return delivered_; }
  [[nodiscard]] zmq::pollitem_t interest() { return {socket_.handle(), 0, ZMQ_POLLIN, 0}; }

 private:
  void handle(const protocol::RawCommand& command);
  void give_credit();
  void send(std::string_view frame);
  template <class Condition>
  void wait_until(const char* what, Condition condition);

  zmq::socket_t socket_;
  std::string frame_;
  bool welcomed_ = false;
  std::uint64_t request_ = 0;
  std::uint64_t oks_ = 0;
  std::uint64_t pongs_ = 0;
  std::uint64_t published_ = 0;
  std::uint64_t acknowledged_ = 0;
  std::uint64_t delivered_ = 0;
  std::uint64_t sent_ = 0;  // bytes of data commands
  std::uint64_t limit_ = 0;
  std::uint64_t received_ = 0;  // counted commands
  std::uint64_t handled_ = 0;   // bytes of data commands
  std::uint64_t unconfirmed_ = 0;
  std::uint64_t last_id_ = 0;
  std::uint64_t number_ = 0;  // of this session in this process, for its ids
};

}  // namespace fanfare::bench
