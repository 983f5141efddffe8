#pragma once
// The numbers of the Centrifugo protocol: what a command is refused with, how a connection or a subscription ends.
// Constants from https://centrifugal.dev/docs/server/codes; any thread.

#include <cstdint>
#include <string>
#include <string_view>

namespace fanfare::frontends::websocket::protocol {

/// What a command is refused with. `temporary`: the client tries again by itself.
struct Refusal {
  std::uint32_t code = 0;
  std::string message = {};
  bool temporary = false;
  bool operator==(const Refusal&) const = default;
};

inline constexpr std::uint32_t kInternal = 100;
inline constexpr std::uint32_t kUnauthorized = 101;
inline constexpr std::uint32_t kUnknownChannel = 102;
inline constexpr std::uint32_t kPermissionDenied = 103;
inline constexpr std::uint32_t kMethodNotFound = 104;
inline constexpr std::uint32_t kAlreadySubscribed = 105;
inline constexpr std::uint32_t kLimitExceeded = 106;
inline constexpr std::uint32_t kBadRequest = 107;
inline constexpr std::uint32_t kNotAvailable = 108;
inline constexpr std::uint32_t kTokenExpired = 109;
inline constexpr std::uint32_t kTooManyRequests = 111;
inline constexpr std::uint32_t kUnrecoverable = 112;

/// Why the server closes a connection: the code and reason of the close frame. 3000–3499: the client connects again,
/// 3500–3999: it stays away.
struct Disconnect {
  std::uint16_t code = 0;
  std::string_view reason;
  bool operator==(const Disconnect&) const = default;
};

inline constexpr Disconnect kShutdown{3001, "shutdown"};
inline constexpr Disconnect kExpired{3005, "expired"};
inline constexpr Disconnect kSlow{3008, "slow"};
inline constexpr Disconnect kNoPong{3012, "no pong"};
inline constexpr Disconnect kInvalidToken{3500, "invalid token"};
inline constexpr Disconnect kBadFrame{3501, "bad request"};
inline constexpr Disconnect kStale{3502, "stale"};

/// Why the server ends a subscription. From 2500 on the client subscribes again by itself.
struct Unsubscription {
  std::uint32_t code = 0;
  std::string_view reason;
  bool operator==(const Unsubscription&) const = default;
};

inline constexpr Unsubscription kNotAMember{2000, "not a member any more"};
inline constexpr Unsubscription kInsufficientState{2500, "insufficient state"};

}  // namespace fanfare::frontends::websocket::protocol
