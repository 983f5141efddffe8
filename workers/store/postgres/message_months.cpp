#include "workers/store/postgres/message_months.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>

namespace fanfare::workers::store {

using common::TimePoint;
using runtime::Result;

std::optional<Month> month_of(TimePoint time) {
  using namespace std::chrono;
  constexpr TimePoint kFirst{};
  constexpr TimePoint kEnd = sys_days(year(10'000) / January / 1);
  if (time < kFirst || time >= kEnd) return std::nullopt;
  const year_month_day day(floor<days>(time));
  const year_month month = day.year() / day.month();
  return Month{sys_days(month / 1), sys_days((month + months(1)) / 1)};
}

Result<std::size_t> MessageMonths::have(PostgresSession& session, std::span<const ConversationRecord> records) {
  std::set<Month> wanted;
  Month last;
  for (const ConversationRecord& record : records) {
    if (!record.message) continue;
    const TimePoint time = record.message->sent_at;
    if (time >= last.first && time < last.next) continue;  // nearly all of a batch are of the same
    if (const auto month = month_of(time)) wanted.insert(last = *month);
  }
  return have(session, wanted);
}

Result<std::size_t> MessageMonths::have(PostgresSession& session, const std::set<Month>& months) {
  std::set<Month> missing;
  std::ranges::set_difference(months, known_, std::inserter(missing, missing.end()));
  if (missing.empty()) return std::size_t{0};
  auto made = session.write([&missing](PostgresTransaction& transaction) -> Result<std::size_t> {
    std::size_t count = 0;
    for (const Month& month : missing) {
      if (transaction.execute("SELECT message_partition($1::bigint)", month.first)[0][0].as<bool>()) ++count;
    }
    return count;
  });
  if (made) known_.merge(missing);
  return made;
}

}  // namespace fanfare::workers::store
