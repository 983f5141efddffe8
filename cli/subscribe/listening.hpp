#pragma once
// The subscriptions of one command: prints what comes, until enough has come or nothing comes any more.
// Used on the main thread; messages come on the client's, which it has to outlive (until end()).

#include <fanfare/client.hpp>

#include <cstdint>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "cli/output/line_writer.hpp"
#include "cli/waiter.hpp"

namespace fanfare::cli {

struct ListenOptions {
  std::vector<std::string> patterns;
  bool json = false;
  std::uint64_t count = 0;  ///< 0: without end
  From from = From::now();
  bool until_caught_up = false;  ///< ends when all that was stored has been shown; not with From::now()
  Overflow overflow = Overflow::standard;
};

class Listening {
 public:
  Listening(const ListenOptions& options, Waiter& waiter, LineWriter& out);

  /// Returns when the broker has all subscriptions. Throws what it refuses, or CommandFailure.
  void begin(Client& client);

  /// Waits for the end: kHappened by count, by what is stored or by a reader that left, kDeadline by `idle`. Throws if
  /// the broker ended a subscription.
  WaitEnd wait(std::optional<std::chrono::milliseconds> idle);

  /// No message is printed afterwards.
  void end() { subscriptions_.clear(); }

 private:
  void on_message(std::size_t index, const Message& message);
  void on_gap(std::size_t index, const Gap& gap);
  void on_begin(std::size_t index, const Beginning& beginning);
  void on_caught_up(std::size_t index);
  void on_error(const Error& error);
  bool has_enough() const;
  bool is_over();
  std::string line_of(const Message& message) const;

  const ListenOptions& options_;
  Waiter& waiter_;
  LineWriter& out_;
  const bool escapes_;
  std::mutex mutex_;
  std::uint64_t received_ = 0;         // guarded by mutex_
  std::set<std::size_t> catching_up_;  // guarded by mutex_
  std::optional<Error> error_;         // guarded by mutex_
  Clock::time_point last_message_;     // guarded by mutex_
  std::vector<Subscription> subscriptions_;
};

/// "topic payload", a line for people.
std::string plain_line(const Message& message, bool escaped);

}  // namespace fanfare::cli
