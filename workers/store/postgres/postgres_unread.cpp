#include "workers/store/postgres/postgres_unread.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include "workers/store/postgres/message_months.hpp"
#include "workers/store/postgres/postgres_message_rows.hpp"

namespace fanfare::workers::store {
namespace {

/// A conversation's messages of an epoch and a month: in one partition.
struct Part {
  Month month;
  Uuid epoch;
};

struct Counting {
  Uuid conversation;
  Position read = {};            ///< before all messages where nothing was read
  std::vector<Part> parts = {};  ///< where messages may be new and were not counted yet; the newest is the last
  std::size_t count = 0;
};

class UnreadCount {
 public:
  UnreadCount(PostgresTransaction& transaction, const UnreadQuery& query) : transaction_(transaction), query_(query) {}

  std::vector<Unread> run() {
    find_parts(find_conversations());
    while (const auto month = newest()) count_of(*month);
    std::vector<Unread> unread;
    for (const Counting& one : all_) {
      unread.push_back({one.conversation, std::min(one.count, query_.limit), one.count > query_.limit});
    }
    return unread;
  }

 private:
  /// Returns those with messages, or at least records, behind what is read.
  std::vector<Uuid> find_conversations() {
    const auto rows = transaction_.execute(
        "SELECT m.conversation_id, r.epoch, r.sequence,"
        " coalesce((p.epoch, p.sequence) > (coalesce(r.epoch, $3), coalesce(r.sequence, 0)), false)"
        " FROM unnest($2::uuid[]) WITH ORDINALITY AS wanted (id, place)"
        " JOIN member_view m ON m.conversation_id = wanted.id AND m.person_id = $1"
        " LEFT JOIN read_view r ON r.conversation_id = m.conversation_id AND r.person_id = m.person_id"
        " LEFT JOIN conversation_progress p ON p.conversation_id = m.conversation_id ORDER BY place",
        query_.reader, query_.conversations, Uuid{});
    std::vector<Uuid> goes_on;
    for (const auto& row : rows) {
      all_.push_back({.conversation = id_in(row[0])});
      if (!row[1].is_null()) all_.back().read = position_in(row, 1);
      if (row[3].as<bool>()) goes_on.push_back(all_.back().conversation);
    }
    return goes_on;
  }

  void find_parts(const std::vector<Uuid>& conversations) {
    if (conversations.empty()) return;
    // Else where conversations are small on average, all of a large one is read and sorted.
    transaction_.execute("SET LOCAL enable_bitmapscan = off");
    std::map<Uuid, Counting*> by_id;
    for (Counting& one : all_) by_id.emplace(one.conversation, &one);
    const auto rows = transaction_.execute(
        "SELECT conversation_id, epoch, first_sequence, month FROM conversation_month"
        " WHERE conversation_id = ANY ($1::uuid[]) ORDER BY conversation_id, epoch, month",
        conversations);
    for (const auto& row : rows) {
      Counting& one = *by_id.at(id_in(row[0]));
      const Position first = position_in(row, 1);
      // Within an epoch times never fall: all that is before the first of this month is in the months before.
      if (first <= Position{one.read.epoch, one.read.sequence + 1}) one.parts.clear();
      one.parts.push_back({month_of(time_in(row[3])).value(), first.epoch});
    }
  }

  [[nodiscard]] std::optional<Month> newest() const {
    std::optional<Month> newest;
    for (const Counting& one : all_) {
      if (one.parts.empty()) continue;
      const Month& month = one.parts.back().month;
      if (!newest || *newest < month) newest.emplace(month);
    }
    return newest;
  }

  void count_of(const Month& month) {
    std::vector<Counting*> asked;
    std::vector<Uuid> conversations;
    std::vector<Uuid> epochs;
    std::vector<std::int64_t> read;
    for (Counting& one : all_) {
      if (one.parts.empty() || one.parts.back().month != month) continue;
      const Uuid& epoch = one.parts.back().epoch;
      asked.push_back(&one);
      conversations.push_back(one.conversation);
      epochs.push_back(epoch);
      read.push_back(epoch == one.read.epoch ? to_parameter(one.read.sequence) : 0);
      one.parts.pop_back();
    }
    const auto rows = transaction_.execute(
        "SELECT place, count(*), min(number) FILTER (WHERE is_own)"
        " FROM unnest($1::uuid[], $2::uuid[], $3::bigint[]) WITH ORDINALITY AS wanted (id, epoch, sequence, place)"
        " CROSS JOIN LATERAL (SELECT m.author_id = $4 AS is_own, row_number() OVER (ORDER BY m.sequence DESC) AS number"
        "  FROM message m WHERE m.conversation_id = wanted.id AND m.epoch = wanted.epoch"
        "  AND m.sequence > wanted.sequence AND m.sent_at >= $5 AND m.sent_at < $6"
        "  ORDER BY m.sequence DESC LIMIT $7) AS newest GROUP BY place",
        conversations, epochs, read, query_.reader, month.first, month.next, query_.limit + 1);
    for (const auto& row : rows) {
      Counting& one = *asked.at(count_in(row[0]) - 1);
      const bool has_own = !row[2].is_null();
      one.count += has_own ? count_in(row[2]) - 1 : count_in(row[1]);
      if (has_own || one.count > query_.limit) one.parts.clear();
    }
  }

  PostgresTransaction& transaction_;
  const UnreadQuery& query_;
  std::vector<Counting> all_;
};

}  // namespace

std::vector<Unread> count_unread(PostgresTransaction& transaction, const UnreadQuery& query) {
  return UnreadCount(transaction, query).run();
}

}  // namespace fanfare::workers::store
