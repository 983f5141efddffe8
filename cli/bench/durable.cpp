// durable: publishers to a stream. A message is done when it is acknowledged, which is after it was stored; at the end
// all of them are read back.

#include <algorithm>
#include <atomic>
#include <deque>
#include <utility>

#include "cli/bench/needed_stream.hpp"
#include "cli/bench/publisher.hpp"
#include "cli/bench/receiver.hpp"
#include "cli/connection/connect.hpp"

namespace fanfare::cli {
namespace {

/// Where the acknowledgements of one publisher say that its messages stand: each beyond the one before.
class Places {
 public:
  explicit Places(Trouble& trouble) : trouble_(trouble) {}

  void take(const Ack& ack) {
    if (ack.position.sequence <= last_) trouble_.report("an acknowledgement does not stand beyond the one before");
    last_ = ack.position.sequence;
    if (first_ == 0) first_ = last_;
  }
  /// 0: there was none. Once nothing is under way.
  [[nodiscard]] std::uint64_t first() const { return first_; }

 private:
  Trouble& trouble_;
  std::uint64_t first_ = 0;
  std::uint64_t last_ = 0;
};

class Durable final : public BenchLoad {
 public:
  explicit Durable(BenchContext& context) : context_(context) {
    Client asking = connect(context.address, "bench", context.waiter);
    require_stream(asking, context.waiter, context.settings);
    for (std::size_t i = 0; i < context.settings.publishers; ++i) {
      Flight& flight = flights_.emplace_back(1, context.settings.in_flight);
      Places& places = places_.emplace_back(context.trouble);
      publishers_.emplace_back(context, i, flight, 0, [&places](const Ack& ack) { places.take(ack); });
    }
  }

  void send(std::size_t publisher, std::string_view payload) override { publishers_[publisher].send(payload); }
  Flight& flight(std::size_t publisher) override { return flights_[publisher]; }

  std::vector<const Client*> clients() const override {
    std::vector<const Client*> all;
    for (const Publisher& one : publishers_) all.push_back(&one.client());
    return all;
  }

  Verdict finish(std::span<const std::uint64_t> sent) override {
    std::uint64_t first = 0;
    for (const Places& one : places_) {
      if (one.first() > 0) first = first == 0 ? one.first() : std::min(first, one.first());
    }
    if (first == 0 || context_.trouble.is_there()) return acknowledged(sent);
    return read_back(first, sent);
  }

  Histogram latency() const override {
    Histogram sum;
    for (const Publisher& one : publishers_) sum.merge(one.latency());
    return sum;
  }

 private:
  /// What can be said without reading.
  Verdict acknowledged(std::span<const std::uint64_t> sent) const {
    Verdict sum;
    for (std::size_t i = 0; i < flights_.size(); ++i) sum.missing += sent[i] - std::min(sent[i], flights_[i].done());
    return sum;
  }

  Verdict read_back(std::uint64_t first, std::span<const std::uint64_t> sent) {
    std::atomic<std::uint64_t> read = 0;
    std::atomic<std::size_t> finished = 0;
    Receiver reader(context_, From::at(first), [&](std::size_t publisher, std::uint64_t next) {
      ++read;
      if (next < sent[publisher] || ++finished < sent.size()) return;
      context_.waiter.wake();
    });
    const auto is_over = [&] { return finished >= sent.size() || context_.trouble.is_there(); };
    std::uint64_t before = 0;
    WaitEnd end = WaitEnd::kDeadline;
    do {
      before = read;
      end = context_.waiter.wait(Clock::now() + Flight::kPatience, is_over);
    } while (end == WaitEnd::kDeadline && read != before);
    if (end == WaitEnd::kSignaled) context_.trouble.report("stopped while all was read back");
    reader.end();
    return reader.verdict(sent);
  }

  BenchContext& context_;
  std::deque<Flight> flights_;  // before those that move them
  std::deque<Places> places_;
  std::deque<Publisher> publishers_;
};

}  // namespace

std::unique_ptr<BenchLoad> make_durable(BenchContext& context) { return std::make_unique<Durable>(context); }

}  // namespace fanfare::cli
