#pragma once
// What may be sent to a conversation (docs/services.md): front-ends check it before they publish, workers before they
// believe it. Pure functions; any thread.

#include <cstddef>
#include <string_view>

namespace fanfare::runtime {

inline constexpr std::size_t kMostMessageBytes = 16U << 10U;

/// Why this is no message, "is empty"; nothing if it is one.
[[nodiscard]] std::string_view problem_of_message_text(std::string_view text);

/// 1 to 64 of A-Z a-z 0-9 - _.
[[nodiscard]] bool is_client_id(std::string_view text);

}  // namespace fanfare::runtime
