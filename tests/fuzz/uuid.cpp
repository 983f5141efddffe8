// Whatever Uuid::parse() accepts, it writes back the same but for capitals.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "fanfare/uuid.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto id = fanfare::Uuid::parse(text);
  if (!id) return 0;
  const auto same = [](char a, char b) { return a == b || (a >= 'A' && a <= 'F' && a - 'A' + 'a' == b); };
  if (!std::ranges::equal(text, id->to_string(), same)) std::abort();
  return 0;
}
