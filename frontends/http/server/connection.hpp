#pragma once
// One client: reads its requests one after the other, writes the replies, closes. Shared by the thread that receives,
// the one that answers and the one that writes what did not fit; a mutex guards everything, and nothing under it
// blocks. Promise: a socket that is not read or not written to in time is closed; a rejection ends the connection,
// really.
//
// The socket is a descriptor of its own (dup(2)), not the acceptor's: the number can't be closed and given to another
// client while a reply is written to it.

#include <chrono>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "frontends/http/message/reply.hpp"
#include "frontends/http/message/request_reader.hpp"
#include "frontends/http/server/limits.hpp"
#include "runtime/process/file_descriptor.hpp"

namespace fanfare::frontends::http {

class Connection {
 public:
  using Clock = std::chrono::steady_clock;

  Connection(runtime::FileDescriptor socket, std::string address, const ServerLimits& limits, Clock::time_point now);

  /// What the caller has to do next.
  struct Step {
    std::optional<Request> request = {};  ///< answer it; there is no other one until then
    bool waits_for_room = false;          ///< call write_on() when socket() can be written
    bool is_closed = false;
  };

  Step receive(std::string_view bytes, Clock::time_point now);
  /// The client sends nothing more; it may still read.
  Step end_of_input(Clock::time_point now);
  /// The answer to the request that a Step gave out; `may_stay` false closes the connection behind it.
  Step answer(const Reply& reply, bool may_stay, Clock::time_point now);
  Step write_on(Clock::time_point now);
  /// Enforces the time limits.
  Step expire(Clock::time_point now);
  /// Ends it at once if it waits for its client; requests that are being answered stay.
  Step close_if_waiting();
  Step close();

  /// Since when it waits for its client to send; nothing while there is a request to answer or a reply to write.
  [[nodiscard]] std::optional<Clock::time_point> waits_since() const;
  /// The socket to be polled for room; nothing if no reply waits.
  [[nodiscard]] std::optional<int> wants_room() const;
  [[nodiscard]] const std::string& address() const { return address_; }

 private:
  enum class State { kReading, kAnswering, kWriting, kLingering, kClosed };

  Step advance(Clock::time_point now);
  Step refuse(const Rejection& rejection, Clock::time_point now);
  Step begin_reply(const Reply& reply, bool keep_alive, bool with_body, Clock::time_point now);
  Step write_some(Clock::time_point now);
  Step finish_reply(Clock::time_point now);
  Step end();
  void wait_for_more(const RequestReader::Incomplete& incomplete, Clock::time_point now);
  bool send_waiting();

  const std::string address_;
  const ServerLimits& limits_;

  mutable std::mutex mutex_;  // guards everything below
  runtime::FileDescriptor socket_;
  RequestReader reader_;
  State state_ = State::kReading;
  RequestReader::Stage stage_ = RequestReader::Stage::kIdle;
  Clock::time_point since_;
  Clock::time_point deadline_;
  std::size_t requests_ = 0;
  bool keep_alive_ = false;
  bool is_head_request_ = false;
  bool input_ended_ = false;
  std::size_t discarded_ = 0;

  std::string head_;
  std::shared_ptr<const std::string> body_;
  std::size_t written_ = 0;  // of both
};

}  // namespace fanfare::frontends::http
