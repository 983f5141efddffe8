#pragma once
// How a thread of a notifier gets its store: opened when it is needed first, and again after it has failed. Owned by
// that thread.

#include <functional>
#include <memory>
#include <utility>

#include "runtime/result.hpp"
#include "workers/store/notification_store.hpp"

namespace fanfare::workers::notify {

/// The gauge of what asks the database.
inline constexpr const char* kDatabaseFigure = "fanfare_notify_database_up";

/// Called on the thread that will own the store.
using OpenStore = std::function<runtime::Result<std::unique_ptr<store::NotificationStore>>(
    const store::NotificationStoreOptions& options)>;

class ReopenedStore {
 public:
  ReopenedStore(OpenStore open, store::NotificationStoreOptions options)
      : open_(std::move(open)), options_(std::move(options)) {}

  /// `ask` gets the store and returns a Result. Nothing is kept of a store that failed.
  template <class Ask>
  auto call(Ask&& ask) -> decltype(ask(std::declval<store::NotificationStore&>())) {
    if (!store_) {
      auto opened = open_(options_);
      if (!opened) return opened.error();
      store_ = *std::move(opened);
    }
    auto answer = ask(*store_);
    if (!answer) store_.reset();
    return answer;
  }

 private:
  const OpenStore open_;
  const store::NotificationStoreOptions options_;
  std::unique_ptr<store::NotificationStore> store_;
};

}  // namespace fanfare::workers::notify
