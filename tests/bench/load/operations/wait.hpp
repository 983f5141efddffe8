#pragma once
// Waiting for the sockets of one thread. Pure functions.

#include <chrono>
#include <span>

#include "tests/bench/load/stream_socket.hpp"

namespace fanfare::load {

using Clock = std::chrono::steady_clock;

/// Until one of them has something to read, or room for what it has unsent. Throws at the deadline.
void wait(std::span<StreamSocket* const> sockets, Clock::time_point deadline);
inline void wait(StreamSocket& socket, Clock::time_point deadline) {
  StreamSocket* const one[] = {&socket};
  wait(one, deadline);
}

}  // namespace fanfare::load
