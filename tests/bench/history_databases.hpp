#pragma once
// The databases that history_bench measures, each with a store and with the bare way into the same tables and indexes.
// One thread.

#include <SQLiteCpp/SQLiteCpp.h>

#include <memory>
#include <pqxx/connection>
#include <pqxx/stream_to>
#include <pqxx/transaction>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "tests/bench/bench_folder.hpp"
#include "tests/support/postgres.hpp"
#include "workers/store/postgres/postgres_message_rows.hpp"
#include "workers/store/postgres/postgres_message_store.hpp"
#include "workers/store/sqlite/sqlite_connection.hpp"
#include "workers/store/sqlite/sqlite_functions.hpp"
#include "workers/store/sqlite/sqlite_message_store.hpp"
#include "workers/store/sqlite/sqlite_migrations.hpp"
#include "workers/store/text/search_words.hpp"

namespace fanfare::bench {

using Records = std::span<const workers::store::ConversationRecord>;

class HistoryDatabase {
 public:
  virtual ~HistoryDatabase() = default;
  virtual workers::store::MessageStore& store() = 0;
  virtual void execute(const std::string& sql) = 0;
  /// In one transaction; words are folded before, see prepare_bare().
  virtual void append_bare(Records records) = 0;

  void prepare_bare(Records records) {
    words_.clear();
    for (const auto& record : records) words_.push_back(words_of(*record.message));
  }

 protected:
  virtual std::string words_of(const workers::store::ChatMessage& message) = 0;
  std::vector<std::string> words_;
};

/// On a server of this process that syncs.
class PostgresHistory final : public HistoryDatabase {
 public:
  workers::store::MessageStore& store() override { return *store_; }
  void execute(const std::string& sql) override { database_.execute(sql); }

  void append_bare(Records records) override {
    pqxx::work transaction(bare_);
    pqxx::stream_to copy(transaction, "message",
                         std::vector<std::string>{"epoch", "sequence", "sent_at", "conversation_id", "author_id", "id",
                                                  "client_id", "text", "words"});
    for (std::size_t index = 0; index < records.size(); ++index) {
      const auto& message = *records[index].message;
      copy << std::make_tuple(message.position.epoch.to_string(), message.position.sequence,
                              message.sent_at.time_since_epoch().count(), message.conversation.to_string(),
                              message.author.to_string(), message.id.to_string(), message.client_id, message.text,
                              words_[index]);
    }
    copy.complete();
    transaction.commit();
  }

 private:
  std::string words_of(const workers::store::ChatMessage& message) override {
    return workers::store::to_word_vector(message.conversation, message.text);
  }

  const test::PostgresTestDatabase database_;
  workers::store::PostgresPool pool_{workers::store::read_postgres_url(database_.url()).value(),
                                     {.size = 2, .patience = std::chrono::seconds(60)}};
  std::unique_ptr<workers::store::MessageStore> store_ = workers::store::make_postgres_message_store(pool_);
  pqxx::connection bare_{database_.url()};
};

class SqliteHistory final : public HistoryDatabase {
 public:
  SqliteHistory() {
    auto connection = workers::store::SqliteConnection::open(file_).value();
    workers::store::migrate(connection, workers::store::sqlite_migrations()).value();
    store_ = workers::store::open_sqlite_message_store(file_).value();
    bare_ = std::make_unique<SQLite::Database>(file_.string(), SQLite::OPEN_READWRITE);
    bare_->exec("PRAGMA synchronous = FULL");
    message_ = std::make_unique<SQLite::Statement>(
        *bare_,
        "INSERT INTO message (number, id, epoch, sequence, conversation_id, author_id, client_id, text, sent_at) "
        "VALUES (?2, ?1, ?3, ?2, ?4, ?5, ?6, ?7, ?8)");
    word_ = std::make_unique<SQLite::Statement>(
        *bare_, "INSERT INTO message_word (rowid, conversation, words) VALUES (?, ?, ?)");
  }

  workers::store::MessageStore& store() override { return *store_; }
  void execute(const std::string& sql) override { bare_->exec(sql); }

  void append_bare(Records records) override {
    SQLite::Transaction transaction(*bare_);
    for (std::size_t index = 0; index < records.size(); ++index) {
      const auto& message = *records[index].message;
      const auto sequence = static_cast<std::int64_t>(message.position.sequence);
      std::string conversation = message.conversation.to_string();
      message_->bind(1, message.id.to_string());
      message_->bind(2, sequence);
      message_->bind(3, message.position.epoch.to_string());
      message_->bind(4, conversation);
      message_->bind(5, message.author.to_string());
      message_->bind(6, message.client_id);
      message_->bind(7, message.text);
      message_->bind(8, std::int64_t{message.sent_at.time_since_epoch().count()});
      message_->exec();
      message_->reset();
      std::erase(conversation, '-');
      word_->bind(1, sequence);
      word_->bind(2, conversation);
      word_->bind(3, words_[index]);
      word_->exec();
      word_->reset();
    }
    transaction.commit();
  }

 private:
  std::string words_of(const workers::store::ChatMessage& message) override {
    return workers::store::joined_search_words(message.text);
  }

  const BenchFolder folder_;
  const std::filesystem::path file_ = folder_.path() / "fanfare.db";
  std::unique_ptr<workers::store::MessageStore> store_;
  std::unique_ptr<SQLite::Database> bare_;
  std::unique_ptr<SQLite::Statement> message_;
  std::unique_ptr<SQLite::Statement> word_;
};

}  // namespace fanfare::bench
