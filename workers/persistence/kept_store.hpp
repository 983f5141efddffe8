#pragma once
// The store of one thread that answers requests: opened when it is needed first, and again after it has failed. Owned
// by that thread. Promise: what a call finds out is either its value or the refusal to answer with; the log says why.

#include <memory>
#include <utility>

#include "runtime/logging/logger.hpp"
#include "workers/common/refusal.hpp"
#include "workers/persistence/writer.hpp"

namespace fanfare::workers::persistence {

class KeptStore {
 public:
  KeptStore(Writer::OpenStore open, runtime::Logger& log) : open_(std::move(open)), log_(log) {}

  /// `ask` gets the store and returns a Result. Nothing is kept of one that failed.
  template <class Ask>
  auto call(Ask ask) -> common::OrRefusal<typename decltype(ask(std::declval<store::MessageStore&>()))::value_type> {
    if (!store_) {
      auto opened = open_();
      if (!opened) return away(opened.error());
      store_ = *std::move(opened);
    }
    auto answer = ask(*store_);
    if (!answer) return away(answer.error());
    return *std::move(answer);
  }

 private:
  common::Refusal away(const runtime::Error& error) {
    store_.reset();
    log_.warn("history is not readable", {{"reason", error.message}});
    return {common::RefusalCode::kUnavailable, "try again: the database is away"};
  }

  const Writer::OpenStore open_;
  runtime::Logger& log_;
  std::unique_ptr<store::MessageStore> store_;
};

}  // namespace fanfare::workers::persistence
