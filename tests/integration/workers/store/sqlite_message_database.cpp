#include "tests/integration/workers/store/message_database.hpp"
#include "tests/unit/runtime/support/temporary_folder.hpp"
#include "workers/store/sqlite/sqlite_connection.hpp"
#include "workers/store/sqlite/sqlite_message_store.hpp"
#include "workers/store/sqlite/sqlite_migrations.hpp"

namespace fanfare::test {
namespace {

using namespace workers::store;

class SqliteMessageDatabase final : public MessageDatabase {
 public:
  SqliteMessageDatabase() { migrate(connection_, sqlite_migrations()).value(); }

  std::unique_ptr<MessageStore> open_store() override { return open_sqlite_message_store(file_).value(); }

  void add_person(const Uuid& id, const std::string& username) override {
    const std::string quoted = "'" + username + "'";
    execute(
        "INSERT INTO person (id, username, username_key, username_skeleton, display_name, display_key, created_at) "
        "VALUES ('" +
        id.to_string() + "', " + quoted + ", " + quoted + ", " + quoted + ", upper(" + quoted + "), " + quoted +
        ", 0)");
  }

  void add_member(const Uuid& conversation, const Uuid& person) override {
    const std::string id = "'" + conversation.to_string() + "'";
    execute("INSERT INTO conversation (id, kind, created_at) VALUES (" + id + ", 'room', 0) ON CONFLICT DO NOTHING");
    execute("INSERT INTO member (conversation_id, person_id, position, role) VALUES (" + id + ", '" +
            person.to_string() + "', (SELECT count(*) FROM member), 'member')");
  }

  void mark_read(const Uuid& conversation, const Uuid& person, const Position& position) override {
    execute("INSERT INTO read_position (conversation_id, person_id, epoch, sequence, read_at) VALUES ('" +
            conversation.to_string() + "', '" + person.to_string() + "', '" + position.epoch.to_string() + "', " +
            std::to_string(position.sequence) +
            ", 0) ON CONFLICT (conversation_id, person_id) DO UPDATE "
            "SET epoch = excluded.epoch, sequence = excluded.sequence");
  }

  void add_to_conversations(const Uuid& person, int count) override {
    const std::string numbers =
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " + std::to_string(count) + ") ";
    const std::string id = "printf('02000000-0000-0000-0000-%012x', i)";
    execute("INSERT INTO conversation (id, kind, created_at) " + numbers + "SELECT " + id + ", 'room', 0 FROM n");
    execute("INSERT INTO member (conversation_id, person_id, position, role) " + numbers + "SELECT " + id + ", '" +
            person.to_string() + "', 0, 'member' FROM n");
  }

  void refuse_text(const std::string& text) override {
    execute("CREATE TRIGGER refusal BEFORE INSERT ON message WHEN NEW.text = '" + text +
            "' BEGIN SELECT RAISE(ABORT, 'not this one'); END");
  }

 private:
  void execute(const std::string& sql) {
    connection_
        .write([&](SqliteTransaction& transaction) -> runtime::Result<void> {
          transaction.execute(sql);
          return {};
        })
        .value();
  }

  const TemporaryFolder folder_;
  const std::filesystem::path file_ = folder_.path() / "fanfare.db";
  SqliteConnection connection_ = SqliteConnection::open(file_).value();
};

}  // namespace

std::unique_ptr<MessageDatabase> make_sqlite_message_database() { return std::make_unique<SqliteMessageDatabase>(); }

}  // namespace fanfare::test
