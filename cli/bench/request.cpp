// request: callers that ask a service, whose members give the request back. A request is done when its reply is there.

#include <algorithm>
#include <deque>
#include <optional>
#include <utility>

#include "cli/bench/load.hpp"
#include "cli/bench/stamp.hpp"
#include "cli/connection/await.hpp"
#include "cli/connection/connect.hpp"

namespace fanfare::cli {
namespace {

constexpr std::chrono::seconds kReplyTimeout{10};

/// A member of the service.
struct ServiceMember {
  explicit ServiceMember(BenchContext& context)
      : client(connect(context.address, "bench", context.waiter)),
        service(client.serve(pattern_of(context.settings),
                             [](const Request& request) { return Reply{.payload = std::string(request.payload)}; })) {
    await_ready(context.waiter, service);
  }

  Client client;
  Service service;
};

/// Handlers run on the client's thread.
class Caller {
 public:
  Caller(BenchContext& context, std::size_t number)
      : flight(1, context.settings.in_flight),
        context_(context),
        topic_(topic_of(context.settings, number)),
        client_(connect(context.address, "bench", context.waiter)) {}

  void send(std::string_view payload) {
    const std::uint64_t sequence = read_stamp(payload)->sequence;
    client_.request(topic_, payload, kReplyTimeout, {},
                    [this, sequence](const Outcome<Reply>& outcome) { take(outcome, sequence); });
  }
  void end() { client_.close(context_.goodbye()); }

  [[nodiscard]] const Client& client() const { return client_; }
  [[nodiscard]] const Histogram& latency() const { return latency_; }

  Flight flight;

 private:
  void take(const Outcome<Reply>& outcome, std::uint64_t sequence) {
    if (!outcome) return context_.trouble.report(std::string("a request failed: ") + outcome.error().what());
    const std::string& payload = outcome.value().payload;
    const auto stamp = read_stamp(payload);
    if (!stamp || stamp->sequence != sequence || payload.size() != context_.settings.size) {
      return context_.trouble.report("a reply is not the one to its request");
    }
    if (stamp->sent != 0 && context_.measuring.load(std::memory_order_acquire)) {
      latency_.add(static_cast<std::uint64_t>(bench_clock() - stamp->sent));
    }
    flight.add(0);
  }

  BenchContext& context_;
  const std::string topic_;
  Histogram latency_;
  Client client_;
};

class RequestLoad final : public BenchLoad {
 public:
  explicit RequestLoad(BenchContext& context) : context_(context) {
    for (std::size_t i = 0; i < context.settings.subscribers; ++i) members_.emplace_back(context);
    for (std::size_t i = 0; i < context.settings.publishers; ++i) callers_.emplace_back(context, i);
  }
  ~RequestLoad() override {
    for (ServiceMember& one : members_) one.client.close(context_.goodbye());
  }
  RequestLoad(const RequestLoad&) = delete;
  RequestLoad& operator=(const RequestLoad&) = delete;

  void send(std::size_t publisher, std::string_view payload) override { callers_[publisher].send(payload); }
  Flight& flight(std::size_t publisher) override { return callers_[publisher].flight; }

  std::vector<const Client*> clients() const override {
    std::vector<const Client*> all;
    for (const Caller& one : callers_) all.push_back(&one.client());
    for (const ServiceMember& one : members_) all.push_back(&one.client);
    return all;
  }

  Verdict finish(std::span<const std::uint64_t> sent) override {
    Verdict sum;
    for (std::size_t i = 0; i < callers_.size(); ++i) {
      callers_[i].end();
      sum.missing += sent[i] - std::min(sent[i], callers_[i].flight.done());
    }
    return sum;
  }

  Histogram latency() const override {
    Histogram sum;
    for (const Caller& one : callers_) sum.merge(one.latency());
    return sum;
  }

 private:
  BenchContext& context_;
  std::deque<ServiceMember> members_;
  std::deque<Caller> callers_;
};

}  // namespace

std::unique_ptr<BenchLoad> make_request(BenchContext& context) { return std::make_unique<RequestLoad>(context); }

}  // namespace fanfare::cli
