// group: publishers to a stream and a group whose members share the messages. A message is done when its publish is
// acknowledged, and the broker has stored the acknowledgement of the member that got it.

#include <algorithm>
#include <deque>
#include <iostream>
#include <optional>
#include <utility>

#include "cli/bench/needed_stream.hpp"
#include "cli/bench/once_check.hpp"
#include "cli/bench/publisher.hpp"
#include "cli/bench/stamp.hpp"
#include "cli/connection/await.hpp"
#include "cli/connection/connect.hpp"

namespace fanfare::cli {
namespace {

constexpr std::size_t kPublishLane = 0;
constexpr std::size_t kDoneLane = 1;

/// What the members share.
struct GroupShared {
  BenchContext& context;
  std::string group;
  OnceCheck once;
  std::deque<Flight> flights;  ///< of each publisher
};

/// Its handlers run on its client's thread.
class GroupMember {
 public:
  explicit GroupMember(GroupShared& shared)
      : shared_(shared),
        last_(shared.context.settings.publishers),
        client_(connect(shared.context.address, "bench", shared.context.waiter)) {
    const BenchSettings& settings = shared.context.settings;
    const Client::AsyncWorkHandler handler = [this](const Work& work, Settler settler) {
      take(work, std::move(settler));
    };
    membership_.emplace(client_.join(shared.group, pattern_of(settings), handler,
                                     {.from = GroupStart::now, .max_in_flight = most_in_flight(settings)}));
    await_ready(shared.context.waiter, *membership_);
  }

  void end() {
    membership_.reset();
    client_.close(shared_.context.goodbye());
  }

  [[nodiscard]] const Client& client() const { return client_; }
  [[nodiscard]] const Histogram& latency() const { return latency_; }
  [[nodiscard]] std::uint64_t disordered() const { return disordered_; }

 private:
  /// Enough for all that is under way, so that it is the publishers who hold back.
  static std::uint32_t most_in_flight(const BenchSettings& settings) {
    constexpr std::uint64_t kMost = 65'536;
    return static_cast<std::uint32_t>(std::min(kMost, settings.in_flight * settings.publishers));
  }

  void take(const Work& work, Settler settler) {
    const BenchContext& context = shared_.context;
    const auto stamp = read_stamp(work.message.payload);
    if (!stamp || stamp->publisher >= last_.size() || work.message.payload.size() != context.settings.size) {
      return shared_.context.trouble.report("a message arrived that nobody sent: " + std::string(work.message.topic));
    }
    shared_.once.take(stamp->publisher, stamp->sequence);
    if (stamp->sequence < last_[stamp->publisher]) ++disordered_;
    last_[stamp->publisher] = std::max(last_[stamp->publisher], stamp->sequence);
    if (stamp->sent != 0 && context.measuring.load(std::memory_order_acquire)) {
      latency_.add(static_cast<std::uint64_t>(bench_clock() - stamp->sent));
    }
    settler.ack([&shared = shared_, publisher = stamp->publisher](const std::optional<Error>& error) {
      if (error) return shared.context.trouble.report(std::string("an acknowledgement failed: ") + error->what());
      shared.flights[publisher].add(kDoneLane);
    });
  }

  GroupShared& shared_;
  std::vector<std::uint64_t> last_;  // of each publisher
  std::uint64_t disordered_ = 0;
  Histogram latency_;
  Client client_;
  std::optional<Membership> membership_;
};

class GroupLoad final : public BenchLoad {
 public:
  explicit GroupLoad(BenchContext& context)
      : manager_(connect(context.address, "bench", context.waiter)),
        shared_{context, "bench-" + context.settings.run, OnceCheck(context.settings.publishers), {}} {
    const BenchSettings& settings = context.settings;
    require_stream(manager_, context.waiter, settings);
    for (std::size_t i = 0; i < settings.publishers; ++i) shared_.flights.emplace_back(2, settings.in_flight);
    for (std::size_t i = 0; i < settings.subscribers; ++i) members_.emplace_back(shared_);
    for (std::size_t i = 0; i < settings.publishers; ++i) {
      publishers_.emplace_back(context, i, shared_.flights[i], kPublishLane);
    }
  }

  void send(std::size_t publisher, std::string_view payload) override { publishers_[publisher].send(payload); }
  Flight& flight(std::size_t publisher) override { return shared_.flights[publisher]; }

  std::vector<const Client*> clients() const override {
    std::vector<const Client*> all;
    for (const Publisher& one : publishers_) all.push_back(&one.client());
    for (const GroupMember& one : members_) all.push_back(&one.client());
    return all;
  }

  Verdict finish(std::span<const std::uint64_t> sent) override {
    for (GroupMember& one : members_) one.end();
    drop_group();
    Verdict sum = shared_.once.verdict(sent);
    for (const GroupMember& one : members_) sum.disordered += one.disordered();
    return sum;
  }

  Histogram latency() const override {
    Histogram sum;
    for (const GroupMember& one : members_) sum.merge(one.latency());
    return sum;
  }

 private:
  void drop_group() {
    constexpr std::chrono::seconds kDropTimeout{2};
    try {
      await(shared_.context.waiter,
            manager_.manage({.kind = GroupAction::Kind::drop, .group = shared_.group}, kDropTimeout));
    } catch (const std::exception& error) {
      std::cerr << "the group " + shared_.group + " is left behind: " + error.what() + "\n";
    }
  }

  Client manager_;
  GroupShared shared_;  // before those that use it
  std::deque<GroupMember> members_;
  std::deque<Publisher> publishers_;
};

}  // namespace

std::unique_ptr<BenchLoad> make_group(BenchContext& context) { return std::make_unique<GroupLoad>(context); }

}  // namespace fanfare::cli
