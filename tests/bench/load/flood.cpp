#include "tests/bench/load/flood.hpp"

#include <algorithm>
#include <chrono>

#include "tests/bench/load/stage.hpp"
#include "tests/bench/load/usage.hpp"

namespace fanfare::load {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto kPatience = 100ms;
constexpr auto kStandsStill = 5s;

class Flood {
 public:
  Flood(const Work& work, System& system)
      : in_flight_(work.in_flight_messages()),
        frame_(std::min(work.messages_of_a_frame(), in_flight_)),
        stage_(work, system) {}

  /// Until then, and until something has arrived: on a busy machine a moment may be too short for that.
  void run_until(Clock::time_point end) {
    const auto before = stage_.received_by_all();
    const auto deadline = end + kStandsStill;
    for (auto now = Clock::now(); now < end || (stage_.received_by_all() == before && now < deadline);
         now = Clock::now()) {
      stage_.publisher().progress();
      // Only whole frames: what a system is given in one piece must not depend on how the last ones came back.
      const auto room = in_flight_ - (published_ - stage_.received_by_all());
      const auto taken = room >= frame_ ? stage_.publisher().publish(published_ + 1, room) : 0;
      published_ += taken;
      stage_.receive(taken > 0 ? 0ms : kPatience);
    }
  }

  /// Returns when everything has arrived, or nothing any more.
  void drain() {
    auto last = Clock::now();
    for (auto seen = stage_.deliveries();
         stage_.received_by_all() < published_ && Clock::now() - last < kStandsStill;) {
      stage_.publisher().progress();
      stage_.receive(kPatience);
      if (stage_.deliveries() != seen) last = Clock::now();
      seen = stage_.deliveries();
    }
  }

  [[nodiscard]] const Stage& stage() const { return stage_; }
  [[nodiscard]] std::uint64_t published() const { return published_; }

 private:
  std::uint64_t in_flight_;
  std::uint64_t frame_;
  Stage stage_;
  std::uint64_t published_ = 0;
};

}  // namespace

Result run_flood(const Work& work, System& system) {
  Flood flood(work, system);
  flood.run_until(Clock::now() + std::chrono::duration_cast<Clock::duration>(work.warm_up));

  const auto messages = flood.stage().received_by_all();
  const auto deliveries = flood.stage().deliveries();
  const auto before = usage_now(work);
  flood.run_until(before.at + std::chrono::duration_cast<Clock::duration>(work.measured));
  const auto after = usage_now(work);

  Result result{.messages = flood.stage().received_by_all() - messages,
                .deliveries = flood.stage().deliveries() - deliveries,
                .seconds = after.at - before.at,
                .server_cpu = after.server_cpu - before.server_cpu,
                .server_memory_bytes = after.server_memory_bytes,
                .load_cpu = after.load_cpu - before.load_cpu};
  flood.drain();
  result.complete = flood.stage().complete(flood.published());
  result.in_order = flood.stage().in_order();
  return result;
}

}  // namespace fanfare::load
