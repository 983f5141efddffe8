// QoS 1 publishes for a persistent session that is away: mosquitto keeps them in memory, and in a file when it saves
// that by itself. Nothing is synced before a PUBACK.

#include <stdexcept>

#include "tests/bench/load/operations/make_operations.hpp"
#include "tests/bench/load/operations/mqtt_connection.hpp"
#include "tests/bench/load/operations/payload.hpp"

namespace fanfare::load {
namespace {

constexpr std::string_view kKeeper = "bench-keeper";
constexpr std::string_view kTopic = "bench/load";
constexpr std::uint64_t kPacketIds = 65'535;

class MqttDurable final : public Operations {
 public:
  explicit MqttDurable(const Work& work)
      : address_(work.addresses.at(0)),
        mqtt_((make_keeper(work.addresses.at(0)), work.addresses.at(0)), "bench-publisher", true) {
    append_mqtt_header(command_, 0x32, 2 + kTopic.size() + 2 + work.size);
    append_mqtt_text(command_, kTopic);
    id_at_ = command_.size();
    command_ += std::string(2, '\0') + make_payload(work.size);
  }

  bool start(std::uint64_t number) override {
    const auto id = packet_id(number);
    command_[id_at_] = static_cast<char>(id >> 8U);
    command_[id_at_ + 1] = static_cast<char>(id);
    set_number(command_.data() + id_at_ + 2, number);
    mqtt_.socket().send_small(command_);
    return true;
  }

  void advance(std::vector<Run>& done, Clock::time_point deadline) override {
    mqtt_.socket().flush();
    wait(mqtt_.socket(), deadline);
    mqtt_.socket().fill();
    const auto first = acknowledged_;
    while (const auto packet = mqtt_.next()) {
      // mosquitto answers in order [MQTT-4.6.0-2].
      if (packet->type != MqttConnection::Type::puback || mqtt_number(packet->body) != packet_id(acknowledged_)) {
        throw std::runtime_error("an unexpected packet of MQTT came");
      }
      ++acknowledged_;
    }
    if (acknowledged_ > first) done.push_back({first, acknowledged_ - first});
  }

  std::string disagreement(std::uint64_t started) override {
    MqttConnection keeper(address_, kKeeper, false);
    const auto deadline = Clock::now() + std::chrono::seconds(60);
    for (std::uint64_t kept = 0; kept < started;) {
      wait(keeper.socket(), deadline);
      keeper.socket().fill();
      while (const auto packet = keeper.next()) {
        const auto id_at = 2 + std::size_t{mqtt_number(packet->body)};
        if (packet->type != MqttConnection::Type::publish || packet->body.size() < id_at + 2) return "malformed";
        if (number_of(packet->body.substr(id_at + 2)) != kept)
          return "message " + std::to_string(kept) + " is not kept";
        ++kept;
        keeper.acknowledge(mqtt_number(packet->body.substr(id_at)));
      }
      keeper.socket().flush();
    }
    return "";
  }

 private:
  static void make_keeper(const std::string& address) {
    MqttConnection keeper(address, kKeeper, false);
    keeper.subscribe(kTopic);
    keeper.disconnect();
  }
  static std::uint16_t packet_id(std::uint64_t number) { return static_cast<std::uint16_t>(number % kPacketIds + 1); }

  std::string address_;
  MqttConnection mqtt_;
  std::string command_;
  std::size_t id_at_;
  std::uint64_t acknowledged_ = 0;
};

}  // namespace

MadeOperations mqtt_durable(const Work& work) { return std::make_unique<MqttDurable>(work); }

}  // namespace fanfare::load
