#pragma once
// The client protocol of NATS (https://docs.nats.io/reference/reference-protocols/nats-protocol) on a bare connection,
// so that no client library is measured with the server. Owned by one thread.

#include <optional>
#include <string>
#include <string_view>

#include "tests/bench/load/operations/wait.hpp"

namespace fanfare::load {

class NatsConnection {
 public:
  struct Message {
    std::string_view subject;
    std::string_view subscription;
    std::string_view reply;
    std::string_view headers;  ///< of HMSG: the line of a status and what follows
    std::string_view payload;
  };

  /// Connected when it returns.
  explicit NatsConnection(const std::string& address);

  void subscribe(std::string_view subject, unsigned number);
  void publish(std::string_view subject, std::string_view reply, std::string_view payload);

  /// The next message that has come, valid until something is received. Answers PING; a -ERR throws.
  [[nodiscard]] std::optional<Message> next();

  /// Asks and waits for the answer; what else comes meanwhile is dropped. Of one connection in a process.
  std::string request(std::string_view subject, std::string_view payload);
  /// The same of JetStream's API, whose errors throw.
  std::string manage(std::string_view what, std::string_view json);

  [[nodiscard]] StreamSocket& socket() { return stream_; }

 private:
  [[nodiscard]] std::optional<Message> message(std::string_view line, std::size_t line_size, bool has_headers);
  void round_trip();

  StreamSocket stream_;
  std::string line_;
  unsigned requests_ = 0;
  bool ponged_ = false;
};

/// The number behind `"name":` in JSON that the server made: -1 without one.
[[nodiscard]] long long number_in(std::string_view json, std::string_view name);

}  // namespace fanfare::load
