#pragma once
// As much of MQTT 3.1.1 (https://docs.oasis-open.org/mqtt/mqtt/v3.1.1/) as a load needs, on a bare connection. Owned by
// one thread.

#include <cstdint>
#include <optional>
#include <string_view>

#include "tests/bench/load/operations/wait.hpp"

namespace fanfare::load {

class MqttConnection {
 public:
  enum class Type : std::uint8_t { connack = 2, publish = 3, puback = 4, suback = 9 };
  struct Packet {
    Type type{};
    std::uint8_t flags = 0;
    std::string_view body;
  };

  /// Connected when it returns. A client without a clean session has what is kept for it under its name.
  MqttConnection(const std::string& address, std::string_view client, bool clean);

  /// With QoS 1; answered when it returns.
  void subscribe(std::string_view filter);
  void acknowledge(std::uint16_t packet_id);
  void disconnect();

  /// The next packet that has come, valid until something is received.
  [[nodiscard]] std::optional<Packet> next();
  /// The first packet that comes; throws when it is another, or none comes.
  [[nodiscard]] Packet expect(Type type);

  [[nodiscard]] StreamSocket& socket() { return stream_; }

 private:
  void send(std::uint8_t type_and_flags, std::string_view body);

  StreamSocket stream_;
};

/// The two bytes at the beginning of `bytes` as a number.
[[nodiscard]] std::uint16_t mqtt_number(std::string_view bytes);
void append_mqtt_number(std::string& out, std::uint16_t number);
void append_mqtt_text(std::string& out, std::string_view text);
/// The fixed header of a packet with so much behind it.
void append_mqtt_header(std::string& out, std::uint8_t type_and_flags, std::size_t size);

}  // namespace fanfare::load
