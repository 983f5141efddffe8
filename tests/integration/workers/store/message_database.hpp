// A database with people and conversations, behind the port MessageStore, for tests of whatever adapter. For tests
// only.
#pragma once

#include <memory>
#include <string>

#include "workers/store/message_store.hpp"

namespace fanfare::test {

class MessageDatabase {
 public:
  virtual ~MessageDatabase() = default;

  /// Another store on the same database.
  virtual std::unique_ptr<workers::store::MessageStore> open_store() = 0;
  virtual void add_person(const Uuid& id, const std::string& username) = 0;
  virtual void add_member(const Uuid& conversation, const Uuid& person) = 0;
  /// The member has read up to there.
  virtual void mark_read(const Uuid& conversation, const Uuid& person, const Position& position) = 0;
  /// So many more, each with nothing in it.
  virtual void add_to_conversations(const Uuid& person, int count) = 0;
  /// From now on no message with this text can be stored.
  virtual void refuse_text(const std::string& text) = 0;
};

/// In a file that goes with it, all migrations applied.
std::unique_ptr<MessageDatabase> make_sqlite_message_database();

/// On the tests' server.
std::unique_ptr<MessageDatabase> make_postgres_message_database();

/// There, with a PgBouncer in between.
std::unique_ptr<MessageDatabase> make_pgbouncer_message_database();

/// The UUID that ends with `number`; others sort by theirs.
inline Uuid uuid(std::uint8_t number) {
  Uuid id;
  id.bytes[0] = 0x01;
  id.bytes[15] = number;
  return id;
}

}  // namespace fanfare::test
