#include "broker/core/sessions.hpp"

#include <algorithm>
#include <utility>

namespace fanfare::broker::core {

Session& Sessions::open(ConnectionId connection, const Uuid& id) {
  const auto key = ++last_key_;
  auto session = std::make_unique<Session>(key, connection, pool_, settings_);
  session->id = id;
  by_id_.emplace(id, session.get());
  by_connection_.emplace(connection, session.get());
  return *by_key_.emplace(key, std::move(session)).first->second;
}

void Sessions::erase(Session& session) {
  session.ended = true;
  session.in.pause();
  if (session.attached()) by_connection_.erase(session.connection);
  by_id_.erase(session.id);
  erased_.push_back(std::move(by_key_.extract(session.key).mapped()));
}

void Sessions::detach(Session& session) {
  session.in.pause();
  by_connection_.erase(std::exchange(session.connection, kNoConnection));
}

void Sessions::attach(Session& session, ConnectionId connection) {
  session.connection = connection;
  by_connection_.emplace(connection, &session);
  wake(session);
}

Session* Sessions::by_connection(ConnectionId connection) {
  const auto found = by_connection_.find(connection);
  return found == by_connection_.end() ? nullptr : found->second;
}

Session* Sessions::by_key(SessionKey key) {
  const auto found = by_key_.find(key);
  return found == by_key_.end() ? nullptr : found->second.get();
}

Session* Sessions::by_id(const Uuid& id) {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : found->second;
}

Session* Sessions::longest_detached() {
  Session* longest = nullptr;
  for (const auto& [key, session] : by_key_) {
    if (session->attached()) continue;
    const auto age = [](const Session& one) { return std::pair(one.last_heard, one.key); };
    if (longest == nullptr || age(*session) < age(*longest)) longest = session.get();
  }
  return longest;
}

std::vector<Session*> Sessions::all() {
  std::vector<Session*> sessions;
  sessions.reserve(by_key_.size());
  for (const auto& [key, session] : by_key_) sessions.push_back(session.get());
  std::ranges::sort(sessions, {}, &Session::key);
  return sessions;
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
