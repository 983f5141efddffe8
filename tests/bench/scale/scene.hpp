#pragma once
// A broker of a measurement's own, with a folder that goes with it, and the sessions at it. One thread.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <zmq.hpp>

#include "runtime/measure/process_usage.hpp"
#include "tests/bench/bench_folder.hpp"
#include "tests/bench/scale/flood.hpp"
#include "tests/bench/scale/peer.hpp"
#include "tests/integration/sdk/broker_process.hpp"

namespace fanfare::bench {

class Scene {
 public:
  Scene() { context_.set(zmq::ctxopt::max_sockets, 20'000); }

  Peer& join() { return *peers_.emplace_back(std::make_unique<Peer>(context_, address_)); }
  /// The latest session's connection ends, without a word.
  void lose_last() { peers_.pop_back(); }

  /// All sessions show that they live. A flood of less than the lease may follow.
  void keep_alive() {
    for (const auto& one : peers_) one->ping();
  }

  [[nodiscard]] pid_t broker() const { return broker_.pid(); }
  [[nodiscard]] std::uint64_t memory() const {
    const auto usage = runtime::usage_of(broker_.pid());
    if (!usage) throw std::runtime_error(usage.error().message);
    return usage->resident_bytes;
  }
  [[nodiscard]] const std::vector<std::unique_ptr<Peer>>& peers() const { return peers_; }

 private:
  BenchFolder folder_;
  std::string address_ = "ipc://" + (folder_.path() / "broker.sock").string();
  test::BrokerProcess broker_{address_, folder_.path()};
  zmq::context_t context_;
  std::vector<std::unique_ptr<Peer>> peers_;
};

[[nodiscard]] inline double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values.empty() ? 0 : values[values.size() / 2];
}

}  // namespace fanfare::bench
