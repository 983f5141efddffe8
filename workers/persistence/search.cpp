#include "workers/persistence/search.hpp"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "workers/persistence/message_json.hpp"
#include "workers/persistence/page_cut.hpp"

namespace fanfare::workers::persistence {
namespace {

using nlohmann::json;

constexpr common::TextBounds kQuery{.minimum = 1, .maximum = 200, .may_be_blank = false};
constexpr common::TextBounds kSearchCursor{.minimum = 1, .maximum = 8};
constexpr common::CountBounds kResults{.minimum = 1, .maximum = 50};
constexpr std::uint64_t kUsualResults = 20;

/// How far one can go on. Ranking has to look at everything that is skipped, so each page costs more than the last.
constexpr std::size_t kReachable = 1'000;

/// A cursor is how many results were given out, as `from<number>`.
constexpr std::string_view kCursorBegins = "from";

std::string cursor_at(std::size_t offset) { return std::string(kCursorBegins) + std::to_string(offset); }

std::optional<std::size_t> parse_cursor(std::string_view text) {
  if (!text.starts_with(kCursorBegins)) return std::nullopt;
  const std::string_view digits = text.substr(kCursorBegins.size());
  std::size_t offset = 0;
  const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), offset);
  if (fault != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  if (offset == 0 || offset >= kReachable || cursor_at(offset) != text) return std::nullopt;
  return offset;
}

std::size_t read_offset(common::Fields& fields) {
  const auto text = fields.optional_text("cursor", kSearchCursor);
  if (!text) return 0;
  const auto offset = parse_cursor(*text);
  if (!offset) fields.add_problem("cursor", "must be the `next` of a page before");
  return offset.value_or(0);
}

common::OrRefusal<store::SearchQuery> read_search(common::Call& call) {
  common::Fields& fields = call.fields;
  store::SearchQuery query{.reader = call.person, .text = fields.text("query", kQuery)};
  query.conversation = fields.optional_id("conversation");
  query.offset = read_offset(fields);
  query.limit = std::min<std::size_t>(fields.count("limit", kResults, kUsualResults), kReachable - query.offset);
  if (auto refusal = fields.refusal()) return *std::move(refusal);
  return query;
}

json row_of(const store::FoundMessage& found) {
  json row = to_json(found.message);
  json& excerpt = row["excerpt"] = json::array();
  for (const store::Fragment& fragment : found.excerpt) {
    excerpt.push_back({{"text", fragment.text}, {"hit", fragment.is_hit}});
  }
  return row;
}

/// {"results": […], "next"}; cut by its bytes, and `next` goes on there.
std::string answer_of(const store::SearchQuery& query, const store::SearchPage& page) {
  std::vector<std::string> texts;
  texts.reserve(page.found.size());
  for (const store::FoundMessage& found : page.found) texts.push_back(row_of(found).dump());
  const Cut cut = cut_around(texts, 0, kPageBytes);
  const std::size_t given = query.offset + cut.last;
  const bool has_more = cut.last > 0 && (page.has_more || cut.last < texts.size()) && given < kReachable;
  const json next = has_more ? json(cursor_at(given)) : json(nullptr);
  return R"({"results":)" + list_of(texts, cut) + R"(,"next":)" + next.dump() + "}";
}

}  // namespace

void add_search(common::MethodTable& table, std::shared_ptr<KeptStore> store) {
  table.add(std::string(kSearchTopic), common::MethodTable::Needs::kPerson,
            [store = std::move(store)](common::Call& call) -> common::Answer {
              const auto query = read_search(call);
              if (!query) return query.error();
              const auto page = store->call([&](store::MessageStore& messages) { return messages.search(*query); });
              if (!page) return page.error();
              return answer_of(*query, *page);
            });
}

}  // namespace fanfare::workers::persistence
