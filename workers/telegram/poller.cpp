#include "workers/telegram/poller.hpp"

#include <algorithm>
#include <exception>
#include <utility>
#include <vector>

namespace fanfare::workers::telegram {
namespace {

using bot::BotError;
using std::chrono::milliseconds;

constexpr const char* kRoute = "/api/v1/telegram/webhook";

/// Telegram sends one at a time; more come only from somebody who knows the secret.
constexpr std::size_t kMostSubmitted = 16;

/// So many times handling an update may throw; then it is the update.
constexpr int kMostDefects = 3;

constexpr int kMostDoublings = 10;

/// A long poll without anything new takes longer.
constexpr milliseconds kHeldBack{1'000};

/// Ids of updates rise, but after a week without any they begin anew, anywhere: the progress forgets before that.
constexpr std::chrono::hours kReload{1};

}  // namespace

Poller::Poller(Options options, Context context)
    : options_(std::move(options)),
      context_(std::move(context)),
      is_active_(context_.metrics.gauge("fanfare_telegram_poller_active", "1 in the process that takes the updates.")),
      done_(context_.metrics.counter("fanfare_telegram_updates_total", "Updates, by what became of them.",
                                     {{"outcome", "done"}})),
      repeated_(context_.metrics.counter("fanfare_telegram_updates_total", "Updates, by what became of them.",
                                         {{"outcome", "repeated"}})),
      retried_(context_.metrics.counter("fanfare_telegram_updates_total", "Updates, by what became of them.",
                                        {{"outcome", "retried"}})),
      skipped_(context_.metrics.counter("fanfare_telegram_updates_total", "Updates, by what became of them.",
                                        {{"outcome", "skipped"}})),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

void Poller::set_active(bool active) {
  {
    const std::lock_guard lock(mutex_);
    if (active == role_.has_value() || is_closed_) return;
    if (active) {
      role_.emplace();
    } else {
      role_->request_stop();
      role_.reset();
    }
  }
  is_active_.set(active ? 1 : 0);
  context_.log.info(active ? "takes the bot's updates" : "takes updates no more");
  changed_.notify_all();
  if (!active) refuse_submitted();
}

void Poller::submit(bot::Update update, Clock::time_point deadline, std::function<void(bool)> reply) {
  {
    const std::lock_guard lock(mutex_);
    if (role_ && submitted_.size() < kMostSubmitted) {
      submitted_.push_back({std::move(update), deadline, std::move(reply)});
      reply = nullptr;
    }
  }
  if (reply) return reply(false);
  changed_.notify_all();
}

void Poller::close() {
  {
    const std::lock_guard lock(mutex_);
    is_closed_ = true;
    if (role_) role_->request_stop();
    role_.reset();
  }
  thread_.request_stop();
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
  refuse_submitted();
}

void Poller::refuse_submitted() {
  std::deque<Submitted> refused;
  {
    const std::lock_guard lock(mutex_);
    refused.swap(submitted_);
  }
  for (const Submitted& each : refused) each.reply(false);
}

void Poller::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    std::stop_token role;
    {
      std::unique_lock lock(mutex_);
      if (!changed_.wait(lock, stop, [this] { return role_.has_value(); })) return;
      role = role_->get_token();
    }
    // Another one may have gone on meanwhile.
    is_prepared_ = is_loaded_ = false;
    failures_ = 0;
    work(role);
  }
}

void Poller::work(const std::stop_token& role) {
  while (!role.stop_requested()) {
    if (!load_progress() || !prepare(role)) {
      pause(next_pause(), role);
    } else if (options_.webhook_url.empty()) {
      poll(role);
    } else {
      take_submitted(role);
    }
  }
}

bool Poller::load_progress() {
  if (is_loaded_ && Clock::now() < reload_at_) return true;
  const auto last = context_.progress.last();
  if (last) {
    last_ = *last;
    is_loaded_ = true;
    reload_at_ = Clock::now() + kReload;
  } else {
    is_loaded_ = false;
    context_.log.warn("it is not known which updates are done", {{"reason", last.error().message}});
  }
  return is_loaded_;
}

/// Tells Telegram which way updates go. False: again, after a pause.
bool Poller::prepare(const std::stop_token& role) {
  if (is_prepared_) return true;
  const auto deadline = Clock::now() + options_.call_limit;
  const bool polls = options_.webhook_url.empty();
  const auto prepared =
      polls ? context_.source.delete_webhook(deadline, role)
            : context_.source.set_webhook(options_.webhook_url + kRoute, options_.webhook_secret, deadline, role);
  if (prepared) {
    failures_ = 0;
    is_prepared_ = true;
  } else {
    failed(prepared.error(), polls ? "deleteWebhook" : "setWebhook", role);
  }
  return is_prepared_;
}

void Poller::poll(const std::stop_token& role) {
  const auto asked_at = Clock::now();
  const auto updates = context_.source.get_updates(last_ ? *last_ + 1 : 0, options_.poll, role);
  if (!updates) {
    // The offset is none for Telegram: what it has not seen confirmed tells where the ids go on.
    if (updates.error().kind == BotError::Kind::kRefused) last_.reset();
    failed(updates.error(), "getUpdates", role);
    return pause(next_pause(), role);
  }
  failures_ = 0;
  // A Bot API that does not hold the question back is not asked without a pause.
  if (updates->empty() && Clock::now() - asked_at < kHeldBack) return pause(options_.first_pause, role);
  for (const bot::Update& update : *updates) {
    if (handle(update, Clock::time_point::max(), role) != Ended::kDone) return;
  }
}

void Poller::take_submitted(const std::stop_token& role) {
  std::optional<Submitted> next;
  {
    std::unique_lock lock(mutex_);
    if (!changed_.wait(lock, role, [this] { return !submitted_.empty(); })) return;
    next.emplace(std::move(submitted_.front()));
    submitted_.pop_front();
  }
  next->reply(handle(next->update, next->deadline, role) == Ended::kDone);
}

Poller::Ended Poller::handle(const bot::Update& update, Clock::time_point deadline, const std::stop_token& role) {
  if (is_done(update.id)) {
    repeated_.add();
    return Ended::kDone;
  }
  bool is_handled = false;
  while (!role.stop_requested() && Clock::now() < deadline) {
    is_handled = is_handled || try_once(update);
    if (is_handled) {
      const auto stored = context_.progress.done(update.id);
      if (stored) {
        last_ = update.id;
        failures_ = 0;
        done_.add();
        return Ended::kDone;
      }
      context_.log.warn("that an update is done can't be stored", {{"reason", stored.error().message}});
    }
    retried_.add();
    pause(next_pause(), role);
  }
  return role.stop_requested() ? Ended::kStopped : Ended::kLate;
}

/// False: again, after a pause.
bool Poller::try_once(const bot::Update& update) {
  try {
    return context_.handling.handle(update, Clock::now() + options_.handle_limit) == Handled::kDone;
  } catch (const std::exception& error) {
    defects_ = defective_ == update.id ? defects_ + 1 : 1;
    defective_ = update.id;
    const bool is_last = defects_ >= kMostDefects;
    context_.log.error(is_last ? "an update is skipped: handling it fails" : "handling an update failed",
                       {{"update", update.id}, {"reason", error.what()}});
    if (is_last) skipped_.add();
    return is_last;
  }
}

bool Poller::is_done(std::int64_t update) const { return last_ && update <= *last_; }

void Poller::failed(const BotError& error, const std::string& what, const std::stop_token& role) {
  if (role.stop_requested() || error.kind == BotError::Kind::kStopped) return;
  if (error.kind == BotError::Kind::kWrongToken) context_.alarm(error.reason);
  const bool is_conflict = error.kind == BotError::Kind::kConflict;
  if (is_conflict) is_prepared_ = false;
  context_.log.warn(is_conflict ? "another program takes the updates of this bot, or a webhook is set"
                                : "the Bot API gives no updates",
                    {{"call", what}, {"reason", error.reason}});
  if (error.kind == BotError::Kind::kFloodWait) pause(error.wait, role);
}

void Poller::pause(milliseconds time, const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, stop, time, [] { return false; });
}

milliseconds Poller::next_pause() {
  const milliseconds time = options_.first_pause * (1 << std::min(failures_, kMostDoublings));
  ++failures_;
  return std::min(time, options_.longest_pause);
}

}  // namespace fanfare::workers::telegram
