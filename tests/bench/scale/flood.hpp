#pragma once
// Publishing as fast as the broker takes it, and what each message has cost the broker. One thread.

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "tests/bench/scale/peer.hpp"

namespace fanfare::bench {

/// Who sends and who gets it.
struct Crowd {
  std::vector<Peer*> publishers;  ///< each sends to its topics, one after the other
  std::vector<Peer*> receivers;   ///< each gets every message
  std::uint32_t topics = 1;       ///< of each publisher
  bool ids = false;
  std::uint64_t under_way = 8'192;  ///< messages, of all publishers and of each
};

struct Cost {
  double microseconds = 0;  ///< of the broker's processor time, for a message
  double per_second = 0;
};

/// Sends messages of 128 B for `time`, and waits until all are acknowledged and received. Throws when they are not.
Cost flood(const Crowd& crowd, pid_t broker, std::chrono::milliseconds time);

}  // namespace fanfare::bench
