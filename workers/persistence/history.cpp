#include "workers/persistence/history.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <utility>

#include "workers/persistence/history_page.hpp"

namespace fanfare::workers::persistence {
namespace {

using common::Answer;
using common::Refusal;
using common::RefusalCode;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kLongestCursor = 64;
constexpr common::CountBounds kLimit{1, 100};
constexpr std::uint64_t kUsualLimit = 50;

/// Of the caller's time: for the author's names and the answer's way.
constexpr std::chrono::milliseconds kReserve{100};
/// For the journal, so that callers who are patient do not take all threads.
constexpr std::chrono::milliseconds kLongestRead{3'000};

std::optional<Position> read_cursor(common::Fields& fields, const std::string& name) {
  const auto text = fields.optional_text(name, {1, kLongestCursor});
  if (!text) return std::nullopt;
  const auto position = Position::parse(*text);
  if (!position) fields.add_problem(name, "must be a cursor from an earlier page or a position");
  return position;
}

/// {"code": …} of services.md for what can't be asked; else the query.
common::OrRefusal<store::HistoryQuery> read_query(common::Call& call) {
  common::Fields& fields = call.fields;
  store::HistoryQuery query;
  query.reader = call.person;
  query.conversation = fields.id("conversation");
  query.before = read_cursor(fields, "before");
  query.after = read_cursor(fields, "after");
  query.around = read_cursor(fields, "around");
  query.limit = fields.count("limit", kLimit, kUsualLimit);
  if (query.before && query.after) fields.add_problem("after", "excludes before");
  if (query.around && (query.before || query.after)) fields.add_problem("around", "excludes before and after");
  if (auto refusal = fields.refusal()) return *std::move(refusal);
  return query;
}

class Reader {
 public:
  Reader(std::shared_ptr<KeptStore> store, FetchPage fetch, runtime::Logger& log)
      : store_(std::move(store)), fetch_(std::move(fetch)), log_(log) {}

  Answer list(common::Call& call) {
    const auto query = read_query(call);
    if (!query) return query.error();
    auto page = store_->call([&](store::MessageStore& messages) { return messages.page(*query); });
    if (!page) return page.error();
    if (!*page) return Refusal{RefusalCode::kNotFound, "there is no such conversation, or you are no member of it"};
    // Without a tail the database has reached something: the cursor, or more messages than the page holds.
    if (!needs_tail(*query, **page)) return to_json(*query, **page, (*page)->reached.value_or(Position{}));
    return with_tail(*query, **std::move(page), std::min(call.deadline - kReserve, Clock::now() + kLongestRead));
  }

 private:
  /// What is beyond the database's `reached` as it was when the page was read: so there is no hole between the two,
  /// whatever is written meanwhile.
  Answer with_tail(const store::HistoryQuery& query, store::HistoryPage page, Clock::time_point deadline) {
    const auto tail = read_tail(fetch_, query.conversation, page.reached, deadline);
    if (!tail) {
      log_.warn("the newest messages are not readable", {{"reason", tail.error().message}});
      return Refusal{RefusalCode::kUnavailable, "try again: the newest messages can't be read at the moment"};
    }
    if (tail->messages.empty()) return to_json(query, page, tail->through);
    auto rows = store_->call([&](store::MessageStore& messages) { return messages.preview(tail->messages); });
    if (!rows) return rows.error();
    return to_json(query, merge(query, std::move(page), *std::move(rows)), tail->through);
  }

  const std::shared_ptr<KeptStore> store_;
  const FetchPage fetch_;
  runtime::Logger& log_;
};

}  // namespace

void add_history(common::MethodTable& table, std::shared_ptr<KeptStore> store, FetchPage fetch, runtime::Logger& log) {
  const auto reader = std::make_shared<Reader>(std::move(store), std::move(fetch), log);
  table.add("history.list", common::MethodTable::Needs::kPerson,
            [reader](common::Call& call) { return reader->list(call); });
}

}  // namespace fanfare::workers::persistence
