#pragma once
// telegram.status, .link and .unlink of docs/services.md. Methods for a table of the thread that owns the store;
// `shared` and the store outlive it. `telegram.update` is the service's own.

#include <functional>
#include <string>

#include "runtime/logging/logger.hpp"
#include "workers/common/attempts.hpp"
#include "workers/common/method_table.hpp"
#include "workers/store/telegram_store.hpp"
#include "workers/telegram/link_events.hpp"

namespace fanfare::workers::telegram {

inline constexpr std::chrono::minutes kLinkGoodFor{10};

/// How many links a person may ask for.
inline constexpr common::Attempts::Limits kLinksOfAPerson{.tries = 10, .window = kLinkGoodFor, .names = 10'000};

/// What the methods of all threads share. Owned by the service.
struct LinkShared {
  std::string bot;  ///< its user name, without @ (getMe)
  common::Attempts& attempts;
  PublishLinkEvent publish;
  std::function<common::TimePoint()> now;
  runtime::Logger& log;
};

void add_link_methods(common::MethodTable& table, const LinkShared& shared, store::TelegramStore& store);

}  // namespace fanfare::workers::telegram
