// People, their links and a room in a SQLite database, and messages that come. For tests only.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>

#include "runtime/config/reader.hpp"
#include "tests/unit/runtime/support/temporary_folder.hpp"
#include "workers/store/database.hpp"
#include "workers/store/sqlite/sqlite_connection.hpp"

namespace fanfare::workers::notify::test_support {

inline Uuid id_of(char kind, std::uint32_t number) {
  Uuid id;
  id.bytes[0] = static_cast<std::uint8_t>(kind);
  for (std::size_t byte = 0; byte < 4; ++byte) id.bytes[15 - byte] = static_cast<std::uint8_t>(number >> (8 * byte));
  return id;
}
inline Uuid person(std::uint32_t number) { return id_of('p', number); }
inline Uuid room(std::uint32_t number = 1) { return id_of('r', number); }
inline std::string quoted(const Uuid& id) { return "'" + id.to_string() + "'"; }

/// Statements without values. Another connection than those of the workers.
inline void execute(const std::filesystem::path& file, const std::string& sql) {
  auto connection = store::SqliteConnection::open(file).value();
  connection
      .write([&](store::SqliteTransaction& transaction) -> runtime::Result<void> {
        transaction.execute(sql);
        return {};
      })
      .value();
}

/// People `first` to `first` + `people` - 1 and a room of them; each has the link a<number>.
inline std::string make_room_sql(std::uint32_t number, std::uint32_t people, std::uint32_t first = 0,
                                 const std::string& notifier = "scripted") {
  std::string sql = "INSERT INTO conversation (id, kind, title, created_at) VALUES (" + quoted(room(number)) +
                    ", 'room', 'Room', 0);";
  for (std::uint32_t place = first; place < first + people; ++place) {
    const std::string id = quoted(person(place));
    const std::string name = "'p" + std::to_string(place) + "'";
    sql +=
        "INSERT INTO person (id, username, username_key, username_skeleton, display_name, display_key, created_at)"
        " VALUES (" +
        id + "," + name + "," + name + "," + name + "," + name + "," + name +
        ", 0) ON CONFLICT DO NOTHING;"
        "INSERT INTO notifier_link (notifier, person_id, address, changed_at) VALUES ('" +
        notifier + "'," + id + ", 'a" + std::to_string(place) +
        "', 0) ON CONFLICT DO NOTHING;"
        "INSERT INTO member (conversation_id, person_id, position, role) VALUES (" +
        quoted(room(number)) + "," + id + "," + std::to_string(place) + ", 'member');";
  }
  return sql;
}

/// A migrated database in a folder of its own.
class NotifyDatabase {
 public:
  NotifyDatabase() {
    config.data_dir = folder.path() / "data";
    database = store::Database::open(config).value();
    database->migrate().value();
  }
  [[nodiscard]] std::filesystem::path file() const { return config.data_dir / "fanfare.db"; }

  const fanfare::test::TemporaryFolder folder;
  runtime::Config config = runtime::default_config();
  std::unique_ptr<store::Database> database;
};

}  // namespace fanfare::workers::notify::test_support
