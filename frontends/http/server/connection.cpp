#include "frontends/http/server/connection.hpp"

#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cerrno>
#include <utility>

#include "frontends/http/message/problem.hpp"

namespace fanfare::frontends::http {

using Stage = RequestReader::Stage;

Connection::Connection(runtime::FileDescriptor socket, std::string address, const ServerLimits& limits,
                       Clock::time_point now)
    : address_(std::move(address)),
      limits_(limits),
      socket_(std::move(socket)),
      reader_(limits.read),
      since_(now),
      deadline_(now + limits.head_timeout) {}

Connection::Step Connection::receive(std::string_view bytes, Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  if (state_ == State::kClosed) return {.is_closed = true};
  if (state_ == State::kLingering) {
    discarded_ += bytes.size();
    return discarded_ > limits_.linger_bytes ? end() : Step{};
  }
  if (!reader_.append(bytes)) return end();  // sent far ahead without reading our replies
  return state_ == State::kReading ? advance(now) : Step{};
}

Connection::Step Connection::end_of_input(Clock::time_point) {
  const std::lock_guard lock(mutex_);
  if (state_ == State::kClosed) return {.is_closed = true};
  input_ended_ = true;
  return state_ == State::kReading || state_ == State::kLingering ? end() : Step{};
}

Connection::Step Connection::answer(const Reply& reply, bool may_stay, Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  if (state_ != State::kAnswering) return {.is_closed = state_ == State::kClosed};
  return begin_reply(reply, keep_alive_ && may_stay, !is_head_request_, now);
}

Connection::Step Connection::write_on(Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  if (state_ != State::kWriting) return {.is_closed = state_ == State::kClosed};
  return write_some(now);
}

Connection::Step Connection::expire(Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  if (state_ == State::kClosed) return {.is_closed = true};
  if (state_ == State::kAnswering || now < deadline_) return {};
  if (state_ == State::kReading && stage_ != Stage::kIdle) {
    return refuse({408, "request_timeout", "the request did not arrive in time"}, now);
  }
  return end();
}

Connection::Step Connection::close_if_waiting() {
  const std::lock_guard lock(mutex_);
  if (state_ == State::kClosed) return {.is_closed = true};
  return state_ == State::kReading || state_ == State::kLingering ? end() : Step{};
}

Connection::Step Connection::close() {
  const std::lock_guard lock(mutex_);
  return end();
}

std::optional<Connection::Clock::time_point> Connection::waits_since() const {
  const std::lock_guard lock(mutex_);
  if (state_ != State::kReading && state_ != State::kLingering) return std::nullopt;
  return since_;
}

std::optional<int> Connection::wants_room() const {
  const std::lock_guard lock(mutex_);
  if (state_ != State::kWriting) return std::nullopt;
  return socket_.get();
}

/// Looks for the next request in what was received.
Connection::Step Connection::advance(Clock::time_point now) {
  RequestReader::Next next = reader_.next();
  if (const auto* rejection = std::get_if<Rejection>(&next)) return refuse(*rejection, now);
  if (const auto* incomplete = std::get_if<RequestReader::Incomplete>(&next)) {
    if (input_ended_) return end();
    wait_for_more(*incomplete, now);
    return {};
  }
  auto& complete = std::get<RequestReader::Complete>(next);
  state_ = State::kAnswering;
  stage_ = Stage::kIdle;
  keep_alive_ = complete.keep_alive && ++requests_ < limits_.requests_per_connection;
  is_head_request_ = complete.request.method == "HEAD";
  complete.request.peer = address_;
  return {.request = std::move(complete.request)};
}

/// Each part of a request has one deadline, set when it begins: a byte now and then does not move it.
void Connection::wait_for_more(const RequestReader::Incomplete& incomplete, Clock::time_point now) {
  if (incomplete.stage == Stage::kHead && stage_ == Stage::kIdle) deadline_ = now + limits_.head_timeout;
  if (incomplete.stage == Stage::kBody && stage_ != Stage::kBody) deadline_ = now + limits_.body_timeout;
  stage_ = incomplete.stage;
  if (!incomplete.wants_continue) return;
  // A client that does not get this sends the body after a while (RFC 9110 §10.1.1).
  constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  [[maybe_unused]] const ssize_t sent = ::send(socket_.get(), kContinue.data(), kContinue.size(), MSG_NOSIGNAL);
}

Connection::Step Connection::refuse(const Rejection& rejection, Clock::time_point now) {
  const Reply reply = to_reply({.status = rejection.status, .code = rejection.code, .detail = rejection.detail});
  return begin_reply(reply, false, true, now);
}

Connection::Step Connection::begin_reply(const Reply& reply, bool keep_alive, bool with_body, Clock::time_point now) {
  keep_alive_ = keep_alive;
  head_ = head_of(reply, keep_alive, std::chrono::system_clock::now());
  body_ = with_body && !is_without_content(reply.status) ? reply.body : nullptr;
  written_ = 0;
  state_ = State::kWriting;
  const std::size_t size = head_.size() + (body_ ? body_->size() : 0);
  deadline_ = now + limits_.write_timeout + std::chrono::seconds(size / kSlowestReader);
  return write_some(now);
}

Connection::Step Connection::write_some(Clock::time_point now) {
  if (!send_waiting()) return end();
  const std::size_t size = head_.size() + (body_ ? body_->size() : 0);
  return written_ == size ? finish_reply(now) : Step{.waits_for_room = true};
}

/// As much as the socket takes; false when it is broken.
bool Connection::send_waiting() {
  const std::size_t body_size = body_ ? body_->size() : 0;
  while (written_ < head_.size() + body_size) {
    std::array<iovec, 2> parts{};
    std::size_t count = 0;
    // sendmsg() only reads, though iovec is not const.
    if (written_ < head_.size()) parts[count++] = {head_.data() + written_, head_.size() - written_};
    const std::size_t body_from = written_ < head_.size() ? 0 : written_ - head_.size();
    if (body_from < body_size) parts[count++] = {const_cast<char*>(body_->data()) + body_from, body_size - body_from};
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = count;
    const ssize_t sent = ::sendmsg(socket_.get(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return errno == EAGAIN || errno == EWOULDBLOCK;
    written_ += static_cast<std::size_t>(sent);
  }
  return true;
}

/// Goes on with what the client has sent meanwhile. Or says that nothing more comes and reads on for a while: closing a
/// socket with unread input would take the reply away from the client (RFC 9112 §9.6).
Connection::Step Connection::finish_reply(Clock::time_point now) {
  head_.clear();
  body_.reset();
  since_ = now;
  if (keep_alive_) {
    state_ = State::kReading;
    deadline_ = now + limits_.idle_timeout;
    return advance(now);
  }
  if (input_ended_) return end();
  ::shutdown(socket_.get(), SHUT_WR);
  state_ = State::kLingering;
  deadline_ = now + limits_.linger_timeout;
  return {};
}

/// The acceptor's own descriptor sees the end of the connection by this and is closed there.
Connection::Step Connection::end() {
  if (state_ != State::kClosed) {
    ::shutdown(socket_.get(), SHUT_RDWR);
    socket_.reset();
    state_ = State::kClosed;
    head_.clear();
    body_.reset();
  }
  return {.is_closed = true};
}

}  // namespace fanfare::frontends::http
