#pragma once
// The store of the poller's thread: opened when it is needed first, and again after it has failed. Owned by the service
// and used by that thread only. An error means that the database is away for now.

#include <functional>
#include <memory>
#include <utility>

#include "workers/store/telegram_store.hpp"

namespace fanfare::workers::telegram {

class KeptTelegramStore {
 public:
  using Open = std::function<runtime::Result<std::unique_ptr<store::TelegramStore>>()>;

  explicit KeptTelegramStore(Open open) : open_(std::move(open)) {}

  /// `ask` gets the store and returns a Result. Nothing is kept of one that failed.
  template <class Ask>
  auto call(Ask ask) -> decltype(ask(std::declval<store::TelegramStore&>())) {
    if (!store_) {
      auto opened = open_();
      if (!opened) return opened.error();
      store_ = *std::move(opened);
    }
    auto answer = ask(*store_);
    if (!answer) store_.reset();
    return answer;
  }

 private:
  const Open open_;
  std::unique_ptr<store::TelegramStore> store_;
};

}  // namespace fanfare::workers::telegram
