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
constexpr milliseconds kFirstBackOff{50};
constexpr milliseconds kLongestBackOff{2'000};

}  // namespace

Sender::Sender(const Context& context, Options options, ReopenedStore store)
    : context_(context),
      options_(std::move(options)),
      store_(std::move(store)),
      breaker_({.figure = "fanfare_notify_database_up", .purpose = "telling"}, context.log, context.metrics),
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
  write_down(due, is_change, told);
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
      write([&](Store& store) {
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

void Sender::write_down(DueNotification& due, bool is_change, const Told& told) {
  const auto now = options_.now();
  switch (told.outcome) {
    case Told::Outcome::kTold:
      return write_told(due, is_change, told);
    case Told::Outcome::kLater:
    case Told::Outcome::kLaterAll:
      return write_later(due, told);
    case Told::Outcome::kUnreachable:
      return end_link(due, told.reason);
    case Told::Outcome::kRefused:
      return refuse(due, is_change, told.reason);
    case Told::Outcome::kUnknown:
      break;
  }
  context_.figures.unknown(1);
  context_.log.warn("a notification may have been told and is not sent again", {{"reason", told.reason}});
  write([&](Store& store) { return store.unknown(due, now); });
}

void Sender::write_told(DueNotification& due, bool is_change, const Told& told) {
  const auto now = options_.now();
  // Since both were so: the message was there, and the person away.
  const auto away = context_.presence.of(due.person).offline_for;
  context_.figures.told(is_change, due.count, std::min(std::max(now - due.arrived_at, milliseconds(0)), away));
  move(due, told.address);
  const std::string message = is_change && told.message.empty() ? due.told->message : told.message;
  write([&](Store& store) { return store.told(due, {.now = now, .is_change = is_change, .message = message}); });
}

void Sender::write_later(DueNotification& due, const Told& told) {
  const auto now = options_.now();
  const bool is_wait = told.until > now;
  move(due, told.address);
  if (is_wait) {
    context_.figures.flood_wait();
    context_.log.warn("the other side wants us to wait",
                      {{"ms", milliseconds(told.until - now).count()}, {"reason", told.reason}});
    const bool is_for_all = told.outcome == Told::Outcome::kLaterAll || floods_.note(*due.address, Clock::now());
    write([&](Store& store) -> Result<bool> {
      const auto blocked = store.block(is_for_all ? "all" : *due.address, told.until);
      if (!blocked) return blocked.error();
      return true;
    });
  }
  write([&](Store& store) { return store.not_told(due, std::max(told.until, now)); });
}

void Sender::end_link(const DueNotification& due, const std::string& reason) {
  const auto now = options_.now();
  bool has_ended = false;
  write([&](Store& store) {
    auto ended = store.end_link(due, reason, now);
    has_ended = ended && *ended;
    return ended;
  });
  if (has_ended) {
    context_.figures.unreachable();
    context_.log.info("a link has ended", {{"person", due.person.to_string()}, {"reason", reason}});
    if (context_.on_link_ended) context_.on_link_ended(due.person, reason);
    return;
  }
  // The link is another one by now, or there never was one.
  write([&](Store& store) {
    return context_.notifier.needs_link() ? store.not_told(due, now) : store.give_up(due, now);
  });
}

void Sender::refuse(const DueNotification& due, bool is_change, const std::string& reason) {
  const auto now = options_.now();
  context_.log.warn(is_change ? "a notification can't be changed" : "a notification was refused",
                    {{"person", due.person.to_string()}, {"reason", reason}});
  if (is_change) {
    write([&](Store& store) { return store.not_told(due, due.told->at + options_.times.window, false); });
    return;
  }
  context_.figures.suppressed(Why::kRefused);
  write([&](Store& store) { return store.give_up(due, now); });
}

void Sender::move(DueNotification& due, const std::optional<std::string>& address) {
  if (!address || address == due.address) return;
  bool has_moved = false;
  write([&](Store& store) {
    auto moved = store.move_link(due, *address);
    has_moved = moved && *moved;
    return moved;
  });
  if (has_moved) due.address = address;
}

/// Until it is written; after close() until its deadline. Doing it twice does no harm: the row's state says so.
void Sender::write(const std::function<Result<bool>(Store&)>& change) {
  auto back_off = kFirstBackOff;
  while (true) {
    const auto written = store_.call(change);
    if (written) return;
    context_.log.warn("the outcome of a notification waits for the database", {{"reason", written.error().message}});
    std::unique_lock lock(mutex_);
    if (Clock::now() >= deadline_) return;
    changed_.wait_until(lock, std::min(Clock::now() + back_off, deadline_));
    back_off = std::min(2 * back_off, kLongestBackOff);
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
