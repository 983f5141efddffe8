#include "workers/store/sqlite/sqlite_message_rows.hpp"

#include "workers/store/sqlite/sqlite_rows.hpp"

namespace fanfare::workers::store {

HistoryMessage message_at(SQLite::Statement& statement) {
  return {{.id = id_at(statement, 0),
           .conversation = id_at(statement, 1),
           .author = id_at(statement, 2),
           .client_id = statement.getColumn(3).getString(),
           .text = statement.getColumn(4).getString(),
           .position = position_at(statement, 5),
           .sent_at = time_at(statement, 7)},
          statement.getColumn(8).getString(),
          statement.getColumn(9).getString()};
}

Position position_at(SQLite::Statement& statement, int first) {
  return {id_at(statement, first), count_at(statement, first + 1)};
}

void bind_position(SQLite::Statement& statement, int first, const Position& position) {
  bind_id(statement, first, position.epoch);
  bind_count(statement, first + 1, position.sequence);
}

}  // namespace fanfare::workers::store
