#pragma once
// What every payload begins with: the message's number, from 1, and when it was sent. Both ends are one process, so one
// clock tells. Pure functions; any thread.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace fanfare::load {

inline constexpr std::size_t kStampSize = 16;

struct Stamp {
  std::uint64_t number = 0;  ///< 0: a probe, sent until everybody has received one
  std::int64_t sent_ns = 0;
};

inline std::int64_t now_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

inline void write_stamp(char* payload, const Stamp& stamp) {
  std::memcpy(payload, &stamp.number, sizeof stamp.number);
  std::memcpy(payload + sizeof stamp.number, &stamp.sent_ns, sizeof stamp.sent_ns);
}

inline Stamp read_stamp(const char* payload) {
  Stamp stamp;
  std::memcpy(&stamp.number, payload, sizeof stamp.number);
  std::memcpy(&stamp.sent_ns, payload + sizeof stamp.number, sizeof stamp.sent_ns);
  return stamp;
}

}  // namespace fanfare::load
