#include "workers/persistence/history_page.hpp"

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "workers/persistence/page_cut.hpp"

namespace fanfare::workers::persistence {
namespace {

using nlohmann::json;
using Messages = std::vector<store::HistoryMessage>;

/// Whether it is beyond what the database has, and on the side of the cursor that was asked for.
bool belongs(const store::HistoryMessage& row, const store::HistoryQuery& query, const store::HistoryPage& page) {
  const Position& position = row.message.position;
  if (page.reached && position <= *page.reached) return false;
  if (query.before && position >= *query.before) return false;
  return !query.after || position > *query.after;
}

/// Of messages newest first: the first one that is not newer than `around`.
std::size_t middle_of(const Messages& messages, const Position& around) {
  const auto is_newer = [&](const store::HistoryMessage& row) { return row.message.position > around; };
  return static_cast<std::size_t>(std::distance(messages.begin(), std::ranges::find_if_not(messages, is_newer)));
}

/// As many as the store gives on either side: the middle counts as one of the older ones.
void keep_around(const Position& around, std::size_t limit, store::HistoryPage& page) {
  const std::size_t newer = middle_of(page.messages, around);
  const std::size_t older = page.messages.size() - newer;
  const std::size_t kept_newer = std::min(newer, limit / 2);
  const std::size_t kept_older = std::min(older, limit - limit / 2);
  page.has_newer = page.has_newer || kept_newer < newer;
  page.has_more = page.has_more || kept_older < older;
  page.messages.resize(newer + kept_older);
  page.messages.erase(page.messages.begin(), page.messages.begin() + static_cast<std::ptrdiff_t>(newer - kept_newer));
}

json cursor(bool is_needed, const Messages& messages, std::size_t index) {
  return is_needed && !messages.empty() ? json(messages[index].message.position.to_string()) : json(nullptr);
}

}  // namespace

bool needs_tail(const store::HistoryQuery& query, const store::HistoryPage& page) {
  if (query.after) return !page.has_more;
  if (query.around) return !page.has_newer;
  return !query.before || !page.reached || *query.before > *page.reached;
}

store::HistoryPage merge(const store::HistoryQuery& query, store::HistoryPage page, Messages tail) {
  std::erase_if(tail, [&](const store::HistoryMessage& row) { return !belongs(row, query, page); });
  if (!query.after) std::ranges::reverse(tail);
  auto& messages = page.messages;
  messages.insert(query.after ? messages.end() : messages.begin(), std::make_move_iterator(tail.begin()),
                  std::make_move_iterator(tail.end()));
  if (query.around) {
    keep_around(*query.around, query.limit, page);
  } else if (messages.size() > query.limit) {
    messages.resize(query.limit);
    page.has_more = true;
  }
  return page;
}

std::string to_json(const store::HistoryQuery& query, const store::HistoryPage& page, const Position& resume,
                    std::size_t bytes) {
  std::vector<std::string> texts;
  texts.reserve(page.messages.size());
  for (const store::HistoryMessage& row : page.messages) texts.push_back(to_json(row).dump());
  const std::size_t middle = query.around ? middle_of(page.messages, *query.around) : 0;
  const Cut cut = cut_around(texts, middle, bytes);
  const json next = cursor(page.has_more || cut.last < texts.size(), page.messages, cut.last - 1);
  std::string answer = R"({"messages":)" + list_of(texts, cut) + R"(,"next":)" + next.dump();
  if (query.around) {
    answer += R"(,"previous":)" + cursor(page.has_newer || cut.first > 0, page.messages, cut.first).dump();
  }
  return answer + R"(,"resume":")" + resume.to_string() + "\"}";
}

}  // namespace fanfare::workers::persistence
