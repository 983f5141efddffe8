#pragma once
// A row of what the broker says of itself, asked for over a session of bare frames. One thread.

#include <fanfare/headers.hpp>

#include <string>

#include "protocol/commands/queries.hpp"
#include "tests/bench/load/operations/frames_session.hpp"

namespace fanfare::load {

/// The row of `kind` in which `key` is `value`; throws without one.
[[nodiscard]] Headers row_of(FramesSession& session, protocol::QueryKind kind, std::string_view key,
                             std::string_view value);
[[nodiscard]] std::string value_of(const Headers& row, std::string_view key);

}  // namespace fanfare::load
