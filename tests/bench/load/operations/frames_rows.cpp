#include "tests/bench/load/operations/frames_rows.hpp"

#include <stdexcept>

#include "protocol/header_map.hpp"

namespace fanfare::load {

std::string value_of(const Headers& row, std::string_view key) {
  for (const auto& [name, value] : row) {
    if (name == key) return value;
  }
  throw std::runtime_error("a row without " + std::string(key));
}

Headers row_of(FramesSession& session, protocol::QueryKind kind, std::string_view key, std::string_view value) {
  // Far above the numbers of publishes.
  const protocol::Query query{.request = 1ULL << 60U, .kind = kind, .limit = 0, .cursor = {}};
  Headers found;
  session.ask<protocol::Page>(query, [&](const protocol::Page& page) {
    for (auto rest = std::string_view(page.content); rest.size() >= sizeof(std::uint16_t);) {
      const auto size = protocol::load<std::uint16_t>(rest.data());
      rest.remove_prefix(sizeof size);
      const auto row = protocol::decode_headers(rest.substr(0, size));
      if (!row || size > rest.size()) throw std::runtime_error("a malformed row came");
      rest.remove_prefix(size);
      if (value_of(*row, key) == value) found = *row;
    }
  });
  if (found.empty()) throw std::runtime_error("the broker has no " + std::string(value));
  return found;
}

}  // namespace fanfare::load
