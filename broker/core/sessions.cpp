#include "broker/core/sessions.hpp"

#include <algorithm>

namespace fanfare::broker::core {

Session& Sessions::open(ConnectionId connection) {
  auto session = std::make_unique<Session>(++last_key_, connection, settings_.window, settings_.outbox);
  by_key_.emplace(session->key, session.get());
  return *by_connection_.emplace(connection, std::move(session)).first->second;
}

void Sessions::erase(Session& session) {
  session.ended = true;
  by_key_.erase(session.key);
  const auto found = by_connection_.find(session.connection);
  erased_.push_back(std::move(found->second));
  by_connection_.erase(found);
}

Session* Sessions::by_connection(ConnectionId connection) {
  const auto found = by_connection_.find(connection);
  return found == by_connection_.end() ? nullptr : found->second.get();
}

Session* Sessions::by_key(SessionKey key) {
  const auto found = by_key_.find(key);
  return found == by_key_.end() ? nullptr : found->second;
}

std::vector<Session*> Sessions::all() {
  std::vector<Session*> sessions;
  sessions.reserve(by_key_.size());
  for (const auto& [key, session] : by_key_) sessions.push_back(session);
  std::ranges::sort(sessions, {}, &Session::key);
  return sessions;
}

void Sessions::wake(Session& session) {
  if (session.to_flush) return;
  session.to_flush = true;
  awake_.push_back(session.key);
}

std::vector<Session*> Sessions::take_awake() {
  std::vector<Session*> sessions;
  sessions.reserve(awake_.size());
  for (const auto key : awake_) {
    auto* session = by_key(key);
    if (session == nullptr) continue;  // ended meanwhile
    session->to_flush = false;
    sessions.push_back(session);
  }
  awake_.clear();
  return sessions;
}

void Sessions::refuse(Session& session, protocol::RequestNumber request, protocol::CommandType command, ErrorCode code,
                      std::string_view detail) {
  const auto text = error_text(code, detail);
  answer(session,
         protocol::Error{.request = request, .command = command, .code = code, .text = std::string_view(text)});
}

std::string error_text(ErrorCode code, std::string_view detail) {
  // Details may quote what a peer sent; a text of the wire has at most 65,535 bytes and people read only so much.
  constexpr std::size_t kQuoted = 300;
  std::string text(detail.substr(0, kQuoted));
  if (!text.empty()) text += " – ";
  return text.append(describe(code).advice);
}

}  // namespace fanfare::broker::core
