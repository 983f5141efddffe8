#include "workers/notify/sender.hpp"

#include <algorithm>
#include <utility>

namespace fanfare::workers::notify {
namespace {

using runtime::Error;
using runtime::Result;
using std::chrono::milliseconds;
using store::DueNotification;

/// While nothing can be done: the broker or the database is away.
constexpr milliseconds kPause{100};
/// For a token, with a row in hand; for longer it is put back.
constexpr milliseconds kLongestTokenWait{1'000};
constexpr milliseconds kHouseEvery{1'000};
constexpr milliseconds kClockTolerance{1'000};
/// What a claim says of a person is believed for so long; then the row is put back and claimed anew.
constexpr milliseconds kBelieved{5'000};
/// What is idle, and what was sent, is kept for so long: a reply may come, and what the stream holds may come again.
constexpr std::chrono::hours kKept{30 * 24};

}  // namespace

Sender::Sender(const Context& context, Options options, ReopenedStore store)
    : context_(context),
      options_(std::move(options)),
      store_(std::move(store)),
      breaker_({.figure = kDatabaseFigure, .purpose = "telling"}, context.log, context.metrics),
      outcomes_({context_.notifier, context_.presence, context_.log, context_.figures, context_.on_link_ended, store_,
                 [this](milliseconds time) { return pause(time); }, options_.times, options_.now}),
      thread_([this] { run(); }) {}

Sender::~Sender() {
  close(Clock::now());
  finish();
}

void Sender::wake() {
  const std::lock_guard lock(mutex_);
  is_woken_ = true;
  changed_.notify_all();
}

void Sender::close(Clock::time_point deadline) {
  const std::lock_guard lock(mutex_);
  deadline_ = std::min(deadline_, deadline);
  changed_.notify_all();
}

void Sender::finish() {
  if (thread_.joinable()) thread_.join();
}

bool Sender::is_closed() const {
  const std::lock_guard lock(mutex_);
  return deadline_ != Clock::time_point::max();
}

/// False: closed meanwhile. `wakes_up`: wake() ends it early.
bool Sender::wait_for(milliseconds time, bool wakes_up) {
  std::unique_lock lock(mutex_);
  const auto closed = [this] { return deadline_ != Clock::time_point::max(); };
  changed_.wait_for(lock, time, [&] { return closed() || (wakes_up && is_woken_); });
  is_woken_ = false;
  return !closed();
}

/// Whatever happens but the deadline. False: that has passed.
bool Sender::pause(milliseconds time) {
  std::unique_lock lock(mutex_);
  const auto until = Clock::now() + time;
  while (Clock::now() < std::min(until, deadline_)) changed_.wait_until(lock, std::min(until, deadline_));
  return Clock::now() < deadline_;
}

void Sender::run() {
  while (!is_closed()) {
    if (!context_.presence.is_known() || !breaker_.may_try()) {
      static_cast<void>(wait_for(kPause));
      continue;
    }
    if (look()) {
      breaker_.succeeded();
    } else {
      static_cast<void>(wait_for(kPause));
    }
  }
}

/// One claim and what follows from it. False: the database does not answer.
bool Sender::look() {
  check_clock();
  keep_house();
  const auto claimed_at = Clock::now();
  const auto claimed =
      store_.call([&](Store& store) { return store.claim(options_.now(), options_.lease, options_.claim); });
  if (!claimed) {
    breaker_.failed(claimed.error().message);
    return false;
  }
  for (const DueNotification& due : *claimed) handle(due, claimed_at);
  if (!claimed->empty()) return true;
  const auto next = store_.call([&](Store& store) { return store.next_due(options_.now()); });
  if (!next) {
    breaker_.failed(next.error().message);
    return false;
  }
  auto idle = options_.longest_idle;
  if (*next) idle = std::clamp(milliseconds(**next - options_.now()), milliseconds(1), options_.longest_idle);
  static_cast<void>(wait_for(idle, true));
  return true;
}

/// What nobody else does: rows of processes that have ended, old rows, the figure of what waits.
void Sender::keep_house() {
  const auto now = Clock::now();
  if (now < next_house_) return;
  next_house_ = now + std::min(kHouseEvery, options_.lease);
  const auto swept = store_.call([&](Store& store) { return store.sweep_sending(options_.now()); });
  if (swept && *swept > 0) {
    context_.figures.unknown(*swept);
    context_.log.warn("what a process was sending when it ended may have been told and is not sent again",
                      {{"notifications", *swept}});
  }
  const auto waiting = store_.call([](Store& store) { return store.waiting(); });
  if (waiting) context_.figures.due(*waiting);
  if (now < next_sweep_) return;
  next_sweep_ = now + options_.sweep_every;
  static_cast<void>(store_.call([&](Store& store) { return store.sweep(options_.now() - kKept); }));
}

/// Rows hold times of the wall clock. When that is set back, what they wait for may be far away.
void Sender::check_clock() {
  const auto steady = std::chrono::floor<milliseconds>(Clock::now().time_since_epoch());
  const milliseconds offset = options_.now().time_since_epoch() - steady;
  const bool was_set_back = !clock_offset_ || offset < *clock_offset_ - kClockTolerance;
  if (was_set_back) {
    const auto fixed =
        store_.call([&](Store& store) { return store.fix_clock(options_.now(), clock_offset_.has_value()); });
    if (!fixed) return;  // again with the next look
    if (clock_offset_) context_.log.warn("the clock was set back", {{"ms", (*clock_offset_ - offset).count()}});
  }
  clock_offset_ = offset;
}

void Sender::handle(const DueNotification& due, Clock::time_point claimed_at) {
  const auto now = options_.now();
  if (is_closed() || Clock::now() > claimed_at + std::min(kBelieved, options_.lease / 2)) {
    static_cast<void>(store_.call([&](Store& store) { return store.postpone(due, now); }));
    return;
  }
  const Decision decision = decide(due, context_.presence.of(due.person), options_.times, now);
  switch (decision.kind) {
    case Decision::Kind::kTell:
    case Decision::Kind::kChange:
      return tell(due, decision.kind == Decision::Kind::kChange);
    case Decision::Kind::kWait:
      static_cast<void>(store_.call([&](Store& store) { return store.postpone(due, decision.until); }));
      return;
    case Decision::Kind::kSuppress:
      break;
  }
  const auto suppressed = store_.call([&](Store& store) { return store.suppress(due, now); });
  if (suppressed && *suppressed) context_.figures.suppressed(decision.why);
}

void Sender::tell(DueNotification due, bool is_change) {
  if (!begin(due, is_change)) return;
  const Notification notification = notification_of(due, is_change);
  const auto deadline = Clock::now() + options_.call_timeout;
  const Told told = is_change ? context_.notifier.change(due.told->message, notification, deadline)
                              : context_.notifier.tell(notification, deadline);
  outcomes_.write_down(std::move(due), is_change, told);
}

/// True: it is marked, and every bucket has given a token.
bool Sender::begin(const DueNotification& due, bool is_change) {
  const auto buckets = context_.notifier.buckets(*due.address);
  while (true) {
    const auto now = options_.now();
    const auto begun =
        store_.call([&](Store& store) { return store.begin(due, is_change, buckets, now, options_.lease); });
    if (!begun) {
      // Whether it was marked may not be known. Nothing was sent, so nothing is told and all is well.
      context_.log.warn("a notification waits for the database", {{"reason", begun.error().message}});
      outcomes_.write([&](Store& store) {
        auto undone = store.not_told(due, now);
        return undone && !*undone ? store.postpone(due, now) : undone;
      });
      return false;
    }
    if (begun->outcome == store::Begun::Outcome::kBegun) return true;
    if (begun->outcome == store::Begun::Outcome::kLost) return false;
    const milliseconds wait = begun->until - now;
    if (begun->bucket != *due.address && wait <= kLongestTokenWait && wait_for(wait)) continue;
    static_cast<void>(store_.call([&](Store& store) { return store.postpone(due, is_closed() ? now : begun->until); }));
    return false;
  }
}

Notification Sender::notification_of(const DueNotification& due, bool is_change) const {
  return {.person = due.person,
          .address = *due.address,
          .locale = due.locale,
          .conversation = due.conversation,
          .title = due.title,
          .author = due.author_name,
          .has_several_authors = due.has_several_authors,
          .count = due.count + (is_change ? due.told->count : 0),
          .preview = due.preview,
          .up_to = due.up_to};
}

}  // namespace fanfare::workers::notify
