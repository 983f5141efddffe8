// MQTT 3.1.1 over a plain socket, QoS 0 and 1. https://docs.oasis-open.org/mqtt/mqtt/v3.1.1/mqtt-v3.1.1.html

#include <algorithm>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

#include "tests/bench/load/message_block.hpp"
#include "tests/bench/load/patterns.hpp"
#include "tests/bench/load/stream_socket.hpp"
#include "tests/bench/load/systems.hpp"

namespace fanfare::load {
namespace {

using namespace std::chrono_literals;

constexpr auto kPatience = 5s;
constexpr Spelling kSpelling{"bench/load", {"bench/load", "bench/+", "bench/#", "+/load"}, "own/"};

// The first byte of a packet (§2.2), QoS left out.
constexpr unsigned char kConnect = 0x10;
constexpr unsigned char kConnack = 0x20;
constexpr unsigned char kPublish = 0x30;
constexpr unsigned char kPuback = 0x40;
constexpr unsigned char kSubscribe = 0x82;
constexpr unsigned char kSuback = 0x90;
constexpr std::size_t kIdSize = 2;

std::string big_endian(std::size_t value) {
  return {static_cast<char>((value >> 8U) & 0xFFU), static_cast<char>(value & 0xFFU)};
}

std::string text(std::string_view value) { return big_endian(value.size()).append(value); }

/// §2.2.3: seven bits a byte, the least first.
std::string packet_head(unsigned char type, std::size_t remaining) {
  std::string head(1, static_cast<char>(type));
  do {
    const auto more = remaining >= 128 ? 0x80U : 0U;
    head.push_back(static_cast<char>((remaining & 0x7FU) | more));
    remaining >>= 7U;
  } while (remaining > 0);
  return head;
}

std::string packet(unsigned char type, const std::string& body) { return packet_head(type, body.size()) + body; }

struct Packet {
  unsigned char type = 0;
  std::string_view body;
  std::size_t size = 0;
};

/// The first packet of `input` if it has come whole.
std::optional<Packet> first_packet(std::string_view input) {
  std::size_t remaining = 0;
  for (std::size_t index = 1; index < 5 && index < input.size(); ++index) {
    const auto byte = static_cast<unsigned char>(input[index]);
    remaining |= static_cast<std::size_t>(byte & 0x7FU) << (7 * (index - 1));
    if ((byte & 0x80U) != 0) continue;
    if (input.size() < index + 1 + remaining) return std::nullopt;
    return Packet{static_cast<unsigned char>(input[0]), input.substr(index + 1, remaining), index + 1 + remaining};
  }
  if (input.size() >= 5) throw std::runtime_error("a packet's length is malformed");
  return std::nullopt;
}

class MqttConnection {
 public:
  MqttConnection(const std::string& address, const std::string& name) : socket_(address) {
    constexpr char kCleanSession = 0x02;
    socket_.send_small(packet(kConnect, text("MQTT") + char{4} + kCleanSession + big_endian(600) + text(name)));
    expect(kConnack);
  }

  StreamSocket& socket() { return socket_; }
  [[nodiscard]] const StreamSocket& socket() const { return socket_; }

  /// Waits for the answer of that type; the byte of its body's end says what was wrong, 0x80 and CONNACK's codes.
  void expect(unsigned char type) {
    socket_.wait_for(
        [&] {
          const auto answer = first_packet(socket_.input());
          if (!answer) return false;
          const auto code = answer->body.empty() ? 0xFF : static_cast<unsigned char>(answer->body.back());
          if (answer->type != type || code > 2 || (type == kConnack && code != 0)) {
            throw std::runtime_error("the MQTT server refuses");
          }
          socket_.consume(answer->size);
          return true;
        },
        kPatience);
  }

 private:
  StreamSocket socket_;
};

class MqttPublisher final : public Publisher {
 public:
  MqttPublisher(const Work& work, unsigned qos)
      : connection_(work.addresses.at(0), "publisher"), qos_(qos), block_(make_block(work, qos)) {}

  std::uint64_t publish(std::uint64_t first, std::uint64_t count) override {
    if (!connection_.socket().is_idle()) return 0;
    const auto taken = std::min(count, block_.capacity());
    const auto bytes = block_.stamp(first, taken);
    for (std::uint64_t index = 0; qos_ > 0 && index < taken; ++index) {
      id_ = id_ == 0xFFFF ? 1 : id_ + 1;  // ids come round long after they were acknowledged: see kMostUnderWay
      const auto id = big_endian(id_);
      std::ranges::copy(id, block_.message(index) + id_at_);
    }
    connection_.socket().send_block(bytes);
    sent_ += taken;
    return taken;
  }

  void progress() override {
    connection_.socket().flush();
    if (!connection_.socket().fill()) return;
    while (const auto answer = first_packet(connection_.socket().input())) {
      if (answer->type == kPuback) ++acknowledged_;
      connection_.socket().consume(answer->size);
    }
  }

  [[nodiscard]] std::uint64_t acknowledged() const override { return qos_ > 0 ? acknowledged_ : sent_; }
  [[nodiscard]] zmq_pollitem_t interest() const override { return connection_.socket().interest(); }

 private:
  MessageBlock make_block(const Work& work, unsigned qos) {
    const auto body = text(kSpelling.topic) + (qos > 0 ? big_endian(0) : "");
    auto head = packet_head(static_cast<unsigned char>(kPublish | (qos << 1U)), body.size() + work.size) + body;
    id_at_ = head.size() - kIdSize;
    return {{.head = std::move(head)}, work.size, work.messages_of_a_frame()};
  }

  MqttConnection connection_;
  unsigned qos_;
  std::size_t id_at_ = 0;
  MessageBlock block_;
  std::size_t id_ = 0;
  std::uint64_t sent_ = 0;
  std::uint64_t acknowledged_ = 0;
};

class MqttSubscriber final : public Subscriber {
 public:
  MqttSubscriber(const Work& work, std::size_t index, unsigned qos)
      : connection_(work.addresses.at(0), "subscriber-" + std::to_string(index)) {
    auto body = big_endian(1);
    for (const auto& pattern : patterns_of(kSpelling, index, work.different_patterns)) {
      body += text(pattern) + static_cast<char>(qos);
    }
    connection_.socket().send_small(packet(kSubscribe, body));
    connection_.expect(kSuback);
  }

  void receive(Inbox& inbox) override {
    auto& socket = connection_.socket();
    while (socket.fill()) {
      while (const auto packet = first_packet(socket.input())) {
        if ((packet->type & 0xF0U) == kPublish) take_message(*packet, inbox);
        socket.consume(packet->size);
      }
      if (socket.is_drained()) break;
    }
    socket.flush();
  }

  [[nodiscard]] zmq_pollitem_t interest() const override { return connection_.socket().interest(); }

 private:
  void take_message(const Packet& packet, Inbox& inbox) {
    const bool acknowledged = (packet.type & 0x06U) != 0;
    const auto head = kIdSize + kSpelling.topic.size() + (acknowledged ? kIdSize : 0);
    if (packet.body.size() < head) throw std::runtime_error("a PUBLISH is too short");
    if (acknowledged) {
      constexpr char kAnswer[] = {kPuback, kIdSize};
      connection_.socket().send_small({kAnswer, sizeof kAnswer});
      connection_.socket().send_small(packet.body.substr(head - kIdSize, kIdSize));
    }
    inbox.take(packet.body.substr(head));
  }

  MqttConnection connection_;
};

class Mqtt final : public System {
 public:
  Mqtt(const Work& work, unsigned qos) : work_(work), qos_(qos) {
    if (qos > 0 && work.in_flight_messages() > kMostUnderWay) {
      throw std::runtime_error("MQTT has not enough packet ids for so many messages under way");
    }
  }
  std::unique_ptr<Publisher> publisher() override { return std::make_unique<MqttPublisher>(work_, qos_); }
  std::unique_ptr<Subscriber> subscriber(std::size_t index) override {
    return std::make_unique<MqttSubscriber>(work_, index, qos_);
  }

 private:
  static constexpr std::uint64_t kMostUnderWay = 60'000;

  Work work_;
  unsigned qos_;
};

}  // namespace

std::unique_ptr<System> make_mqtt_qos0(const Work& work) { return std::make_unique<Mqtt>(work, 0); }
std::unique_ptr<System> make_mqtt_qos1(const Work& work) { return std::make_unique<Mqtt>(work, 1); }

}  // namespace fanfare::load
