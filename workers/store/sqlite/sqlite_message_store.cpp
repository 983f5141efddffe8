#include "workers/store/sqlite/sqlite_message_store.hpp"

#include <utility>

#include "workers/store/sqlite/sqlite_append.hpp"
#include "workers/store/sqlite/sqlite_connection.hpp"
#include "workers/store/sqlite/sqlite_page.hpp"
#include "workers/store/sqlite/sqlite_search.hpp"
#include "workers/store/sqlite/sqlite_unread.hpp"

namespace fanfare::workers::store {
namespace {

using runtime::Result;

class SqliteMessageStore final : public MessageStore {
 public:
  explicit SqliteMessageStore(SqliteConnection connection) : connection_(std::move(connection)) {}

  Result<Appended> append(std::span<const ConversationRecord> records) override {
    return connection_.write(
        [&](SqliteTransaction& transaction) -> Result<Appended> { return SqliteAppend(transaction).run(records); });
  }

  Result<std::optional<HistoryPage>> page(const HistoryQuery& query) override {
    return connection_.read([&](SqliteTransaction& transaction) -> Result<std::optional<HistoryPage>> {
      return read_page(transaction, query);
    });
  }

  Result<SearchPage> search(const SearchQuery& query) override {
    return connection_.read(
        [&](SqliteTransaction& transaction) -> Result<SearchPage> { return search_messages(transaction, query); });
  }

  Result<std::vector<Unread>> unread(const UnreadQuery& query) override {
    return connection_.read([&](SqliteTransaction& transaction) -> Result<std::vector<Unread>> {
      return count_unread(transaction, query);
    });
  }

  Result<std::vector<HistoryMessage>> preview(std::span<const ChatMessage> messages) override {
    return connection_.read([&](SqliteTransaction& transaction) -> Result<std::vector<HistoryMessage>> {
      return preview_messages(transaction, messages);
    });
  }

  Result<std::size_t> prepare(common::TimePoint, common::TimePoint) override { return std::size_t{0}; }

 private:
  SqliteConnection connection_;
};

}  // namespace

Result<std::unique_ptr<MessageStore>> open_sqlite_message_store(const std::filesystem::path& file,
                                                                std::chrono::milliseconds busy_timeout) {
  auto connection = SqliteConnection::open(file, {.busy_timeout = busy_timeout, .create = false});
  if (!connection) return connection.error();
  return std::unique_ptr<MessageStore>(std::make_unique<SqliteMessageStore>(*std::move(connection)));
}

}  // namespace fanfare::workers::store
