#pragma once
// The systems this program can load, by name. Each has a source of its own. Any thread.

#include <memory>
#include <string>
#include <vector>

#include "tests/bench/load/endpoints.hpp"
#include "tests/bench/load/work.hpp"

namespace fanfare::load {

/// A system as `work.system` names it; throws when there is none of that name.
[[nodiscard]] std::unique_ptr<System> make_system(const Work& work);

[[nodiscard]] std::vector<std::string> system_names();

std::unique_ptr<System> make_fanfare_frames(const Work& work);
std::unique_ptr<System> make_mqtt_qos0(const Work& work);
std::unique_ptr<System> make_mqtt_qos1(const Work& work);
std::unique_ptr<System> make_nats(const Work& work);
std::unique_ptr<System> make_redis(const Work& work);
std::unique_ptr<System> make_zmq_proxy(const Work& work);
std::unique_ptr<System> make_zmq_proxy_frames(const Work& work);

}  // namespace fanfare::load
