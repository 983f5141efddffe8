#pragma once
// What handlers are given and what services answer. Texts and payloads of Message and Request are views that stay valid
// as long as that object or a copy of it lives. A copy keeps the whole frame it came in (up to 4 MiB) in memory: keep
// what you need as strings, not messages. Value types; a copy may go to any thread.

#include <fanfare/headers.hpp>
#include <fanfare/position.hpp>
#include <fanfare/uuid.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace fanfare {

/// The broker's clock, since 1970-01-01 UTC.
using Timestamp = std::chrono::sys_time<std::chrono::microseconds>;

struct Message {
  std::string_view topic;
  std::string_view stream;  ///< empty: the topic lies in no stream
  Position position;        ///< nil and 0 outside streams
  Timestamp timestamp;      ///< never falls within a stream
  std::optional<Uuid> id;
  std::string_view publisher;  ///< who sent it, stamped by the broker
  std::string_view actor;      ///< for whom the publisher acted; empty: itself
  Headers headers;
  std::string_view payload;
  bool traced = false;
  std::shared_ptr<const void> frame;  ///< what the views point into
};

struct Request {
  std::string_view topic;
  std::optional<Uuid> id;
  std::string_view publisher;
  std::string_view actor;
  Headers headers;
  std::string_view payload;
  std::chrono::milliseconds remaining{};  ///< until the caller stops waiting, as the request arrived
  std::uint16_t attempt = 1;
  bool retry_safe = false;            ///< the caller says that handling it twice does no harm
  std::shared_ptr<const void> frame;  ///< what the views point into
};

struct Reply {
  std::string payload = {};
  Headers headers = {};
};

enum class GapReason : std::uint8_t {
  session_lost,   ///< the broker forgot this session; what came meanwhile is gone
  overflow,       ///< the subscriber did not keep up
  retention,      ///< the stream no longer holds it
  epoch_changed,  ///< the stream began a new life
  damaged,        ///< the stream's storage is damaged there
};

/// `session_lost`: as listings and logs name it.
[[nodiscard]] std::string_view to_string(GapReason reason);

/// Something may be missing here. What comes after it is again in order.
struct Gap {
  GapReason reason = GapReason::session_lost;
  std::string stream = {};  ///< empty: messages outside streams
  Position from = {};       ///< the first and the last position that may be missing; sequence 0: not known
  Position to = {};
  std::uint64_t dropped = 0;  ///< messages, where the broker counted them
};

}  // namespace fanfare
