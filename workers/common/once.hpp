#pragma once
// What makes a change happen once: its Idempotency-Key, and the port that keeps what was answered to it. A worker that
// changes something for people gives its MethodTable one. Values; the thread that answers.

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>

#include "protocol/fanfare/uuid.hpp"
#include "workers/common/refusal.hpp"

namespace fanfare::workers::common {

/// The text inside {"ok": …}: a JSON object.
using Answer = OrRefusal<std::string>;

/// The request's header of this name holds the key.
inline constexpr const char* kIdempotencyHeader = "idempotency-key";

/// 1 to 255 visible ASCII characters.
[[nodiscard]] inline bool is_idempotency_key(std::string_view text) {
  return !text.empty() && text.size() <= 255 && std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
}

struct KeyedCall {
  const Uuid& person;
  std::string_view key;
  std::string_view method;
  std::string_view payload;
};

/// Answers with what was answered to the same call before; else with what `method` answers, which is kept with what it
/// has changed. A refusal is not kept.
using Once = std::function<Answer(const KeyedCall& call, const std::function<Answer()>& method)>;

}  // namespace fanfare::workers::common
