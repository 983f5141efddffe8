#pragma once
// The catalogue of everything that can be refused: a stable number and name, whether trying again helps, and what to
// do. PROTOCOL.md lists the same table; a test compares the two. Constant data; any thread.

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace fanfare {

/// Stable for the life of the protocol: numbers are added, never reused.
enum class ErrorCode : std::uint16_t {
  malformed_frame = 1,
  unsupported_version = 2,
  unknown_command = 3,
  frame_too_large = 4,
  no_session = 5,
  hello_repeated = 6,
  bad_name = 7,
  session_expired = 8,
  too_many_sessions = 9,
  credit_exceeded = 10,
  not_supported = 11,
  draining = 12,
  bad_topic = 20,
  bad_pattern = 21,
  unknown_topic_number = 22,
  too_many_topics = 23,
  ambiguous_stream = 24,
  message_too_large = 30,
  headers_too_large = 31,
  bad_headers = 32,
  id_conflict = 34,
  storage_full = 35,
  storage_failed = 36,
  outcome_unknown = 37,
  not_sent = 38,
  handle_in_use = 40,
  no_such_handle = 41,
  too_many_subscriptions = 42,
  overflow = 43,
  too_many_presence_keys = 44,
  no_service = 50,
  deadline_exceeded = 51,
  canceled = 52,
  service_failed = 53,
  too_many_requests = 54,
  no_such_group = 60,
  group_mismatch = 61,
  stale = 62,
  permission_denied = 70,
  actor_not_allowed = 71,
  bad_credentials = 72,
  unreachable = 80,
  closed = 81,
  internal = 90,
};

enum class Retry : std::uint8_t {
  never = 0,            ///< the same command would be refused again
  later = 1,            ///< the same command may pass after a while
  after_reconnect = 2,  ///< a new connection is needed first
};

struct ErrorInfo {
  ErrorCode code;
  std::string_view name;  ///< `bad_topic`: what scripts and problem documents show
  Retry retry;
  std::string_view advice;  ///< one sentence: what to do now
};

[[nodiscard]] std::span<const ErrorInfo> error_catalogue();

/// The entry of `code`; a number of a newer version is shown as `internal`.
[[nodiscard]] const ErrorInfo& describe(ErrorCode code);

[[nodiscard]] std::optional<ErrorCode> error_code_by_name(std::string_view name);

}  // namespace fanfare
