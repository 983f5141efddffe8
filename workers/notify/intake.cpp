// The group's limits are those of fanfare-persistence's group and for the same reasons
// (workers/persistence/chat_group.cpp), but that it begins with what is new: nobody is told of what was written before
// there was a notifier.

#include "workers/notify/intake.hpp"

#include <algorithm>
#include <iterator>
#include <utility>
#include <variant>

#include "workers/chat/chat_message.hpp"
#include "workers/common/group_delivery.hpp"
#include "workers/notify/preview.hpp"

namespace fanfare::workers::notify {
namespace {

using std::chrono::milliseconds;

constexpr const char* kPattern = "chat.>";
constexpr std::uint16_t kMaxDeliver = 100;
constexpr milliseconds kFirstBackOff{100};
constexpr milliseconds kLook{100};

}  // namespace

Intake::Intake(const Context& context, Options options, ReopenedStore store)
    : context_(context),
      options_(std::move(options)),
      store_(std::move(store)),
      breaker_({.figure = kDatabaseFigure, .purpose = "taking"}, context.log, context.metrics),
      keeper_(options_.ack_wait / 3),
      thread_([this] { run(); }) {
  membership_.emplace(context_.client.join(
      options_.group, kPattern, [this](const Work& work, Settler settler) { handle(work, std::move(settler)); },
      {.order = Order::key,
       .from = GroupStart::now,
       .max_in_flight = static_cast<std::uint32_t>(2 * options_.batch),
       .ack_wait = options_.ack_wait,
       .max_deliver = kMaxDeliver,
       .back_off = {milliseconds(100), milliseconds(1'000), milliseconds(5'000)},
       .pipelined = true,
       .on_ready = [this] { drop_revoked(); },
       .on_error = [this](const Error& error) { context_.fail(options_.group + ": " + error.what()); }}));
}

Intake::~Intake() {
  close(Clock::now());
  finish();
}

void Intake::handle(const Work& work, Settler settler) {
  const Message& message = work.message;
  Pending pending{.delivery = std::make_shared<common::GroupDelivery>(std::move(settler)), .since = Clock::now()};
  const auto checked =
      chat::check_chat_message({message.topic, message.actor, message.payload, message.position, message.timestamp});
  if (const auto* const text = std::get_if<store::ChatMessage>(&checked)) {
    pending.arrival.emplace(store::Arrival{.conversation = text->conversation,
                                           .author = text->author,
                                           .position = text->position,
                                           .at = std::min(text->sent_at, common::wall_clock()),
                                           .preview = preview_of(text->text, options_.preview)});
  } else {
    context_.figures.skipped();
  }
  keeper_.add(message.position, pending.delivery);
  std::unique_lock lock(mutex_);
  // The group hands out no more than that, but for what was revoked.
  changed_.wait(lock, [this] { return is_closed() || pending_.size() < 3 * options_.batch; });
  pending_.push_back(std::move(pending));
  changed_.notify_all();
}

/// What came in the session before comes again in this one.
void Intake::drop_revoked() {
  context_.log.info("works in the group", {{"group", options_.group}});
  std::vector<Pending> revoked;  // goes when the lock has gone
  const std::lock_guard lock(mutex_);
  for (Pending& pending : pending_) {
    if (pending.delivery->revoked()) revoked.push_back(std::move(pending));
  }
  std::erase_if(pending_, [](const Pending& pending) { return pending.delivery == nullptr; });
  changed_.notify_all();
}

/// Without the broker nothing can be settled: then the rest is left to others at once.
void Intake::settle(Clock::time_point deadline) {
  while (Clock::now() < deadline && !membership_->finish(kLook)) {
    if (context_.client.state().connection != Connection::ready) return;
  }
}

void Intake::close(Clock::time_point deadline) {
  const std::lock_guard lock(mutex_);
  deadline_ = std::min(deadline_, deadline);
  changed_.notify_all();
}

void Intake::finish() {
  if (thread_.joinable()) thread_.join();
  if (membership_) membership_->leave();
}

void Intake::run() {
  while (true) {
    std::vector<Pending> batch = next_batch();
    if (batch.empty()) return;
    if (write(batch)) continue;
    const std::lock_guard lock(mutex_);
    std::ranges::move(batch, std::back_inserter(left_));
    return;
  }
}

/// Empty: closed.
std::vector<Intake::Pending> Intake::next_batch() {
  std::unique_lock lock(mutex_);
  while (!is_closed()) {
    if (pending_.empty()) {
      changed_.wait(lock);
      continue;
    }
    const auto due = pending_.front().since + options_.linger;
    if (pending_.size() >= options_.batch || Clock::now() >= due) break;
    changed_.wait_until(lock, due);
  }
  std::vector<Pending> batch;
  while (!pending_.empty() && batch.size() < options_.batch) {
    batch.push_back(std::move(pending_.front()));
    pending_.pop_front();
  }
  changed_.notify_all();
  return batch;
}

/// False: the deadline has passed before it was written.
bool Intake::write(const std::vector<Pending>& batch) {
  std::vector<store::Arrival> arrivals;
  for (const Pending& pending : batch) {
    if (pending.arrival) arrivals.push_back(*pending.arrival);
  }
  auto back_off = kFirstBackOff;
  while (!arrivals.empty()) {
    const auto taken = store_.call([&](store::NotificationStore& store) { return store.take(arrivals); });
    if (taken) {
      breaker_.succeeded();
      break;
    }
    breaker_.failed(taken.error().message);
    context_.log.warn("messages wait for the database", {{"reason", taken.error().message}, {"records", batch.size()}});
    if (!pause(back_off)) return false;
    back_off = std::min(2 * back_off, options_.longest_back_off);
  }
  for (const Pending& pending : batch) pending.delivery->ack();
  if (!arrivals.empty()) context_.on_taken();
  return true;
}

/// False: the deadline has passed.
bool Intake::pause(milliseconds back_off) {
  std::unique_lock lock(mutex_);
  const auto until = Clock::now() + back_off;
  while (Clock::now() < std::min(until, deadline_)) changed_.wait_until(lock, std::min(until, deadline_));
  return Clock::now() < deadline_;
}

}  // namespace fanfare::workers::notify
