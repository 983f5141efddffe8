#include "workers/store/sqlite/sqlite_message_store.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <cstdint>
#include <stdexcept>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "workers/store/sqlite/sqlite_connection.hpp"

namespace fanfare::workers::store {
namespace {

using runtime::Result;

// Columns in the order of read_message().
const std::string kRows =
    "SELECT m.id, m.conversation_id, m.author_id, m.client_id, m.text, m.epoch, m.sequence, m.sent_at, "
    "coalesce(p.username, ''), coalesce(p.display_name, '') "
    "FROM message m LEFT JOIN person_view p ON p.id = m.author_id WHERE m.conversation_id = ?1 ";
const std::string kNewestFirst = "ORDER BY m.epoch DESC, m.sequence DESC LIMIT ?2";
const std::string kNewest = kRows + kNewestFirst;
const std::string kBefore = kRows + "AND (m.epoch, m.sequence) < (?3, ?4) " + kNewestFirst;
const std::string kAfter = kRows + "AND (m.epoch, m.sequence) > (?3, ?4) ORDER BY m.epoch, m.sequence LIMIT ?2";

std::int64_t to_integer(std::uint64_t value) { return static_cast<std::int64_t>(value); }

/// Of a column that only this class fills.
Uuid read_id(const SQLite::Column& column) {
  const auto id = Uuid::parse(column.getString());
  if (!id) throw SQLite::Exception(std::string(column.getName()) + " holds no UUID");
  return *id;
}

Position read_position(SQLite::Statement& query, int epoch) {
  return {read_id(query.getColumn(epoch)), static_cast<std::uint64_t>(query.getColumn(epoch + 1).getInt64())};
}

HistoryMessage read_message(SQLite::Statement& query) {
  const std::chrono::milliseconds sent_at(query.getColumn(7).getInt64());
  return {{.id = read_id(query.getColumn(0)),
           .conversation = read_id(query.getColumn(1)),
           .author = read_id(query.getColumn(2)),
           .client_id = query.getColumn(3).getString(),
           .text = query.getColumn(4).getString(),
           .position = read_position(query, 5),
           .sent_at = std::chrono::sys_time<std::chrono::milliseconds>(sent_at)},
          query.getColumn(8).getString(),
          query.getColumn(9).getString()};
}

bool insert(SqliteTransaction& transaction, const ChatMessage& message) {
  auto& statement = transaction.statement(
      "INSERT INTO message (id, epoch, sequence, conversation_id, author_id, client_id, text, sent_at) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING");
  statement.bind(1, message.id.to_string());
  statement.bind(2, message.position.epoch.to_string());
  statement.bind(3, to_integer(message.position.sequence));
  statement.bind(4, message.conversation.to_string());
  statement.bind(5, message.author.to_string());
  statement.bind(6, message.client_id);
  statement.bind(7, message.text);
  statement.bind(8, std::int64_t{message.sent_at.time_since_epoch().count()});
  return statement.exec() == 1;
}

/// It fails for these values, whenever and however often it is tried. SQLite has undone that statement alone.
bool is_refusal(const SQLite::Exception& failure) {
  const int code = failure.getErrorCode() & 0xff;
  return code == SQLITE_CONSTRAINT || code == SQLITE_TOOBIG || code == SQLITE_MISMATCH;
}

void advance(SqliteTransaction& transaction, const Uuid& conversation, const Position& reached) {
  auto& statement = transaction.statement(
      "INSERT INTO conversation_progress (conversation_id, epoch, sequence) VALUES (?, ?, ?) "
      "ON CONFLICT (conversation_id) DO UPDATE SET epoch = excluded.epoch, sequence = excluded.sequence "
      "WHERE (excluded.epoch, excluded.sequence) > (epoch, sequence)");
  statement.bind(1, conversation.to_string());
  statement.bind(2, reached.epoch.to_string());
  statement.bind(3, to_integer(reached.sequence));
  statement.exec();
}

/// One batch. A conversation stops at a message that is refused: nothing behind it is stored or counts as read.
class Append {
 public:
  explicit Append(SqliteTransaction& transaction) : transaction_(transaction) {}

  Appended run(std::span<const ConversationRecord> records) {
    for (std::size_t index = 0; index < records.size(); ++index) add(index, records[index]);
    for (const auto& [conversation, reached] : reached_) advance(transaction_, conversation, reached);
    return std::move(appended_);
  }

 private:
  void add(std::size_t index, const ConversationRecord& record) {
    if (stopped_.contains(record.conversation)) {
      appended_.left_out.push_back({.index = index});
      return;
    }
    try {
      if (record.message) ++(insert(transaction_, *record.message) ? appended_.stored : appended_.repeated);
    } catch (const SQLite::Exception& failure) {
      if (!is_refusal(failure)) throw;
      stopped_.insert(record.conversation);
      appended_.left_out.push_back({.index = index, .reason = failure.what()});
      return;
    }
    Position& reached = reached_[record.conversation];
    reached = std::max(reached, record.position);
  }

  SqliteTransaction& transaction_;
  Appended appended_;
  std::unordered_map<Uuid, Position> reached_;
  std::unordered_set<Uuid> stopped_;
};

bool is_member(SqliteTransaction& transaction, const Uuid& conversation, const Uuid& person) {
  auto& query = transaction.statement("SELECT 1 FROM member_view WHERE conversation_id = ? AND person_id = ?");
  query.bind(1, conversation.to_string());
  query.bind(2, person.to_string());
  return query.executeStep();
}

std::optional<Position> read_reached(SqliteTransaction& transaction, const Uuid& conversation) {
  auto& query = transaction.statement("SELECT epoch, sequence FROM conversation_progress WHERE conversation_id = ?");
  query.bind(1, conversation.to_string());
  if (!query.executeStep()) return std::nullopt;
  return read_position(query, 0);
}

std::optional<Position> position_of(SqliteTransaction& transaction, const Uuid& id) {
  auto& query = transaction.statement("SELECT epoch, sequence FROM message WHERE id = ?");
  query.bind(1, id.to_string());
  if (!query.executeStep()) return std::nullopt;
  return read_position(query, 0);
}

HistoryMessage with_author(SqliteTransaction& transaction, const ChatMessage& message) {
  auto& query = transaction.statement("SELECT username, display_name FROM person_view WHERE id = ?");
  query.bind(1, message.author.to_string());
  if (!query.executeStep()) return {message, {}, {}};
  return {message, query.getColumn(0).getString(), query.getColumn(1).getString()};
}

/// One more than asked for tells whether there are more.
void read_page(SqliteTransaction& transaction, const HistoryQuery& query, HistoryPage& page) {
  const auto& from = query.after ? query.after : query.before;
  auto& rows = transaction.statement(query.after ? kAfter : query.before ? kBefore : kNewest);
  rows.bind(1, query.conversation.to_string());
  rows.bind(2, to_integer(query.limit + 1));
  if (from) {
    rows.bind(3, from->epoch.to_string());
    rows.bind(4, to_integer(from->sequence));
  }
  while (rows.executeStep()) {
    if (page.messages.size() == query.limit) {
      page.has_more = true;
      return;
    }
    page.messages.push_back(read_message(rows));
  }
}

class SqliteMessageStore final : public MessageStore {
 public:
  explicit SqliteMessageStore(SqliteConnection connection) : connection_(std::move(connection)) {}

  Result<Appended> append(std::span<const ConversationRecord> records) override {
    return connection_.write(
        [&](SqliteTransaction& transaction) -> Result<Appended> { return Append(transaction).run(records); });
  }

  Result<std::optional<HistoryPage>> page(const HistoryQuery& query) override {
    return connection_.read([&](SqliteTransaction& transaction) -> Result<std::optional<HistoryPage>> {
      if (!is_member(transaction, query.conversation, query.reader)) return std::optional<HistoryPage>();
      HistoryPage page;
      read_page(transaction, query, page);
      page.reached = read_reached(transaction, query.conversation);
      return std::optional(std::move(page));
    });
  }

  Result<SearchPage> search(const SearchQuery&) override { return runtime::Error{"search is being built"}; }

  Result<std::vector<HistoryMessage>> preview(std::span<const ChatMessage> messages) override {
    return connection_.read([&](SqliteTransaction& transaction) -> Result<std::vector<HistoryMessage>> {
      std::vector<HistoryMessage> shown;
      std::unordered_set<Uuid> ids;
      for (const ChatMessage& message : messages) {
        if (!ids.insert(message.id).second) continue;
        if (position_of(transaction, message.id).value_or(message.position) != message.position) continue;
        shown.push_back(with_author(transaction, message));
      }
      return shown;
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
