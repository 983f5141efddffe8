#include "workers/store/sqlite/sqlite_append.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <string>
#include <utility>

#include "workers/store/sqlite/sqlite_message_rows.hpp"
#include "workers/store/sqlite/sqlite_rows.hpp"
#include "workers/store/text/search_words.hpp"

namespace fanfare::workers::store {
namespace {

/// False: it was there.
bool insert_row(SqliteTransaction& transaction, const ChatMessage& message) {
  auto& statement = transaction.statement(
      "INSERT INTO message (id, epoch, sequence, conversation_id, author_id, client_id, text, sent_at) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING");
  bind_id(statement, 1, message.id);
  bind_position(statement, 2, message.position);
  bind_id(statement, 4, message.conversation);
  bind_id(statement, 5, message.author);
  statement.bindNoCopy(6, message.client_id);
  statement.bindNoCopy(7, message.text);
  bind_time(statement, 8, message.sent_at);
  return statement.exec() == 1;
}

/// Words are an index: there are none of a message that was there already.
bool insert(SqliteTransaction& transaction, const ChatMessage& message) {
  if (!insert_row(transaction, message)) return false;
  auto& statement =
      transaction.statement("INSERT INTO message_word (rowid, conversation, words) VALUES (last_insert_rowid(), ?, ?)");
  std::string conversation = message.conversation.to_string();
  std::erase(conversation, '-');
  statement.bind(1, conversation);
  statement.bind(2, joined_search_words(message.text));
  execute(statement);
  return true;
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
  bind_id(statement, 1, conversation);
  bind_position(statement, 2, reached);
  execute(statement);
}

}  // namespace

Appended SqliteAppend::run(std::span<const ConversationRecord> records) {
  for (std::size_t index = 0; index < records.size(); ++index) add(index, records[index]);
  for (const auto& [conversation, reached] : reached_) advance(transaction_, conversation, reached);
  return std::move(appended_);
}

void SqliteAppend::add(std::size_t index, const ConversationRecord& record) {
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

}  // namespace fanfare::workers::store
