// conversation_month tells where a conversation's messages stand, in the order of their positions: an epoch's times
// never fall, so its months follow each other, and so do their sequences. Each of its rows is a stretch: the messages
// of one epoch in one partition, up to the first of the next one. A stretch is asked for by `epoch =`: of a comparison
// of rows, (epoch, sequence) < …, PostgreSQL estimates so little that it walks through the whole month by its primary
// key.

#include "workers/store/postgres/postgres_page.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>
#include <vector>

#include "workers/store/postgres/message_months.hpp"
#include "workers/store/postgres/postgres_message_rows.hpp"

namespace fanfare::workers::store {
namespace {

using Messages = std::vector<HistoryMessage>;

const std::string kRows = std::string("SELECT ") + kMessageColumns +
                          " FROM message m LEFT JOIN person_view p ON p.id = m.author_id"
                          " WHERE m.conversation_id = $1 AND m.sent_at >= $2 AND m.sent_at < $3"
                          " AND m.epoch = $4 AND m.sequence >= $5 AND m.sequence < $6 ";
const std::string kDown = kRows + "ORDER BY m.sequence DESC LIMIT $7";
const std::string kUp = kRows + "ORDER BY m.sequence LIMIT $7";

constexpr auto kNoLimit = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());

/// Beyond all.
Position no_limit() {
  Position position;
  position.epoch.bytes.fill(0xFF);
  position.sequence = kNoLimit;
  return position;
}

Position next(Position position) {
  ++position.sequence;
  return position;
}

struct Stretch {
  Position first;
  std::uint64_t next = kNoLimit;  ///< where the epoch's next one begins
  Month month;
};

class Reader {
 public:
  Reader(PostgresTransaction& transaction, const Uuid& conversation)
      : transaction_(transaction), conversation_(conversation) {
    const auto rows = transaction.execute(
        "SELECT epoch, first_sequence, month FROM conversation_month WHERE conversation_id = $1 ORDER BY epoch, month",
        conversation);
    for (const auto& row : rows) {
      const Position first = position_in(row, 0);
      if (!stretches_.empty() && stretches_.back().first.epoch == first.epoch) stretches_.back().next = first.sequence;
      stretches_.push_back({.first = first, .month = month_of(time_in(row[2])).value()});
    }
  }

  /// At most `count`, newest first.
  Messages down_from(const Position& limit, std::size_t count) {
    Messages messages;
    for (auto stretch = stretches_.rbegin(); stretch != stretches_.rend() && messages.size() < count; ++stretch) {
      if (limit <= stretch->first) continue;
      const bool is_cut = stretch->first.epoch == limit.epoch;
      const auto end = is_cut ? std::min(stretch->next, limit.sequence) : stretch->next;
      read(kDown, *stretch, stretch->first.sequence, end, count, messages);
    }
    return messages;
  }

  /// At most `count`, oldest first.
  Messages up_from(const Position& first, std::size_t count) {
    Messages messages;
    for (const Stretch& stretch : stretches_) {
      if (messages.size() == count) break;
      if (Position{stretch.first.epoch, stretch.next} <= first) continue;
      read(kUp, stretch, std::max(first, stretch.first).sequence, stretch.next, count, messages);
    }
    return messages;
  }

 private:
  /// From the sequence `first` on, to before `end`.
  void read(const std::string& sql, const Stretch& stretch, std::uint64_t first, std::uint64_t end, std::size_t count,
            Messages& messages) {
    const auto rows = transaction_.execute(sql, conversation_, stretch.month.first, stretch.month.next,
                                           stretch.first.epoch, first, end, count - messages.size());
    for (const auto& row : rows) messages.push_back(read_message(row));
  }

  PostgresTransaction& transaction_;
  const Uuid& conversation_;
  std::vector<Stretch> stretches_;
};

/// One more than asked for was read, if there are more.
bool cut_to(std::size_t count, Messages& messages) {
  if (messages.size() <= count) return false;
  messages.resize(count);
  return true;
}

void read_around(Reader& reader, const HistoryQuery& query, HistoryPage& page) {
  const std::size_t newer = query.limit / 2;
  const std::size_t older = query.limit - newer;
  Messages messages = reader.up_from(next(*query.around), newer + 1);
  page.has_newer = cut_to(newer, messages);
  std::ranges::reverse(messages);
  page.messages = reader.down_from(next(*query.around), older + 1);
  page.has_more = cut_to(older, page.messages);
  page.messages.insert(page.messages.begin(), std::move_iterator(messages.begin()), std::move_iterator(messages.end()));
}

}  // namespace

std::optional<HistoryPage> read_page(PostgresTransaction& transaction, const HistoryQuery& query) {
  const auto member = transaction.execute(
      "SELECT p.epoch, p.sequence FROM member_view m LEFT JOIN conversation_progress p"
      " ON p.conversation_id = m.conversation_id WHERE m.conversation_id = $1 AND m.person_id = $2",
      query.conversation, query.reader);
  if (member.empty()) return std::nullopt;
  std::optional<HistoryPage> result(std::in_place);
  if (!member[0][0].is_null()) result->reached = position_in(member[0], 0);
  Reader reader(transaction, query.conversation);
  if (query.around) {
    read_around(reader, query, *result);
    return result;
  }
  const std::size_t count = query.limit + 1;
  result->messages = query.after ? reader.up_from(next(*query.after), count)
                                 : reader.down_from(query.before.value_or(no_limit()), count);
  result->has_more = cut_to(query.limit, result->messages);
  return result;
}

}  // namespace fanfare::workers::store
