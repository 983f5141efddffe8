#include "workers/telegram/stored_book.hpp"

#include <string>

namespace fanfare::workers::telegram {

using runtime::Result;
using store::TelegramStore;

Result<std::optional<ChatOwner>> StoredBook::owner(std::int64_t chat) {
  const auto found = store_.call([chat](TelegramStore& store) { return store.person_of(std::to_string(chat)); });
  if (!found) return found.error();
  std::optional<ChatOwner> owner;
  if (*found) owner.emplace(ChatOwner{(*found)->person, (*found)->locale});
  return owner;
}

Result<std::optional<ToldMessage>> StoredBook::told(std::int64_t chat, std::int64_t message) {
  const auto found = store_.call([chat, message](TelegramStore& store) {
    return store.conversation_of(std::to_string(chat), std::to_string(message));
  });
  if (!found) return found.error();
  std::optional<ToldMessage> told;
  if (*found) told.emplace(ToldMessage{(*found)->person, (*found)->conversation, (*found)->up_to});
  return told;
}

Result<bool> StoredBook::is_being_told(std::int64_t chat) {
  return store_.call([chat](TelegramStore& store) { return store.is_being_told(std::to_string(chat)); });
}

Result<std::optional<std::int64_t>> StoredBook::last() {
  return store_.call([this](TelegramStore& store) { return store.done_update(bot_, common::wall_clock()); });
}

Result<void> StoredBook::done(std::int64_t update) {
  return store_.call(
      [this, update](TelegramStore& store) { return store.set_done_update(bot_, update, common::wall_clock()); });
}

}  // namespace fanfare::workers::telegram
