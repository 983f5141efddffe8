#pragma once
// Publishes of one command, pipelined: keeps the number that is under way bounded, prints each acknowledgement and
// each failure in the order of the publishes, and waits for the rest. The client sends again by itself what a broker
// that went away did not acknowledge. Used on the main thread; acknowledgements come on the client's, which it has to
// outlive.

#include <fanfare/client.hpp>

#include <atomic>
#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "cli/output/line_writer.hpp"
#include "cli/publish/in_order.hpp"
#include "cli/waiter.hpp"

namespace fanfare::cli {

/// So long nothing may be acknowledged: more than a restart of the broker takes.
inline constexpr std::chrono::milliseconds kDefaultPatience{30'000};

class Publishing {
 public:
  /// Prints acknowledgements to `out` as JSON; nullptr: not at all. Gives up when nothing was acknowledged for
  /// `patience`.
  Publishing(Waiter& waiter, LineWriter* out, std::chrono::milliseconds patience)
      : waiter_(waiter), out_(out), patience_(patience) {}

  /// Returns before the acknowledgement; waits while too much is under way. `what` precedes an error: "line 3".
  /// False when a signal came or the broker has acknowledged nothing for long: the message was not sent.
  bool publish(Client& client, std::string_view topic, std::string_view payload, const PublishOptions& options,
               const std::string& what = {});

  /// Waits for what is under way. False if a signal came or the broker fell silent.
  bool finish();

  /// After publish() or finish() gave up: closes the client and says what became of the messages.
  void abandon(Client& client);

  [[nodiscard]] bool failed() const { return failed_; }

 private:
  struct Settled {
    Outcome<Ack> outcome;
    std::string what;
  };

  bool wait_until(std::size_t messages, std::size_t bytes);
  void settled(std::uint64_t number, Settled settled, std::size_t bytes);
  void show(const Settled& settled);

  Waiter& waiter_;
  LineWriter* const out_;
  const std::chrono::milliseconds patience_;
  std::mutex mutex_;
  InOrder<Settled> order_;  // guarded by mutex_
  std::atomic<std::size_t> in_flight_ = 0;
  std::atomic<std::size_t> in_flight_bytes_ = 0;
  std::atomic<std::size_t> acknowledged_ = 0;
  std::atomic<std::size_t> not_stored_ = 0;
  std::atomic<std::size_t> unknown_ = 0;
  std::atomic<bool> abandoned_ = false;
  std::atomic<bool> failed_ = false;
};

/// "7 acknowledged; 2 not stored; 3 may or may not have been stored"
std::string describe_abandoned(std::size_t acknowledged, std::size_t not_stored, std::size_t unknown);

}  // namespace fanfare::cli
