#pragma once
// The port to each kind of load: what is set up, what sending one message means, and what has become of all of them.
// Made, begun and finished on the main thread; send() is called by each publisher's own thread.
//
// A load lives as long as its clients: when it goes they are closed, and no handler runs any more.

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/bench/flight.hpp"
#include "cli/bench/histogram.hpp"
#include "cli/bench/settings.hpp"
#include "cli/bench/trouble.hpp"
#include "cli/bench/verdict.hpp"
#include "cli/waiter.hpp"

namespace fanfare {
class Client;
}

namespace fanfare::cli {

/// What all loads are given. Outlives them.
struct BenchContext {
  const BenchSettings& settings;
  const std::string& address;
  Waiter& waiter;
  Trouble& trouble;
  std::atomic<bool> measuring = false;  ///< latencies count; changed while nothing is under way

  /// How long a client's goodbye may take: without a broker nobody hears it.
  [[nodiscard]] std::chrono::milliseconds goodbye() const {
    return trouble.is_there() ? std::chrono::milliseconds(0) : std::chrono::milliseconds(1'000);
  }
};

class BenchLoad {
 public:
  virtual ~BenchLoad() = default;

  /// Sends one message of `publisher` with its stamp in `payload`, and sees to it that its flight is moved.
  virtual void send(std::size_t publisher, std::string_view payload) = 0;
  [[nodiscard]] virtual Flight& flight(std::size_t publisher) = 0;

  /// All its clients that have to stay connected.
  [[nodiscard]] virtual std::vector<const Client*> clients() const = 0;

  /// Ends what receives, and says whether all that was sent has arrived: `sent` of each publisher, and they have ended.
  virtual Verdict finish(std::span<const std::uint64_t> sent) = 0;
  /// Nanoseconds. After finish().
  [[nodiscard]] virtual Histogram latency() const = 0;
};

/// Connects and subscribes; throws CommandFailure or Error when that does not work.
std::unique_ptr<BenchLoad> make_publish_subscribe(BenchContext& context);
std::unique_ptr<BenchLoad> make_durable(BenchContext& context);
std::unique_ptr<BenchLoad> make_request(BenchContext& context);
std::unique_ptr<BenchLoad> make_group(BenchContext& context);

}  // namespace fanfare::cli
