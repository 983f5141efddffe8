#include "tests/bench/load/systems.hpp"

#include <array>
#include <stdexcept>
#include <string_view>

namespace fanfare::load {
namespace {

struct Entry {
  std::string_view name;
  std::unique_ptr<System> (*make)(const Work&);
};

constexpr std::array kSystems{
    Entry{"fanfare-frames", make_fanfare_frames},
    Entry{"mqtt-qos0", make_mqtt_qos0},
    Entry{"mqtt-qos1", make_mqtt_qos1},
    Entry{"nats", make_nats},
    Entry{"redis", make_redis},
    Entry{"zmq-proxy", make_zmq_proxy},
    Entry{"zmq-proxy-frames", make_zmq_proxy_frames},
};

}  // namespace

std::unique_ptr<System> make_system(const Work& work) {
  for (const auto& entry : kSystems) {
    if (entry.name == work.system) return entry.make(work);
  }
  throw std::runtime_error("no system is called " + work.system);
}

std::vector<std::string> system_names() {
  std::vector<std::string> names;
  for (const auto& entry : kSystems) names.emplace_back(entry.name);
  return names;
}

}  // namespace fanfare::load
