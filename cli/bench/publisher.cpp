#include "cli/bench/publisher.hpp"

#include <utility>

#include "cli/bench/stamp.hpp"
#include "cli/connection/connect.hpp"

namespace fanfare::cli {

Publisher::Publisher(BenchContext& context, std::size_t number, Flight& flight, std::size_t lane,
                     Acknowledged acknowledged)
    : context_(context),
      flight_(flight),
      lane_(lane),
      topic_(topic_of(context.settings, number)),
      acknowledged_(std::move(acknowledged)),
      client_(connect(context.address, "bench", context.waiter)) {}

void Publisher::send(std::string_view payload) {
  const std::int64_t sent = acknowledged_ ? read_stamp(payload)->sent : 0;
  client_.publish(topic_, payload, {}, [this, sent](const Outcome<Ack>& outcome) { settle(outcome, sent); });
}

/// On the client's thread.
void Publisher::settle(const Outcome<Ack>& outcome, std::int64_t sent) {
  if (!outcome) return context_.trouble.report(std::string("a publish failed: ") + outcome.error().what());
  if (acknowledged_) acknowledged_(outcome.value());
  if (sent != 0 && context_.measuring.load(std::memory_order_acquire)) {
    latency_.add(static_cast<std::uint64_t>(bench_clock() - sent));
  }
  flight_.add(lane_);
}

}  // namespace fanfare::cli
