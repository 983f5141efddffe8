#pragma once
// The connection between one client and the broker: two pipes of frames that keep their order and are moved by the
// script. On the way each frame is looked at: neither side sends more data than the other has given credit for
// (PROTOCOL.md §6). Owned by its client.

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "broker/core/effects.hpp"

namespace fanfare::simulation {

class Link {
 public:
  /// A new connection, with nothing on its way.
  void open(broker::core::ConnectionId id);
  void close();

  [[nodiscard]] broker::core::ConnectionId id() const { return id_; }
  [[nodiscard]] bool is_open() const { return id_ != 0; }
  /// Cut, but a side has not noticed: what it sends goes nowhere.
  [[nodiscard]] bool is_dead() const { return dead_; }
  void die();

  /// Frames that are sent; each complains when it passes the credit of its side.
  void send_up(std::string frame);
  void send_down(broker::core::SharedFrame frame);

  [[nodiscard]] bool has_up() const { return !up_.empty(); }
  [[nodiscard]] bool has_down() const { return !down_.empty(); }
  /// The next frame arrives.
  std::string take_up();
  broker::core::SharedFrame take_down();

 private:
  /// What one side sends, by the credit that has reached it.
  struct Flow {
    std::uint64_t first = 0;  ///< limit
    std::uint64_t limit = 0;
    std::uint64_t bytes = 0;
    std::uint64_t counted = 0;    ///< commands of the session that were sent
    std::uint64_t received = 0;   ///< of these, as the other side said
    std::uint64_t last_data = 0;  ///< the count of the last that was data

    void send(std::string_view frame, bool from_client);
    void credit(std::string_view frame, bool to_client);
  };

  broker::core::ConnectionId id_ = 0;
  bool dead_ = false;
  std::deque<std::string> up_;
  std::deque<broker::core::SharedFrame> down_;
  Flow client_;
  Flow broker_;
};

}  // namespace fanfare::simulation
