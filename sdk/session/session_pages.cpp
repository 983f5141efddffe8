// Questions that are answered by pages: what the broker says of itself, and stored messages.
#include <algorithm>

#include "protocol/header_map.hpp"
#include "sdk/session/batch_records.hpp"
#include "sdk/session/session.hpp"

namespace fanfare::session {

void Session::query(Ticket ticket, protocol::QueryKind kind, Instant deadline) {
  if (phase_ == Phase::refused || phase_ == Phase::closed) return listener_.on_event(QueryFailed{ticket, ended_});
  queries_.add(ticket, kind, deadline);
  if (phase_ == Phase::ready) send_query(ticket, *queries_.find(ticket));
}

void Session::fetch(Ticket ticket, OpenFetch fetch) {
  if (phase_ == Phase::refused || phase_ == Phase::closed) return listener_.on_event(FetchFailed{ticket, ended_});
  if (fetches_.full()) {
    return listener_.on_event(FetchFailed{ticket, Error(ErrorCode::too_many_requests, "of fetch()")});
  }
  fetches_.add(ticket, std::move(fetch));
  send_fetches();
}

void Session::send_query(Ticket ticket, OpenQuery& query) {
  query.asked = true;
  pending_[++last_request_] = {Pending::Kind::query, ticket};
  control(protocol::Query{.request = last_request_, .kind = query.kind, .cursor = std::string_view(query.cursor)});
}

void Session::send_fetches() {
  if (phase_ != Phase::ready || draining_) return;
  while (const auto ticket = fetches_.next_to_ask()) {
    const auto& fetch = *fetches_.find(*ticket);
    pending_[++last_request_] = {Pending::Kind::fetch, *ticket};
    control(protocol::Fetch{.request = last_request_,
                            .from = fetch.from,
                            .position = fetch.start,
                            .time = fetch.time,
                            .max_count = fetch.max_count,
                            .max_bytes = fetch.max_bytes,
                            .pattern = std::string_view(fetch.pattern)});
    fetches_.mark_asked(*ticket);
  }
}

bool Session::on(const protocol::Page& page, Incoming& incoming) {
  const auto* found = find_pending(page.request);
  if (found == nullptr) return true;
  const auto pending = *found;
  if (pending.kind == Pending::Kind::query && page.kind == protocol::PageKind::rows) {
    pending_.erase(page.request);
    take_rows(pending.id, page);
  } else if (pending.kind == Pending::Kind::fetch && page.kind == protocol::PageKind::records) {
    pending_.erase(page.request);
    fetches_.answered();
    const bool fine = take_records(pending.id, page, incoming);
    send_fetches();
    return fine;
  }
  return true;
}

void Session::take_rows(Ticket ticket, const protocol::Page& page) {
  auto* query = queries_.find(ticket);
  if (query == nullptr) return;
  std::string_view rest = page.content;
  while (rest.size() >= sizeof(std::uint16_t)) {
    const auto size = protocol::load<std::uint16_t>(rest.data());
    auto row = protocol::decode_headers(rest.substr(sizeof size, size));
    rest.remove_prefix(std::min(rest.size(), sizeof size + size));
    if (row) query->rows.push_back(std::move(*row));
  }
  if ((page.flags & protocol::Page::kLast) == 0) {
    query->cursor = page.next;
    return send_query(ticket, *query);
  }
  auto rows = std::move(query->rows);
  queries_.remove(ticket);
  listener_.on_event(QueryAnswered{ticket, std::move(rows)});
}

bool Session::take_records(Ticket ticket, const protocol::Page& page, Incoming& incoming) {
  const auto* fetch = fetches_.find(ticket);
  if (fetch == nullptr) return true;
  const auto* stream = streams_.find(page.through.stream);
  PageFetched answer{.ticket = ticket,
                     .data = incoming.data,
                     .records = page.content,
                     .topics = {},
                     .stream = stream == nullptr ? std::string() : stream->name,
                     .through = page.through.position,
                     .last = (page.flags & protocol::Page::kLast) != 0,
                     .recovered = (page.flags & protocol::Page::kRecovered) != 0};
  const auto take = [&](const protocol::Record&, const BrokerTopic& topic, std::string_view) {
    answer.topics.push_back(topic.name);
  };
  if (!for_each_record(page.content, page.count, page.through.stream, topics_, registrations_, take)) return false;
  incoming.to_handlers = fetch->to_handler;
  fetches_.remove(ticket);
  listener_.on_event(std::move(answer));
  return true;
}

void Session::fail_fetch(Ticket ticket, const Error& error) {
  fetches_.answered();
  if (fetches_.find(ticket) == nullptr) return;
  // Nothing is wrong with the question: it is asked again in the next session, or when there is room.
  if (error.code() == ErrorCode::draining) return fetches_.ask_again(ticket);
  if (error.code() == ErrorCode::too_many_requests && fetches_.wait_for_room(ticket)) return;
  fetches_.remove(ticket);
  listener_.on_event(FetchFailed{ticket, error});
  send_fetches();
}

void Session::expire_pages(Instant now) {
  for (const auto ticket : fetches_.expired(now)) {
    fetches_.remove(ticket);
    listener_.on_event(FetchFailed{ticket, Error(ErrorCode::deadline_exceeded)});
  }
  if (now < queries_.next_deadline()) return;
  std::erase_if(queries_.all(), [&](const auto& entry) {
    if (entry.second.deadline > now) return false;
    listener_.on_event(QueryFailed{entry.first, Error(ErrorCode::deadline_exceeded)});
    return true;
  });
}

void Session::fail_pages(const Error& error) {
  for (const auto& [ticket, query] : queries_.all()) listener_.on_event(QueryFailed{ticket, error});
  queries_.all().clear();
  for (const auto ticket : fetches_.all()) listener_.on_event(FetchFailed{ticket, error});
  fetches_ = {};
}

}  // namespace fanfare::session
