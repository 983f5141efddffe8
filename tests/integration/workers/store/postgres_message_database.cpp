#include "tests/integration/workers/store/message_database.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/pgbouncer.hpp"
#include "workers/store/postgres/postgres_message_store.hpp"

namespace fanfare::test {
namespace {

using namespace workers::store;

class PostgresMessageDatabase final : public MessageDatabase {
 public:
  explicit PostgresMessageDatabase(bool by_pgbouncer) : by_pgbouncer_(by_pgbouncer) {}

  std::unique_ptr<MessageStore> open_store() override { return make_postgres_message_store(pool_); }

  void add_person(const Uuid& id, const std::string& username) override {
    const std::string quoted = "'" + username + "'";
    database_.execute(
        "INSERT INTO person (id, username, username_key, username_skeleton, display_name, display_key, created_at) "
        "VALUES ('" +
        id.to_string() + "', " + quoted + ", " + quoted + ", " + quoted + ", upper(" + quoted + "), " + quoted +
        ", 0)");
  }

  void add_member(const Uuid& conversation, const Uuid& person) override {
    const std::string id = "'" + conversation.to_string() + "'";
    database_.execute("INSERT INTO conversation (id, kind, created_at) VALUES (" + id +
                      ", 'room', 0) ON CONFLICT DO NOTHING");
    database_.execute("INSERT INTO member (conversation_id, person_id, position, role) VALUES (" + id + ", '" +
                      person.to_string() + "', (SELECT count(*) FROM member), 'member')");
  }

  void mark_read(const Uuid& conversation, const Uuid& person, const Position& position) override {
    database_.execute("INSERT INTO read_position (conversation_id, person_id, epoch, sequence, read_at) VALUES ('" +
                      conversation.to_string() + "', '" + person.to_string() + "', '" + position.epoch.to_string() +
                      "', " + std::to_string(position.sequence) +
                      ", 0) ON CONFLICT (conversation_id, person_id) DO UPDATE "
                      "SET epoch = excluded.epoch, sequence = excluded.sequence");
  }

  void add_to_conversations(const Uuid& person, int count) override {
    const std::string id = "lpad(to_hex(i), 32, '0')::uuid";
    const std::string numbers = " FROM generate_series(1, " + std::to_string(count) + ") i";
    database_.execute("INSERT INTO conversation (id, kind, created_at) SELECT " + id + ", 'room', 0" + numbers);
    database_.execute("INSERT INTO member (conversation_id, person_id, position, role) SELECT " + id + ", '" +
                      person.to_string() + "', 0, 'member'" + numbers);
  }

  void refuse_text(const std::string& text) override {
    database_.execute(
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'not this one' USING ERRCODE = 'check_violation'; END $$");
    database_.execute("CREATE TRIGGER refusal BEFORE INSERT ON message FOR EACH ROW WHEN (NEW.text = '" + text +
                      "') EXECUTE FUNCTION refuse()");
  }

 private:
  const bool by_pgbouncer_;
  const PostgresTestDatabase database_;
  PostgresPool pool_{read_postgres_url(by_pgbouncer_ ? url_by_pgbouncer(database_) : database_.url()).value(),
                     {.size = 4, .patience = patient(std::chrono::seconds(5))}};
};

}  // namespace

std::unique_ptr<MessageDatabase> make_postgres_message_database() {
  return std::make_unique<PostgresMessageDatabase>(false);
}

std::unique_ptr<MessageDatabase> make_pgbouncer_message_database() {
  return std::make_unique<PostgresMessageDatabase>(true);
}

}  // namespace fanfare::test
