#include "tests/bench/load/operations/make_operations.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace fanfare::load {
namespace {

struct Entry {
  std::string_view work;
  std::string_view system;
  MadeOperations (*make)(const Work&);
};

constexpr std::array kEntries{
    Entry{"durable", "bare-disk", bare_disk},
    Entry{"durable", "bare-journal", bare_journal},
    Entry{"durable", "fanfare-frames", fanfare_durable},
    Entry{"durable", "jetstream", jetstream_durable},
    Entry{"durable", "mqtt-qos1", mqtt_durable},
    Entry{"durable", "rabbitmq", rabbitmq_durable},
    Entry{"durable", "redis", redis_durable},
    Entry{"group", "fanfare-frames", fanfare_group},
    Entry{"group", "jetstream", jetstream_group},
    Entry{"group", "rabbitmq", rabbitmq_group},
    Entry{"request", "bare-zmq", bare_zmq},
    Entry{"request", "fanfare-frames", fanfare_request},
    Entry{"request", "nats", nats_request},
    Entry{"request", "rabbitmq", rabbitmq_request},
};

/// Each once, in order.
std::vector<std::string> names_of(std::string_view Entry::*name) {
  std::vector<std::string> names;
  for (const auto& entry : kEntries) names.emplace_back(entry.*name);
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

}  // namespace

MadeOperations make_operations(const Work& work) {
  for (const auto& entry : kEntries) {
    if (entry.work == work.work && entry.system == work.system) return entry.make(work);
  }
  return nullptr;
}

std::vector<std::string> operation_works() { return names_of(&Entry::work); }
std::vector<std::string> operation_systems() { return names_of(&Entry::system); }

}  // namespace fanfare::load
