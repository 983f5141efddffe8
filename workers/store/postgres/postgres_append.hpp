#pragma once
// One batch of records, inside a transaction that stores it. Lives as long as that; the store's thread. First all of it
// at once; if PostgreSQL refuses some value of it, another transaction finds out which rows can be stored.

#include <map>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "workers/store/message_store.hpp"
#include "workers/store/postgres/postgres_session.hpp"

namespace fanfare::workers::store {

class PostgresAppend {
 public:
  /// The partitions of all its months are there.
  PostgresAppend(PostgresTransaction& transaction, std::span<const ConversationRecord> records);

  /// Throws a refusal of values, after which nothing may be done in the transaction.
  [[nodiscard]] Appended all();

  /// Leaves out what is refused, and all behind it of its conversation.
  [[nodiscard]] Appended all_that_can_be();

 private:
  struct Stop {
    std::size_t index = 0;
    std::string reason;
  };
  using Rows = std::vector<std::size_t>;  // indices of records with messages

  [[nodiscard]] std::size_t insert(std::span<const std::size_t> rows);
  void cut_down(std::span<const std::size_t> rows);
  [[nodiscard]] bool is_stopped(std::size_t index) const;
  void note_months(std::span<const std::size_t> rows);
  void advance();
  [[nodiscard]] Appended finish();

  PostgresTransaction& transaction_;
  const std::span<const ConversationRecord> records_;
  Rows rows_;
  Appended appended_;
  std::unordered_map<Uuid, Stop> stopped_;
};

}  // namespace fanfare::workers::store
