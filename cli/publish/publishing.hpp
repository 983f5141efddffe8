#pragma once
// Publishes of one command, pipelined: keeps the number that is under way bounded, prints each acknowledgement and
// each failure, and waits for the rest. Used on the main thread; acknowledgements come on the client's, which it has to
// outlive.

#include <fanfare/client.hpp>

#include <atomic>
#include <cstddef>
#include <string>
#include <string_view>

#include "cli/output/line_writer.hpp"
#include "cli/waiter.hpp"

namespace fanfare::cli {

class Publishing {
 public:
  /// Prints acknowledgements to `out` as JSON; nullptr: not at all.
  Publishing(Waiter& waiter, LineWriter* out) : waiter_(waiter), out_(out) {}

  /// Returns before the acknowledgement; waits while too much is under way. `what` precedes an error: "line 3".
  /// False when a signal came or the broker has acknowledged nothing for long: the message was not sent.
  bool publish(Client& client, std::string_view topic, std::string_view payload, const PublishOptions& options,
               const std::string& what = {});

  /// Waits for what is under way. False if a signal came or the broker fell silent: what it is, is printed.
  bool finish();

  [[nodiscard]] bool failed() const { return failed_; }

 private:
  bool wait_until(std::size_t messages, std::size_t bytes);
  void settled(const Outcome<Ack>& outcome, const std::string& what, std::size_t bytes);

  Waiter& waiter_;
  LineWriter* const out_;
  std::atomic<std::size_t> in_flight_ = 0;
  std::atomic<std::size_t> in_flight_bytes_ = 0;
  std::atomic<bool> failed_ = false;
};

}  // namespace fanfare::cli
