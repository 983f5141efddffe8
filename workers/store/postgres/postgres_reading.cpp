#include "workers/store/postgres/postgres_reading.hpp"

#include "workers/store/postgres/postgres_message_rows.hpp"

namespace fanfare::workers::store {

std::optional<Position> move_read(PostgresTransaction& transaction, const Uuid& person, const Uuid& conversation,
                                  const Position& position, common::TimePoint now) {
  const auto moved = transaction.execute(
      "INSERT INTO read_position (conversation_id, person_id, epoch, sequence, read_at)"
      " SELECT conversation_id, person_id, $3::uuid, $4::bigint, $5::bigint FROM member WHERE conversation_id = $1 AND "
      "person_id = $2"
      " ON CONFLICT (conversation_id, person_id) DO UPDATE"
      " SET epoch = excluded.epoch, sequence = excluded.sequence, read_at = excluded.read_at"
      " WHERE (excluded.epoch, excluded.sequence) > (read_position.epoch, read_position.sequence)"
      " RETURNING epoch, sequence",
      conversation, person, position.epoch, position.sequence, now);
  if (!moved.empty()) return position_in(moved[0], 0);
  // They are no member, or had read that far. Who has a row is a member.
  const auto rows = transaction.execute(
      "SELECT epoch, sequence FROM read_position WHERE conversation_id = $1 AND person_id = $2", conversation, person);
  if (rows.empty()) return std::nullopt;
  return position_in(rows[0], 0);
}

bool put_mute(PostgresTransaction& transaction, const Uuid& person, const Uuid& conversation, const Mute& mute) {
  return !transaction
              .execute(
                  "INSERT INTO mute (conversation_id, person_id, until)"
                  " SELECT conversation_id, person_id, $3::bigint FROM member WHERE conversation_id = $1 AND person_id "
                  "= $2"
                  " ON CONFLICT (conversation_id, person_id) DO UPDATE SET until = excluded.until RETURNING 1",
                  conversation, person, mute.until)
              .empty();
}

}  // namespace fanfare::workers::store
