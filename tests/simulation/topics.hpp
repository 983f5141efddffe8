#pragma once
// The world's topics, patterns and streams, and which pattern matches what, worked out by a matcher of its own. Fixed
// tables; any thread.

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "broker/core/settings.hpp"

namespace fanfare::simulation {

/// `chat` keeps what it has acknowledged; `feed` is a stream with `durability: flush`: a loss of power may take back
/// its end, in a new epoch then.
inline constexpr std::uint32_t kChat = 0;
inline constexpr std::uint32_t kFeed = 1;
inline constexpr std::uint32_t kStreams = 2;
/// Behind them, what the broker keeps for groups.
inline constexpr std::uint32_t kDead = 2;
inline constexpr std::uint32_t kGroupStates = 3;
inline constexpr std::uint32_t kJournals = 4;
inline constexpr std::uint32_t kEphemeral = 2;
inline constexpr std::array<std::string_view, kStreams> kStreamNames{"chat", "feed"};

inline constexpr std::array<std::string_view, 10> kTopics{"chat.a",   "chat.b", "chat.c", "chat.d",   "chat.a.x",
                                                          "chat.b.x", "feed.a", "feed.b", "typing.a", "typing.b"};
inline constexpr std::array<std::string_view, 14> kPatterns{"chat.>",   "chat.*", "chat.a",   "chat.b",  "chat.a.>",
                                                            "chat.*.x", "chat.c", "feed.>",   "feed.a",  "feed.>",
                                                            ">",        "*.a",    "typing.>", "typing.a"};

/// kChat, kFeed or kEphemeral.
[[nodiscard]] std::uint32_t home_of(std::uint32_t topic);
/// The stream that holds all topics of the pattern; kEphemeral when none does.
[[nodiscard]] std::uint32_t stream_of(std::uint32_t pattern);
[[nodiscard]] bool matches(std::uint32_t pattern, std::uint32_t topic);
[[nodiscard]] bool matches_names(std::string_view pattern, std::string_view topic);
[[nodiscard]] std::uint32_t topic_of(std::string_view name);

[[nodiscard]] std::vector<broker::core::StreamSettings> streams();

}  // namespace fanfare::simulation
