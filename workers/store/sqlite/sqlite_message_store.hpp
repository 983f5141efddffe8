#pragma once
// The history of messages in SQLite: the tables of migrations/sqlite/0003_messages.sql, and the views that accounts'
// migrations give it. Owned by one thread, with its connection.

#include <chrono>
#include <filesystem>

#include "workers/store/message_store.hpp"

namespace fanfare::workers::store {

/// A store on a migrated database; a call waits for other writers up to `busy_timeout`.
[[nodiscard]] runtime::Result<std::unique_ptr<MessageStore>> open_sqlite_message_store(
    const std::filesystem::path& file, std::chrono::milliseconds busy_timeout = std::chrono::seconds(5));

}  // namespace fanfare::workers::store
