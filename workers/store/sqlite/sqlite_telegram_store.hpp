#pragma once
// TelegramStore over SQLite, on a connection of its own.

#include <chrono>
#include <filesystem>
#include <memory>

#include "workers/store/sqlite/sqlite_connection.hpp"
#include "workers/store/telegram_store.hpp"

namespace fanfare::workers::store {

class SqliteTelegramStore final : public TelegramStore {
 public:
  explicit SqliteTelegramStore(SqliteConnection connection) : connection_(std::move(connection)) {}

  runtime::Result<void> make_code(const CodeHash& hash, const Uuid& person, common::TimePoint now,
                                  common::TimePoint expires_at) override;
  runtime::Result<std::optional<Redeemed>> redeem(const CodeHash& hash, const std::string& chat,
                                                  const std::string& name, common::TimePoint now) override;
  runtime::Result<LinkState> link_of(const Uuid& person) override;
  runtime::Result<std::optional<LinkedPerson>> person_of(const std::string& chat) override;
  runtime::Result<std::optional<EndedLink>> end_of_person(const Uuid& person, LinkEnd reason,
                                                          common::TimePoint now) override;
  runtime::Result<std::optional<EndedLink>> end_of_chat(const std::string& chat, LinkEnd reason,
                                                        common::TimePoint now) override;
  runtime::Result<bool> mute(const std::string& chat, std::optional<common::TimePoint> until) override;
  runtime::Result<bool> set_quiet(const std::string& chat, const std::optional<QuietSpan>& hours,
                                  const std::string& zone) override;
  runtime::Result<std::optional<NotifiedConversation>> conversation_of(const std::string& chat,
                                                                       const std::string& message) override;
  runtime::Result<bool> is_being_told(const std::string& chat) override;
  runtime::Result<std::optional<std::int64_t>> done_update(std::int64_t bot, common::TimePoint now) override;
  runtime::Result<void> set_done_update(std::int64_t bot, std::int64_t update, common::TimePoint now) override;

 private:
  SqliteConnection connection_;
};

/// Over a migrated database.
[[nodiscard]] runtime::Result<std::unique_ptr<TelegramStore>> open_sqlite_telegram_store(
    const std::filesystem::path& file, std::chrono::milliseconds patience);

}  // namespace fanfare::workers::store
