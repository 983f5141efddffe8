#pragma once
// What the core is told at start: limits, times, streams. Plain data, already checked.

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <fanfare/uuid.hpp>

#include "protocol/limits.hpp"

namespace fanfare::broker::core {

struct StreamSettings {
  std::string name;
  std::vector<std::string> topics;  ///< patterns; those of two streams never overlap
};

struct Settings {
  protocol::Limits limits;
  std::vector<StreamSettings> streams;
  std::uint32_t window = 1U << 20U;   ///< bytes of data commands a client may have unconfirmed
  std::uint32_t outbox = 16U << 20U;  ///< bytes that may wait for one session; beyond it the oldest go, with a GAP
  std::uint32_t sessions = 10'000;
  std::uint32_t open_requests = 65'536;  ///< per calling session
  std::chrono::milliseconds lease{10'000};
  std::chrono::milliseconds heartbeat{3'000};
  std::chrono::milliseconds max_request_timeout{60'000};
  std::string version = "0.0.0";
};

/// Sixteen unpredictable bytes: the core's only source of ids and secrets.
using Random = std::function<Uuid()>;

}  // namespace fanfare::broker::core
