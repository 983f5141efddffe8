#include "workers/accounts/outbox_publisher.hpp"

#include <exception>
#include <utility>

namespace fanfare::workers::accounts {

OutboxPublisher::OutboxPublisher(Options options, Open open, OutboxChannel channel, runtime::Logger& log)
    : options_(std::move(options)), open_(std::move(open)), channel_(std::move(channel)), log_(log) {
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

OutboxPublisher::~OutboxPublisher() {
  thread_.request_stop();
  thread_.join();
}

void OutboxPublisher::wake() {
  const std::lock_guard lock(mutex_);
  is_woken_ = true;
  changed_.notify_one();
}

void OutboxPublisher::run(const std::stop_token& stop) {
  bool is_last = false;
  while (!is_last) {
    is_last = stop.stop_requested();
    const auto done = channel_.is_ready() ? publish_all() : runtime::Result<void>();
    if (!done) log_.warn("changes could not be published", {{"reason", done.error().message}});
    if (!is_last) rest(stop, done ? options_.poll : options_.back_off);
  }
}

void OutboxPublisher::rest(const std::stop_token& stop, std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, stop, time, [this] { return is_woken_; });
  is_woken_ = false;
}

runtime::Result<void> OutboxPublisher::publish_all() {
  if (!stores_) {
    auto opened = open_();
    if (!opened) return opened.error();
    stores_ = *std::move(opened);
  }
  store::OutboxStore& outbox = stores_->outbox();
  const auto waiting = outbox.pending(1);
  if (!waiting) return waiting.error();
  if (waiting->empty()) return {};
  while (true) {
    const auto now = common::wall_clock();
    const auto is_ours = outbox.claim(options_.holder, now, now + options_.lease);
    if (!is_ours) return is_ours.error();
    if (!*is_ours) return {};
    const auto rows = outbox.pending(options_.batch);
    if (!rows) return rows.error();
    if (rows->empty()) return outbox.release(options_.holder);
    const std::size_t published = publish(*rows);
    if (published > 0) {
      const auto removed = outbox.remove((*rows)[published - 1].change);
      if (!removed) return removed.error();
    }
    if (published < rows->size()) return runtime::Error{"the broker did not acknowledge them"};
  }
}

std::size_t OutboxPublisher::publish(const std::vector<store::OutboxRow>& rows) {
  std::size_t acknowledged = 0;
  try {
    std::vector<std::future<Ack>> acks;
    for (const store::OutboxRow& row : rows) acks.push_back(channel_.publish(to_message(row), row.message_id));
    const auto deadline = std::chrono::steady_clock::now() + options_.publish_time;
    for (std::future<Ack>& ack : acks) {
      if (ack.wait_until(deadline) != std::future_status::ready) break;
      ack.get();
      ++acknowledged;
    }
  } catch (const std::exception& failure) {
    log_.warn("a change was not acknowledged", {{"reason", failure.what()}});
  }
  return acknowledged;
}

}  // namespace fanfare::workers::accounts
