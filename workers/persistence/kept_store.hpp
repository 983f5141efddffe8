#pragma once
// The store of one thread that answers requests: opened when it is needed first, and again after it has failed. Owned
// by that thread. Promise: what a call finds out is either its value or the refusal to answer with; the log says why.
// While the database is away it is refused at once.

#include <memory>
#include <utility>

#include "runtime/logging/logger.hpp"
#include "workers/common/circuit_breaker.hpp"
#include "workers/common/refusal.hpp"
#include "workers/persistence/writer.hpp"

namespace fanfare::workers::persistence {

class KeptStore {
 public:
  /// `breaker` is shared by all that ask the same database, and outlives it; none: it is asked each time.
  KeptStore(Writer::OpenStore open, runtime::Logger& log, common::CircuitBreaker* breaker = nullptr)
      : open_(std::move(open)), log_(log), breaker_(breaker) {}

  /// `ask` gets the store and returns a Result. Nothing is kept of one that failed.
  template <class Ask>
  auto call(Ask ask) -> common::OrRefusal<typename decltype(ask(std::declval<store::MessageStore&>()))::value_type> {
    if (breaker_ != nullptr && !breaker_->may_try()) return refusal();
    if (!store_) {
      auto opened = open_();
      if (!opened) return away(opened.error());
      store_ = *std::move(opened);
    }
    auto answer = ask(*store_);
    if (!answer) return away(answer.error());
    if (breaker_ != nullptr) breaker_->succeeded();
    return *std::move(answer);
  }

 private:
  common::Refusal away(const runtime::Error& error) {
    store_.reset();
    log_.warn("history is not readable", {{"reason", error.message}});
    if (breaker_ != nullptr) breaker_->failed(error.message);
    return refusal();
  }
  static common::Refusal refusal() { return {common::RefusalCode::kUnavailable, "try again: the database is away"}; }

  const Writer::OpenStore open_;
  runtime::Logger& log_;
  common::CircuitBreaker* const breaker_;
  std::unique_ptr<store::MessageStore> store_;
};

}  // namespace fanfare::workers::persistence
