#pragma once
// What the poller's thread needs of the database: whose a chat is, what a notification told, how far updates are done.
// Owned by the service and used by that thread only; the store has to outlive it.

#include "workers/telegram/chat_book.hpp"
#include "workers/telegram/kept_telegram_store.hpp"
#include "workers/telegram/update_handling.hpp"

namespace fanfare::workers::telegram {

class StoredBook final : public ChatBook, public UpdateProgress {
 public:
  StoredBook(KeptTelegramStore& store, std::int64_t bot) : store_(store), bot_(bot) {}

  runtime::Result<std::optional<ChatOwner>> owner(std::int64_t chat) override;
  runtime::Result<std::optional<ToldMessage>> told(std::int64_t chat, std::int64_t message) override;
  runtime::Result<bool> is_being_told(std::int64_t chat) override;
  runtime::Result<std::optional<std::int64_t>> last() override;
  runtime::Result<void> done(std::int64_t update) override;

 private:
  KeptTelegramStore& store_;
  const std::int64_t bot_;
};

}  // namespace fanfare::workers::telegram
