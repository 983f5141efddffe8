#pragma once
// One subscriber to all publishers of a bench: checks that each message comes once and in order, takes the time it
// took, and moves the flights. Owned by a load, which it does not outlive; its handlers run on its client's thread.

#include <fanfare/client.hpp>

#include <atomic>
#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cli/bench/histogram.hpp"
#include "cli/bench/load.hpp"
#include "cli/bench/sequence_check.hpp"

namespace fanfare::cli {

class Receiver {
 public:
  /// After each message: everything of that publisher below `next` has been seen or is missing.
  using Arrived = std::function<void(std::size_t publisher, std::uint64_t next)>;

  /// Connected and subscribed when it returns.
  Receiver(BenchContext& context, const From& from, Arrived arrived);

  [[nodiscard]] const Client& client() const { return client_; }

  /// Nothing is taken any more; the rest may be asked then.
  void end();
  [[nodiscard]] Verdict verdict(std::span<const std::uint64_t> sent) const { return check_.verdict(sent); }
  [[nodiscard]] const Histogram& latency() const { return latency_; }

 private:
  void take(const Message& message);

  BenchContext& context_;
  Arrived arrived_;
  SequenceCheck check_;
  Histogram latency_;
  Client client_;
  std::optional<Subscription> subscription_;
};

}  // namespace fanfare::cli
