#pragma once
// What one client, and all of them together, may take of this server. Plain data; tests make them smaller.

#include <chrono>
#include <cstddef>

#include "frontends/http/message/request_reader.hpp"

namespace fanfare::frontends::http {

struct ServerLimits {
  ReadLimits read = {};
  std::size_t connections = 1024;
  /// But for the machine itself, where a reverse proxy or the person in front of it sits.
  std::size_t connections_per_address = 128;
  std::size_t requests_per_connection = 1000;  ///< then a client connects again
  std::chrono::milliseconds head_timeout{10'000};
  std::chrono::milliseconds body_timeout{20'000};
  std::chrono::milliseconds idle_timeout{60'000};   ///< between two requests
  std::chrono::milliseconds write_timeout{20'000};  ///< for a reply, and as much more as kSlowestReader gives it
  std::chrono::milliseconds linger_timeout{2'000};  ///< how long a client may go on sending after the last reply
  std::size_t linger_bytes = 1024 * 1024;           ///< and how much
  std::size_t local_threads = 2;
  std::size_t service_threads = 16;
  std::size_t queue = 256;  ///< requests that wait for a thread; beyond it they are answered with 503
};

/// Bytes per second that a reader has to take.
constexpr std::size_t kSlowestReader = 8 * 1024;

}  // namespace fanfare::frontends::http
