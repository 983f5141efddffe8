// QUERY: the state of the broker as rows of text, a page at a time. The cursor is the number of rows already given; of
// presence keys, which are too many to list them all for each page, the last one given.

#include <charconv>
#include <vector>

#include "broker/core/core.hpp"
#include "protocol/header_map.hpp"
#include "protocol/topic.hpp"

namespace fanfare::broker::core {
namespace {

using protocol::QueryKind;
using Rows = std::vector<Headers>;

constexpr std::size_t kMaxRows = 1000;
constexpr std::size_t kMaxPageBytes = 256U * 1024U;

std::string text(std::uint64_t number) { return std::to_string(number); }

std::string seconds(std::chrono::microseconds time) {
  return text(static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::seconds>(time).count()));
}

Rows session_rows(Sessions& sessions, Instant now) {
  Rows rows;
  for (const auto* one : sessions.all()) {
    rows.push_back({{"session", one->id.to_string()},
                    {"name", one->name},
                    {"software", one->software},
                    {"publisher", one->publisher},
                    {"state", one->attached() ? "connected" : "detached"},
                    {"age_seconds", seconds(now.steady - one->opened)},
                    {"subscriptions", text(one->subscriptions.size())},
                    {"services", text(one->services.size())},
                    {"published", text(one->published)},
                    {"credit_bytes", text(one->in.unused())},
                    {"waiting_bytes", text(one->out.waiting_bytes())},
                    {"dropped", text(one->out.dropped())}});
  }
  return rows;
}

Rows stream_rows(Streams& streams, const TopicTable& table, const Journal& journal) {
  Rows rows;
  for (const auto& one : streams.all()) {
    std::string topics;
    for (const auto& topic : one.topics) topics.append(topics.empty() ? "" : " ").append(topic);
    const auto figures = journal.figures(one.number);
    rows.push_back({{"stream", one.name},
                    {"topics", topics},
                    {"topic_count", text(table.numbered(one.number))},
                    {"epoch", one.head.epoch.to_string()},
                    {"first", text(one.first)},
                    {"head", text(one.head.sequence)},
                    {"bytes", text(figures.bytes)},
                    {"segments", text(figures.segments)},
                    {"oldest", std::to_string(figures.oldest)},
                    {"uncommitted_bytes", text(one.uncommitted)},
                    {"state", one.failed ? one.failure : "ok"}});
  }
  return rows;
}

Rows subscription_rows(Sessions& sessions) {
  Rows rows;
  for (const auto* one : sessions.all()) {
    for (const auto& [pattern, uses] : one->patterns) {
      rows.push_back(
          {{"session", one->id.to_string()}, {"name", one->name}, {"pattern", pattern}, {"uses", text(uses)}});
    }
  }
  return rows;
}

Rows service_rows(Sessions& sessions, const Services& services) {
  Rows rows;
  for (const auto* one : sessions.all()) {
    for (const auto& [handle, id] : one->services) {
      const auto& member = services.members().at(id);
      rows.push_back({{"session", one->id.to_string()},
                      {"name", one->name},
                      {"pattern", member.pattern},
                      {"in_flight", text(member.in_flight)},
                      {"max_in_flight", text(member.max_in_flight)}});
    }
  }
  return rows;
}

std::size_t read_cursor(std::string_view cursor) {
  std::size_t at = 0;
  std::from_chars(cursor.data(), cursor.data() + cursor.size(), at);
  return at;
}

}  // namespace

void Core::on_query(Session& session, const protocol::Query& command, Instant now) {
  const auto limit = command.limit == 0 ? kMaxRows : std::min<std::size_t>(command.limit, kMaxRows);
  const bool by_key = command.kind == QueryKind::presence;
  Rows rows;
  std::string next;
  switch (command.kind) {
    case QueryKind::broker:
      rows.push_back({{"version", settings_.version},
                      {"run", run_.to_string()},
                      {"state", draining_ ? "draining" : "ready"},
                      {"uptime_seconds", seconds(now.steady - started_)},
                      {"sessions", text(sessions_.size())},
                      {"patterns", text(audiences_.patterns())},
                      {"topics", text(topics_.size())},
                      {"groups", text(groups_.size())},
                      {"open_requests", text(services_.open())},
                      {"presence_keys", text(presence_.keys().all().size())},
                      {"messages_published", text(counters_.messages_published)},
                      {"messages_repeated", text(counters_.messages_repeated)},
                      {"messages_delivered", text(counters_.messages_delivered)},
                      {"requests", text(counters_.requests)},
                      {"requests_retried", text(counters_.requests_retried)},
                      {"replies_late", text(counters_.replies_late)},
                      {"credit_bytes", text(sessions_.lent())},
                      {"uncommitted_bytes", text(publishing_.uncommitted())},
                      {"slowed_sessions", text(slowed_.size())},
                      {"malformed_frames", text(counters_.malformed_frames)},
                      {"gaps", text(counters_.gaps)},
                      {"records_replayed", text(counters_.records_replayed)},
                      {"spills", text(counters_.spills)},
                      {"readers", text(readers_.size())},
                      {"replays", text(replays_.size())}});
      if (const auto usage = effects_.process_usage()) {
        rows.back().emplace("cpu_microseconds", text(usage->cpu_microseconds));
        rows.back().emplace("memory_bytes", text(usage->memory_bytes));
      }
      break;
    case QueryKind::sessions:
      rows = session_rows(sessions_, now);
      break;
    case QueryKind::streams:
      rows = stream_rows(streams_, topics_, journal_);
      break;
    case QueryKind::subscriptions:
      rows = subscription_rows(sessions_);
      break;
    case QueryKind::services:
      rows = service_rows(sessions_, services_);
      break;
    case QueryKind::groups:
      rows = groups_.group_rows();
      break;
    case QueryKind::members:
      rows = groups_.member_rows();
      break;
    case QueryKind::dead_letters:
      rows = groups_.dead_letter_rows();
      break;
    case QueryKind::presence:
      rows = presence_.rows(command.cursor, limit, next);
      break;
  }

  auto at = by_key ? 0 : std::min(read_cursor(command.cursor), rows.size());
  std::string content;
  std::uint32_t count = 0;
  protocol::Writer writer(content);
  for (; at < rows.size() && count < limit && content.size() < kMaxPageBytes; ++at, ++count) {
    const auto row = protocol::encode_headers(rows[at]);
    writer(protocol::LongText(std::string_view(row)));
  }
  if (!session.out.has_room(content.size())) {  // asking is free, so answers that are not read must end somewhere
    return sessions_.refuse(session, command.request, protocol::CommandType::query, ErrorCode::too_many_requests);
  }
  if (at < rows.size()) next = by_key ? rows[at - 1].at("key") : text(at);
  session.out.push_data(protocol::Page{.request = command.request,
                                       .kind = protocol::PageKind::rows,
                                       .flags = next.empty() ? protocol::Page::kLast : std::uint8_t{0},
                                       .next = std::string_view(next),
                                       .count = count,
                                       .content = std::string_view(content)});
  sessions_.wake(session);
}

}  // namespace fanfare::broker::core
