#include "tests/bench/load/operations/mqtt_connection.hpp"

#include <stdexcept>
#include <string>

namespace fanfare::load {

std::uint16_t mqtt_number(std::string_view bytes) {
  if (bytes.size() < 2) throw std::runtime_error("a packet of MQTT that is too short came");
  return static_cast<std::uint16_t>(static_cast<unsigned char>(bytes[0]) << 8U | static_cast<unsigned char>(bytes[1]));
}

void append_mqtt_number(std::string& out, std::uint16_t number) {
  out += static_cast<char>(number >> 8U);
  out += static_cast<char>(number);
}

void append_mqtt_text(std::string& out, std::string_view text) {
  append_mqtt_number(out, static_cast<std::uint16_t>(text.size()));
  out += text;
}

void append_mqtt_header(std::string& out, std::uint8_t type_and_flags, std::size_t size) {
  out += static_cast<char>(type_and_flags);
  for (; size >= 0x80; size >>= 7U) out += static_cast<char>(size | 0x80U);
  out += static_cast<char>(size);
}

MqttConnection::MqttConnection(const std::string& address, std::string_view client, bool clean) : stream_(address) {
  std::string body;
  append_mqtt_text(body, "MQTT");
  body += '\x04';                   // the protocol's level
  body += clean ? '\x02' : '\x00';  // connect flags
  append_mqtt_number(body, 0);      // no keep-alive
  append_mqtt_text(body, client);
  send(0x10, body);
  const auto answer = expect(Type::connack);
  if (answer.body.size() != 2 || answer.body[1] != 0) throw std::runtime_error("the MQTT server refused the client");
}

void MqttConnection::send(std::uint8_t type_and_flags, std::string_view body) {
  std::string header;
  append_mqtt_header(header, type_and_flags, body.size());
  stream_.send_small(header);
  stream_.send_small(body);
}

void MqttConnection::subscribe(std::string_view filter) {
  std::string body;
  append_mqtt_number(body, 1);
  append_mqtt_text(body, filter);
  body += '\x01';
  send(0x82, body);
  const auto answer = expect(Type::suback);
  if (answer.body.size() != 3 || answer.body[2] != 1) throw std::runtime_error("the MQTT server refused to subscribe");
}

void MqttConnection::acknowledge(std::uint16_t packet_id) {
  std::string body;
  append_mqtt_number(body, packet_id);
  send(0x40, body);
}

void MqttConnection::disconnect() {
  send(0xE0, {});
  stream_.flush();
}

std::optional<MqttConnection::Packet> MqttConnection::next() {
  const auto in = stream_.input();
  std::size_t size = 0;
  std::size_t at = 1;
  for (unsigned shift = 0;; shift += 7, ++at) {
    if (at >= in.size()) return std::nullopt;
    if (at > 4) throw std::runtime_error("a malformed packet of MQTT came");
    const auto byte = static_cast<unsigned char>(in[at]);
    size |= std::size_t{byte & 0x7FU} << shift;
    if (byte < 0x80) break;
  }
  ++at;
  if (size > in.size() - at) return std::nullopt;
  stream_.consume(at + size);
  const auto first = static_cast<unsigned char>(in[0]);
  return Packet{.type = static_cast<Type>(first >> 4U),
                .flags = static_cast<std::uint8_t>(first & 0x0FU),
                .body = in.substr(at, size)};
}

MqttConnection::Packet MqttConnection::expect(Type type) {
  stream_.flush();
  for (const auto deadline = Clock::now() + std::chrono::seconds(10);;) {
    if (const auto packet = next()) {
      if (packet->type != type) throw std::runtime_error("an unexpected packet of MQTT came");
      return *packet;
    }
    wait(stream_, deadline);
    stream_.fill();
  }
}

}  // namespace fanfare::load
