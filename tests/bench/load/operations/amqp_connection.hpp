#pragma once
// As much of AMQP 0-9-1 (https://www.rabbitmq.com/resources/specs/amqp0-9-1.pdf) as a load needs, on a bare connection
// with one channel. Owned by one thread.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tests/bench/load/operations/wait.hpp"

namespace fanfare::load {

/// Class and method as they stand in a method frame.
enum class AmqpMethod : std::uint32_t {
  connection_start = 10U << 16U | 10,
  connection_start_ok = 10U << 16U | 11,
  connection_tune = 10U << 16U | 30,
  connection_tune_ok = 10U << 16U | 31,
  connection_open = 10U << 16U | 40,
  connection_open_ok = 10U << 16U | 41,
  channel_open = 20U << 16U | 10,
  channel_open_ok = 20U << 16U | 11,
  queue_declare = 50U << 16U | 10,
  queue_declare_ok = 50U << 16U | 11,
  basic_qos = 60U << 16U | 10,
  basic_qos_ok = 60U << 16U | 11,
  basic_consume = 60U << 16U | 20,
  basic_consume_ok = 60U << 16U | 21,
  basic_publish = 60U << 16U | 40,
  basic_deliver = 60U << 16U | 60,
  basic_ack = 60U << 16U | 80,
  confirm_select = 85U << 16U | 10,
  confirm_select_ok = 85U << 16U | 11,
};

/// The arguments of a method from its parts, big-endian.
class AmqpFields {
 public:
  AmqpFields& u8(std::uint8_t value) { return number(value, 1); }
  AmqpFields& u16(std::uint16_t value) { return number(value, 2); }
  AmqpFields& u32(std::uint32_t value) { return number(value, 4); }
  AmqpFields& u64(std::uint64_t value) { return number(value, 8); }
  AmqpFields& short_text(std::string_view text);
  AmqpFields& long_text(std::string_view text);
  [[nodiscard]] const std::string& bytes() const { return bytes_; }

 private:
  AmqpFields& number(std::uint64_t value, unsigned size);
  std::string bytes_;
};

/// Reads them again; what does not fit throws.
class AmqpReader {
 public:
  explicit AmqpReader(std::string_view bytes) : rest_(bytes) {}
  std::uint8_t u8() { return static_cast<std::uint8_t>(number(1)); }
  std::uint32_t u32() { return static_cast<std::uint32_t>(number(4)); }
  std::uint64_t u64() { return number(8); }
  std::uint16_t u16() { return static_cast<std::uint16_t>(number(2)); }
  std::string_view short_text() { return take(u8()); }

 private:
  std::string_view take(std::size_t size);
  std::uint64_t number(unsigned size);
  std::string_view rest_;
};

class AmqpConnection {
 public:
  struct Message {
    AmqpMethod method{};
    std::string_view arguments;
    std::string_view properties;  ///< of basic_deliver: its header frame behind the size
    std::string_view body;
  };

  /// As guest, with a channel open when it returns.
  explicit AmqpConnection(const std::string& address);

  /// A durable classic queue, not only of this connection; returns how many messages are ready in it.
  std::uint32_t declare_queue(std::string_view name);
  /// From now on publishes are confirmed: 1, 2, 3 …
  void confirm();
  /// So many messages may be under way to each consumer of this connection that is made from now on.
  void set_prefetch(std::uint16_t prefetch);
  /// With `prefetch` messages under way at most; 0: no acknowledgements are expected.
  void consume(std::string_view queue, std::uint16_t prefetch);

  /// Appends a method frame. Nothing is waited for.
  void send(AmqpMethod method, const AmqpFields& fields);
  /// The three frames of a message for `queue`: `properties` begin with their flags.
  static std::string publish_frames(std::string_view queue, const AmqpFields& properties, std::string_view body);
  void acknowledge(std::uint64_t delivery_tag);

  /// The next method that has come, with its content if it has one; valid until something is received. Throws when the
  /// server closes the channel or connection.
  [[nodiscard]] std::optional<Message> next();

  [[nodiscard]] StreamSocket& socket() { return stream_; }

 private:
  struct Frame {
    std::uint8_t type = 0;
    std::string_view payload;
    std::size_t size = 0;
  };
  [[nodiscard]] static std::optional<Frame> frame_at(std::string_view bytes);
  Message call(AmqpMethod method, const AmqpFields& fields, AmqpMethod answer);
  Message expect(AmqpMethod method);

  StreamSocket stream_;
};

}  // namespace fanfare::load
