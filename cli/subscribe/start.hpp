#pragma once
// What people write after --from: where a subscription begins. A pure function.

#include <fanfare/options.hpp>

#include <optional>
#include <string_view>

namespace fanfare::cli {

/// `new`, `all`, a sequence (`4711`), a position (`<epoch>-<sequence>`, begins behind it), a time (RFC 3339), or how
/// long before `now` (`10m`). Nothing if it is none of these.
std::optional<From> parse_start(std::string_view text, Timestamp now);

/// Completes the sentence "expected …".
std::string_view expected_start();

}  // namespace fanfare::cli
