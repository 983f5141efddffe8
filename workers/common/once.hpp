#pragma once
// What makes a change happen once: its Idempotency-Key, and the port that keeps what was answered to it. A worker that
// changes something for people gives its MethodTable one. Values; the thread that answers.

#include <functional>
#include <string>
#include <string_view>

#include "protocol/fanfare/uuid.hpp"
#include "workers/common/refusal.hpp"

namespace fanfare::workers::common {

/// The text inside {"ok": …}: a JSON object.
using Answer = OrRefusal<std::string>;

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
