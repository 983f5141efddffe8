#include "workers/persistence/history.hpp"

#include <nlohmann/json.hpp>

#include <memory>
#include <optional>
#include <utility>

#include "workers/common/time_point.hpp"

namespace fanfare::workers::persistence {
namespace {

using common::Answer;
using common::Refusal;
using common::RefusalCode;
using nlohmann::json;

constexpr std::size_t kLongestCursor = 64;
constexpr common::CountBounds kLimit{1, 100};
constexpr std::uint64_t kUsualLimit = 50;

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
  query.limit = fields.count("limit", kLimit, kUsualLimit);
  if (query.before && query.after) fields.add_problem("after", "excludes before");
  if (auto refusal = fields.refusal()) return *std::move(refusal);
  return query;
}

json to_json(const store::HistoryMessage& row) {
  const store::ChatMessage& message = row.message;
  return {
      {"id", message.id.to_string()},
      {"client_id", message.client_id},
      {"conversation", message.conversation.to_string()},
      {"kind", "text"},
      {"text", message.text},
      {"from", {{"id", message.author.to_string()}, {"username", row.username}, {"display_name", row.display_name}}},
      {"epoch", message.position.epoch.to_string()},
      {"sequence", message.position.sequence},
      {"timestamp", common::to_text(message.sent_at)}};
}

/// A connection is opened again after it has failed.
class Reader {
 public:
  Reader(Writer::OpenStore open, runtime::Logger& log) : open_(std::move(open)), log_(log) {}

  Answer list(common::Call& call) {
    const auto query = read_query(call);
    if (!query) return query.error();
    const auto page = read(*query);
    if (!page) {
      store_.reset();
      log_.warn("history is not readable", {{"reason", page.error().message}});
      return Refusal{RefusalCode::kUnavailable, "try again: the database is away"};
    }
    if (!*page) return Refusal{RefusalCode::kNotFound, "there is no such conversation, or you are no member of it"};
    return persistence::to_json(**page);
  }

 private:
  runtime::Result<std::optional<store::HistoryPage>> read(const store::HistoryQuery& query) {
    if (!store_) {
      auto opened = open_();
      if (!opened) return opened.error();
      store_ = *std::move(opened);
    }
    return store_->page(query);
  }

  const Writer::OpenStore open_;
  runtime::Logger& log_;
  std::unique_ptr<store::MessageStore> store_;
};

}  // namespace

std::string to_json(const store::HistoryPage& page, std::size_t bytes) {
  std::string messages;
  std::optional<Position> last;
  bool has_more = page.has_more;
  for (const store::HistoryMessage& row : page.messages) {
    const std::string text = to_json(row).dump();
    if (last && messages.size() + text.size() + 1 > bytes) {
      has_more = true;
      break;
    }
    if (last) messages += ',';
    messages += text;
    last = row.message.position;
  }
  const json next = has_more && last ? json(last->to_string()) : json(nullptr);
  const json resume = page.resume ? json(page.resume->to_string()) : json(nullptr);
  return R"({"messages":[)" + messages + R"(],"next":)" + next.dump() + R"(,"resume":)" + resume.dump() + '}';
}

void add_history(common::MethodTable& table, Writer::OpenStore open, runtime::Logger& log) {
  const auto reader = std::make_shared<Reader>(std::move(open), log);
  table.add("history.list", common::MethodTable::Needs::kPerson,
            [reader](common::Call& call) { return reader->list(call); });
}

}  // namespace fanfare::workers::persistence
