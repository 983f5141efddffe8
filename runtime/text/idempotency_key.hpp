#pragma once
// The key with which a client makes sure that a change is done once, however often it asks (docs/services.md): what
// front-ends take and workers are handed. Pure functions; any thread.

#include <algorithm>
#include <string_view>

namespace fanfare::runtime {

/// The header of a request to a service that holds the key.
inline constexpr const char* kIdempotencyHeader = "idempotency-key";

/// 1 to 255 visible ASCII characters.
[[nodiscard]] inline bool is_idempotency_key(std::string_view text) {
  return !text.empty() && text.size() <= 255 && std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
}

}  // namespace fanfare::runtime
