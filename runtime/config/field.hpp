#pragma once
// One row of the configuration table: a described, bounded key and where its value goes.
// The reader, the JSON schema, the reference and the example file are all made from these rows, so they cannot
// disagree. Rows are immutable after start and may be read from any thread.

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "runtime/config/config.hpp"

namespace fanfare::runtime {

enum class Kind : std::uint8_t {
  kText,
  kBoolean,
  kInteger,
  kBytes,
  kDuration,
  kChoice,
  kAddress,
  kEndpoint,
  kPath,
  kTextList,
  kCommand  ///< a list of texts, or one text with spaces between them
};

/// A parsed value: bytes, integers and choices (by index) are uint64_t.
using Value = std::variant<std::string, bool, std::uint64_t, std::chrono::milliseconds, std::vector<std::string>>;

/// Puts a value into the Config; `name` is the user-chosen part of the path (the stream's name) or empty.
using Assign = std::function<void(Config&, const std::string& name, const Value&)>;

struct Field {
  std::string_view path;  ///< `limits.message`; a `*` token stands for a name the user chooses
  Kind kind = Kind::kText;
  std::string_view
      fallback;  ///< the default as it would stand in the file; of a list its one entry, empty if it must be given
  std::string_view description;
  Assign assign;
  std::uint64_t min = 0;  ///< integers; bytes; milliseconds; characters of a text; entries of a list
  std::uint64_t max = UINT64_MAX;
  std::vector<std::string_view> choices = {};
  std::string_view example = {};  ///< what the example file shows where there is no default
};

/// Its value is a list of texts.
inline bool is_list(const Field& field) { return field.kind == Kind::kTextList || field.kind == Kind::kCommand; }

}  // namespace fanfare::runtime
