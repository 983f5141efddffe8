#pragma once
// What every message of a load carries: its number, then filling up to the size asked for. Pure functions.

#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>

namespace fanfare::load {

[[nodiscard]] inline std::string make_payload(std::size_t size) {
  if (size < sizeof(std::uint64_t)) throw std::runtime_error("a payload has at least 8 bytes");
  return std::string(size, 'x');
}

inline void set_number(char* payload, std::uint64_t number) { std::memcpy(payload, &number, sizeof number); }

[[nodiscard]] inline std::uint64_t number_of(std::string_view payload) {
  std::uint64_t number = 0;
  if (payload.size() < sizeof number) throw std::runtime_error("a payload without a number came");
  std::memcpy(&number, payload.data(), sizeof number);
  return number;
}

}  // namespace fanfare::load
