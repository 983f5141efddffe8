#include "cli/bench/senders.hpp"

#include <fanfare/client.hpp>

#include <algorithm>
#include <atomic>
#include <thread>

#include "cli/bench/load_usage.hpp"
#include "cli/bench/pacer.hpp"
#include "cli/bench/stamp.hpp"

namespace fanfare::cli {
namespace {

/// As fast as it goes, looking at the clock for each message would cost more than a look is worth.
constexpr std::uint64_t kTimedOneIn = 16;

bool is_timed(const BenchSettings& settings, std::uint64_t sequence) {
  const bool in_bulk = settings.rate == 0 && settings.in_flight > 1;
  return !in_bulk || sequence % kTimedOneIn == 0;
}

/// Of `messages` the part of one publisher, so that the parts add up.
std::uint64_t share(std::uint64_t messages, std::size_t publisher, std::size_t publishers) {
  return messages / publishers + (publisher < messages % publishers ? 1 : 0);
}

}  // namespace

Sending Senders::run(const Span& span) {
  const std::size_t count = sent_.size();
  std::vector<One> ones(count);
  std::atomic<std::size_t> running = count;
  std::stop_source stop;
  const std::stop_callback on_trouble(context_.trouble.stop(), [&stop] { stop.request_stop(); });
  const auto begin = Clock::now();
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint64_t messages = span.messages == 0 ? UINT64_MAX : share(span.messages, i, count);
      threads.emplace_back([this, &ones, &running, &stop, begin, i, messages] {
        ones[i] = send(i, messages, begin, stop.get_token());
        --running;
        context_.waiter.wake();
      });
    }
    const auto is_over = [&] { return running == 0 || is_lost(); };
    context_.waiter.wait(span.messages == 0 ? begin + span.duration : Clock::time_point::max(), is_over);
    stop.request_stop();  // what is under way is waited for
    context_.waiter.wait(Clock::time_point::max(), is_over);
  }
  Sending sending{.interrupted = context_.waiter.interrupted()};
  for (std::size_t i = 0; i < count; ++i) {
    sent_[i] += ones[i].messages;
    sending.messages += ones[i].done;
    sending.time = std::max(sending.time, std::chrono::nanoseconds(ones[i].end - begin));
    sending.busiest = std::max(sending.busiest, ones[i].busy);
    sending.behind = std::max(sending.behind, ones[i].behind);
  }
  return sending;
}

/// On the publisher's own thread.
Senders::One Senders::send(std::size_t publisher, std::uint64_t messages, Clock::time_point begin,
                           const std::stop_token& stop) {
  wake_this_thread_in_time();
  const BenchSettings& settings = context_.settings;
  const Pacer pacer(begin, static_cast<double>(settings.rate) / static_cast<double>(settings.publishers));
  Flight& flight = load_.flight(publisher);
  std::string payload(settings.size, 'x');
  One one;
  for (; one.messages < messages; ++one.messages) {
    const std::uint64_t sequence = sent_[publisher] + one.messages;
    if (!pacer.wait(one.messages, stop)) break;
    if (!flight.wait_for_room(sequence, stop)) {
      if (!stop.stop_requested()) context_.trouble.report("nothing has arrived any more for 10 s");
      break;
    }
    std::int64_t now = 0;
    if (is_timed(settings, sequence)) {
      now = bench_clock();
      if (settings.rate > 0) one.behind = std::max(one.behind, Clock::now() - pacer.due(one.messages));
    }
    write_stamp(payload, {.sequence = sequence, .sent = now, .publisher = publisher});
    load_.send(publisher, payload);
  }
  const std::stop_token no_more = context_.trouble.stop();
  if (!flight.wait_for_all(sent_[publisher] + one.messages, no_more) && !no_more.stop_requested()) {
    context_.trouble.report("not all that was sent has arrived, and nothing more came for 10 s");
  }
  one.end = Clock::now();
  one.done = flight.done() - sent_[publisher];  // before it was begun all was done
  one.busy = thread_time();
  return one;
}

bool Senders::is_lost() {
  if (context_.trouble.is_there()) return true;
  for (const Client* client : load_.clients()) {
    const State state = client->state();
    if (state.connection == Connection::ready) continue;
    context_.trouble.report("the connection to the broker was lost" +
                            (state.reason.empty() ? "" : ": " + state.reason));
    return true;
  }
  return false;
}

}  // namespace fanfare::cli
