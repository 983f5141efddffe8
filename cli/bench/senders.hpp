#pragma once
// The publishers' threads: each sends at its pace while its flight has room, until it has sent its share or is told to
// stop, and then waits until all of it is done. Owned by the bench; run() is called on the main thread, which meanwhile
// watches signals and the connections.

#include <chrono>
#include <cstdint>
#include <stop_token>
#include <vector>

#include "cli/bench/load.hpp"

namespace fanfare::cli {

/// How long to send: so many messages of all publishers, or for so long.
struct Span {
  std::uint64_t messages = 0;  ///< 0: no bound
  std::chrono::milliseconds duration{};
};

/// What a run was.
struct Sending {
  std::uint64_t messages = 0;          ///< of all publishers, that were done
  std::chrono::nanoseconds time{};     ///< from the first that was sent until the last was done
  std::chrono::nanoseconds busiest{};  ///< processor's time of the busiest publisher's thread
  std::chrono::nanoseconds behind{};   ///< how late after its time a message was sent, at most
  bool interrupted = false;            ///< by a signal
};

class Senders {
 public:
  Senders(BenchContext& context, BenchLoad& load)
      : context_(context), load_(load), sent_(context.settings.publishers) {}

  Sending run(const Span& span);

  /// How many each publisher has sent in all runs.
  [[nodiscard]] const std::vector<std::uint64_t>& sent() const { return sent_; }

 private:
  struct One {
    std::uint64_t messages = 0;  // sent
    std::uint64_t done = 0;      // of these
    Clock::time_point end;
    std::chrono::nanoseconds busy{};
    std::chrono::nanoseconds behind{};
  };

  One send(std::size_t publisher, std::uint64_t messages, Clock::time_point begin, const std::stop_token& stop);
  [[nodiscard]] bool is_lost();

  BenchContext& context_;
  BenchLoad& load_;
  std::vector<std::uint64_t> sent_;
};

}  // namespace fanfare::cli
