#include "workers/store/postgres/postgres_message_store.hpp"

#include <pqxx/except>

#include "workers/store/postgres/message_months.hpp"
#include "workers/store/postgres/postgres_append.hpp"
#include "workers/store/postgres/postgres_error.hpp"
#include "workers/store/postgres/postgres_page.hpp"
#include "workers/store/postgres/postgres_preview.hpp"
#include "workers/store/postgres/postgres_search.hpp"
#include "workers/store/postgres/postgres_session.hpp"
#include "workers/store/postgres/postgres_unread.hpp"

namespace fanfare::workers::store {
namespace {

using common::TimePoint;
using runtime::Error;
using runtime::Result;

/// More is a wrong clock.
constexpr std::size_t kMostMonthsAhead = 120;

class PostgresMessageStore final : public MessageStore {
 public:
  explicit PostgresMessageStore(PostgresPool& pool) : session_(pool, {.repeatable = true}) {}

  Result<Appended> append(std::span<const ConversationRecord> records) override {
    if (const auto had = months_.have(session_, records); !had) return had.error();
    bool is_refused = false;
    auto appended = session_.write([&](PostgresTransaction& transaction) -> Result<Appended> {
      is_refused = false;
      try {
        return PostgresAppend(transaction, records).all();
      } catch (const pqxx::sql_error& failure) {
        is_refused = is_refusal_of_values(failure);
        if (!is_refused) throw;
        return Error{"some are refused"};
      }
    });
    if (!is_refused) return appended;
    // A partition that is missing is refused as a value is, and may have been dropped since it was found; under this
    // lock none is.
    return session_.write([&](PostgresTransaction& transaction) -> Result<Appended> {
      transaction.execute("LOCK TABLE message IN ROW EXCLUSIVE MODE");
      months_.forget();
      if (const auto had = months_.have(session_, records); !had) return had.error();
      return PostgresAppend(transaction, records).all_that_can_be();
    });
  }

  Result<std::optional<HistoryPage>> page(const HistoryQuery& query) override {
    return session_.read([&](PostgresTransaction& transaction) -> Result<std::optional<HistoryPage>> {
      return read_page(transaction, query);
    });
  }

  Result<SearchPage> search(const SearchQuery& query) override {
    return session_.read(
        [&](PostgresTransaction& transaction) -> Result<SearchPage> { return search_messages(transaction, query); });
  }

  Result<std::vector<Unread>> unread(const UnreadQuery& query) override {
    return session_.read([&](PostgresTransaction& transaction) -> Result<std::vector<Unread>> {
      return count_unread(transaction, query);
    });
  }

  Result<std::vector<HistoryMessage>> preview(std::span<const ChatMessage> messages) override {
    return session_.read([&](PostgresTransaction& transaction) -> Result<std::vector<HistoryMessage>> {
      return preview_messages(transaction, messages);
    });
  }

  Result<std::size_t> prepare(TimePoint from, TimePoint until) override {
    std::set<Month> months;
    for (auto month = month_of(from); month && month->first <= until; month = month_of(month->next)) {
      months.insert(*month);
      if (months.size() > kMostMonthsAhead) return Error{"more than ", std::to_string(kMostMonthsAhead), " months"};
    }
    months_.forget();  // one may have been dropped
    return months_.have(session_, months);
  }

 private:
  PostgresSession session_;
  MessageMonths months_;
};

}  // namespace

std::unique_ptr<MessageStore> make_postgres_message_store(PostgresPool& pool) {
  return std::make_unique<PostgresMessageStore>(pool);
}

}  // namespace fanfare::workers::store
