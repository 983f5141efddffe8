#pragma once
// Turns the text of one setting into a value of its kind, and says in words what the kind expects.
// Pure functions; sizes are `512`, `8KiB`, `1MiB`, durations `5ms`, `10s`, `2m`, `24h`, `30d`,
// addresses `tcp://host:port` or `ipc://path`.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/config/field.hpp"

namespace fanfare::runtime {

/// Nothing if the text isn't of the field's kind or lies outside its bounds; lists are not for here.
std::optional<Value> parse_value(const Field& field, std::string_view text);

/// "a size from 1KiB to 64MiB, such as 512KiB": completes the sentence "expected …".
std::string expectation(const Field& field);

std::string format_bytes(std::uint64_t bytes);
std::string format_duration(std::uint64_t milliseconds);

}  // namespace fanfare::runtime
