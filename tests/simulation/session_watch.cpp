#include "tests/simulation/session_watch.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include "tests/simulation/complaint.hpp"

namespace fanfare::simulation {
namespace {

using protocol::CommandType;

bool is_counted_command(const protocol::RawCommand& raw) {
  if (raw.type == CommandType::error) {
    const auto error = protocol::decode<protocol::Error>(raw.body);
    return !error || (error->flags & protocol::Error::kCloses) == 0;
  }
  return protocol::is_counted(raw.type);
}

void append_raw(std::string& out, const protocol::RawCommand& raw) {
  const auto start = out.size();
  out.append(sizeof(std::uint32_t), '\0');
  out.push_back(static_cast<char>(raw.type));
  out.append(raw.body);
  protocol::store(out.data() + start, static_cast<std::uint32_t>(raw.body.size() + 1));
}

constexpr const char* kClient = "a client";
constexpr const char* kBroker = "the broker";

}  // namespace

bool SessionWatch::Way::send(const Kept& command, const char* who) {
  ++sent;
  kept.push_back(command);
  while (!again.empty() && again.front().may_go && again.front().print != command.print) again.pop_front();
  if (again.empty()) return true;
  if (again.front().print == command.print) {
    again.pop_front();
    return false;
  }
  if (command.may_go) return true;
  throw Complaint("resume",
                  std::string(who) + " sends something else before what was lost, as number " + std::to_string(sent));
}

void SessionWatch::Way::confirm(std::uint64_t received, const char* who) {
  if (received < confirmed || received > sent) {
    throw Complaint("count", std::string(who) + " sent " + std::to_string(sent) + " commands and is told that " +
                                 std::to_string(received) + " were received, after " + std::to_string(confirmed));
  }
  for (; confirmed < received; ++confirmed) kept.pop_front();
}

void SessionWatch::Way::resume(std::uint64_t received, const char* who) {
  confirm(received, who);
  kept.insert(kept.end(), again.begin(), again.end());
  again = std::exchange(kept, {});
  sent = received;
}

SessionWatch::Session* SessionWatch::find(Connection connection) {
  const auto number = by_connection_.find(connection);
  return number == by_connection_.end() ? nullptr : &sessions_.at(number->second);
}

SessionWatch::Number SessionWatch::session_of(Connection connection) const {
  const auto number = by_connection_.find(connection);
  return number == by_connection_.end() ? 0 : number->second;
}

void SessionWatch::set_counts(protocol::Hello& hello) const {
  const auto found = std::ranges::find_if(sessions_, [&](const auto& one) { return one.second.id == hello.session; });
  if (found == sessions_.end()) return;
  hello.received = found->second.client_has;
  hello.sent = found->second.up.sent + found->second.up.again.size();
}

void SessionWatch::client_sends(Connection connection, std::string_view frame) {
  auto* session = find(connection);
  if (session == nullptr) return;
  // Once it closes nothing is counted any more: what still goes need not wait for what is to be sent again.
  const auto has_bye = [&] {
    protocol::FrameReader reader(frame);
    while (const auto raw = reader.next()) {
      if (raw->type == CommandType::bye) return true;
    }
    return false;
  };
  if (has_bye()) return;
  protocol::FrameReader reader(frame);
  while (const auto raw = reader.next()) {
    // A publish that is sent again has another number for its topic.
    if (is_counted_command(*raw)) session->up.send({.print = static_cast<std::size_t>(raw->type)}, kClient);
  }
}

SessionWatch::Number SessionWatch::reaches_broker(Connection connection, std::string_view frame) {
  protocol::FrameReader reader(frame);
  auto* session = find(connection);
  while (const auto raw = reader.next()) {
    if (raw->type == CommandType::hello) {
      if (const auto hello = protocol::decode<protocol::Hello>(raw->body)) {
        greetings_[connection] = {.name = std::string(hello->name),
                                  .resumes = (hello->flags & protocol::Hello::kResume) != 0,
                                  .session = hello->session,
                                  .secret = hello->secret,
                                  .received = hello->received};
      }
    } else if (session != nullptr) {
      session->previous = {};
      if (raw->type != CommandType::credit) continue;
      if (const auto credit = protocol::decode<protocol::Credit>(raw->body)) {
        session->down.confirm(credit->received, kBroker);
      }
    }
  }
  return session == nullptr ? 0 : session->number;
}

void SessionWatch::welcome(Connection connection, const protocol::Welcome& welcome) {
  const auto greeting = greetings_.find(connection);
  if (greeting == greetings_.end()) throw Complaint("resume", "a WELCOME to who has not said HELLO");
  const auto& hello = greeting->second;
  if ((welcome.flags & protocol::Welcome::kResumed) == 0) {
    auto& session = sessions_[++last_];
    session.number = last_;
    session.name = hello.name;
    session.id = welcome.session;
    session.secret = welcome.secret;
    session.connection = connection;
    by_connection_[connection] = last_;
    return;
  }
  const auto found = std::ranges::find_if(sessions_, [&](const auto& one) { return one.second.id == welcome.session; });
  if (found == sessions_.end()) throw Complaint("resume", "a session goes on that has ended");
  auto& session = found->second;
  if (!hello.resumes || hello.session != session.id || hello.name != session.name) {
    throw Complaint("resume", "somebody was given the session of another");
  }
  const bool is_previous = session.previous != Uuid() && hello.secret == session.previous;
  if (hello.secret != session.secret && !is_previous) throw Complaint("secret", "an old secret resumes a session");
  session.previous = hello.secret;
  session.secret = welcome.secret;
  by_connection_.erase(session.connection);
  session.connection = connection;
  by_connection_[connection] = session.number;
  session.down.resume(hello.received, kBroker);
  if (hello.received > session.client_has) throw Complaint("count", "a client has received more than it was sent");
  session.client_has = hello.received;
  session.up.resume(welcome.received, kClient);
}

std::string SessionWatch::broker_sends(Connection connection, std::string_view frame) {
  std::string rest(protocol::kFrameHeader);
  protocol::FrameReader reader(frame);
  while (const auto raw = reader.next()) {
    if (raw->type == CommandType::welcome) {
      if (const auto welcomes = protocol::decode<protocol::Welcome>(raw->body)) welcome(connection, *welcomes);
    }
    auto* session = find(connection);
    if (session != nullptr && raw->type == CommandType::credit) {
      if (const auto credit = protocol::decode<protocol::Credit>(raw->body)) {
        session->up.confirm(credit->received, kClient);
      }
    }
    if (session != nullptr && is_counted_command(*raw)) {
      const bool is_gap = raw->type == CommandType::gap;
      const bool live = is_gap || (raw->type == CommandType::deliver && raw->body.size() > 2 && raw->body[2] == '\0');
      const Kept command{std::hash<std::string_view>()(raw->body) + static_cast<std::size_t>(raw->type), live};
      if (!session->down.send(command, kBroker)) continue;
    }
    append_raw(rest, *raw);
  }
  return rest;
}

void SessionWatch::reaches_client(Connection connection, std::string_view frame) {
  auto* session = find(connection);
  if (session == nullptr) return;
  protocol::FrameReader reader(frame);
  while (const auto raw = reader.next()) {
    if (is_counted_command(*raw)) ++session->client_has;
  }
}

SessionWatch::Number SessionWatch::ended(Connection connection, std::string_view name) {
  auto found = sessions_.find(session_of(connection));
  // One that had just been resumed and was ended before WELCOME went out looks the same.
  if (found == sessions_.end()) {
    found = std::ranges::find_if(
        sessions_, [&](const auto& one) { return one.second.connection == 0 && one.second.name == name; });
  }
  if (found == sessions_.end()) return 0;
  const auto number = found->first;
  by_connection_.erase(found->second.connection);
  sessions_.erase(found);
  return number;
}

SessionWatch::Number SessionWatch::detached(Connection connection) {
  auto* session = find(connection);
  if (session == nullptr) return 0;
  session->connection = 0;
  by_connection_.erase(connection);
  return session->number;
}

void SessionWatch::broker_stopped() {
  sessions_.clear();
  by_connection_.clear();
  greetings_.clear();
}

}  // namespace fanfare::simulation
