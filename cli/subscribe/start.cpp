#include "cli/subscribe/start.hpp"

#include <algorithm>
#include <variant>

#include "runtime/config/value.hpp"
#include "runtime/text/time_text.hpp"

namespace fanfare::cli {
namespace {

constexpr std::uint64_t kLongestAgo = 36'500ULL * 86'400'000;  // as far back as a stream can be configured to keep

std::optional<From> parse_ago(std::string_view text, Timestamp now) {
  const auto ago = runtime::parse_value({.kind = runtime::Kind::kDuration, .min = 1, .max = kLongestAgo}, text);
  if (!ago) return std::nullopt;
  return From::time(std::max(now - std::get<std::chrono::milliseconds>(*ago), Timestamp()));
}

}  // namespace

std::optional<From> parse_start(std::string_view text, Timestamp now) {
  if (text == "new") return From::now();
  if (text == "all") return From::all();
  if (const auto sequence =
          runtime::parse_value({.kind = runtime::Kind::kInteger, .min = 1, .max = kMaxSequence}, text)) {
    return From::at(std::get<std::uint64_t>(*sequence));
  }
  if (const auto position = Position::parse(text)) return From::after(*position);
  if (const auto time = runtime::parse_time(text)) return From::time(std::max(*time, Timestamp()));
  return parse_ago(text, now);
}

std::string_view expected_start() {
  return "new, all, a sequence, a position (EPOCH-SEQUENCE), a time (2026-01-31T08:00:00Z) or how long ago (10m)";
}

}  // namespace fanfare::cli
