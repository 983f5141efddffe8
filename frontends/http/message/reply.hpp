#pragma once
// What a route answers, as plain values, and its first bytes on the wire.
// A value without a thread. The body is shared: one copy of a file serves all who read it at the same time.

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "frontends/http/message/request.hpp"

namespace fanfare::frontends::http {

struct Reply {
  int status = 200;
  std::vector<Header> headers = {};  ///< without Content-Length, Connection and Date, which are the server's
  std::shared_ptr<const std::string> body = {};
};

[[nodiscard]] Reply make_reply(int status, std::string content_type, std::string body);

/// The reason phrase of RFC 9110 for the statuses that are used here; "Unknown" for others.
[[nodiscard]] std::string_view reason_phrase(int status);

/// Whether a reply with this status has no content by definition (RFC 9110 §6.4.1).
[[nodiscard]] bool is_without_content(int status);

/// Status line and headers with the empty line behind them. A header whose value would end the line is left out.
[[nodiscard]] std::string head_of(const Reply& reply, bool keep_alive, std::chrono::system_clock::time_point now);

}  // namespace fanfare::frontends::http
