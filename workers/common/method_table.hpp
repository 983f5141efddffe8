#pragma once
// What a worker answers: a method per topic. Turns the text of a request into the call of a method and its answer into
// the text of the reply, by the rules of docs/services.md. Owned by the thread that answers, with what its methods use.
// Promise: every request gets a reply, whatever it holds and whatever a method throws.

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "protocol/fanfare/uuid.hpp"
#include "workers/common/fields.hpp"
#include "workers/common/once.hpp"
#include "workers/common/refusal.hpp"

namespace fanfare::workers::common {

using Deadline = std::chrono::steady_clock::time_point;

struct Call {
  Uuid person;                          ///< whom the request is made for; nil if the method needs nobody
  Fields& fields;                       ///< the payload
  Deadline deadline = Deadline::max();  ///< when the caller stops waiting
};

class MethodTable {
 public:
  enum class Needs {
    kNobody,
    kPerson,
    kWorker,  ///< asked for nobody: what comes for a person came through a front-end, and is refused
  };
  using Method = std::function<Answer(Call& call)>;
  using OnDefect = std::function<void(std::string_view topic, std::string_view what)>;

  /// `on_defect` is told of exceptions that left a method; the caller gets `internal`.
  explicit MethodTable(OnDefect on_defect) : on_defect_(std::move(on_defect)) {}

  void add(std::string topic, Needs needs, Method method);
  /// One that changes something for a person: done once for each Idempotency-Key, as `once` keeps them.
  void add_change(std::string topic, Once once, Method method);

  /// The payload of the reply. `key`: the Idempotency-Key; empty: none.
  [[nodiscard]] std::string answer(std::string_view topic, std::string_view actor, std::string_view payload,
                                   Deadline deadline = Deadline::max(), std::string_view key = {}) const;

 private:
  struct Entry {
    Needs needs;
    Method method;
    Once once = {};
  };

  [[nodiscard]] Answer call(std::string_view topic, const Entry& entry, std::string_view actor,
                            std::string_view payload, Deadline deadline, std::string_view key) const;

  OnDefect on_defect_;
  std::map<std::string, Entry, std::less<>> methods_;
};

}  // namespace fanfare::workers::common
