#include "workers/common/request_pool.hpp"

#include <utility>

#include "runtime/text/idempotency_key.hpp"

namespace fanfare::workers::common {
namespace {

const Refusal kEnding{RefusalCode::kUnavailable, "try again: this worker is ending"};
const Refusal kLate{RefusalCode::kUnavailable, "try again: nothing was done in time"};

}  // namespace

RequestPool::RequestPool(Options options, std::function<Answering()> make)
    : options_(std::move(options)), make_(std::move(make)) {
  for (std::size_t i = 0; i < options_.threads; ++i) threads_.emplace_back([this] { run(); });
}

RequestPool::~RequestPool() { drain(std::chrono::steady_clock::now()); }

void RequestPool::submit(const Request& request, Responder responder) {
  const auto key = request.headers.find(runtime::kIdempotencyHeader);
  submit({std::string(request.topic), std::string(request.actor), std::string(request.payload),
          std::chrono::steady_clock::now() + request.remaining,
          key == request.headers.end() ? std::string() : key->second},
         [responder](std::string payload) mutable { responder.reply({std::move(payload)}); });
}

void RequestPool::submit(Job job, std::function<void(std::string)> reply) {
  {
    const std::lock_guard lock(mutex_);
    if (!is_closed_ && queue_.size() < options_.queue) {
      queue_.push_back({std::move(job), std::move(reply)});
      changed_.notify_one();
      return;
    }
  }
  reply(to_reply(options_.when_full));
}

void RequestPool::run() {
  const Answering answering = make_();
  while (true) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return is_closed_ || !queue_.empty(); });
    if (queue_.empty()) return;
    Waiting waiting = std::move(queue_.front());
    queue_.pop_front();
    ++busy_;
    lock.unlock();
    const bool is_late = std::chrono::steady_clock::now() >= waiting.job.deadline;
    waiting.reply(is_late ? to_reply(kLate) : answering(waiting.job));
    lock.lock();
    --busy_;
    changed_.notify_all();
  }
}

void RequestPool::drain(std::chrono::steady_clock::time_point deadline) {
  std::deque<Waiting> rest;
  {
    std::unique_lock lock(mutex_);
    is_closed_ = true;
    changed_.notify_all();
    changed_.wait_until(lock, deadline, [this] { return queue_.empty() && busy_ == 0; });
    rest.swap(queue_);
  }
  for (Waiting& waiting : rest) waiting.reply(to_reply(kEnding));
  threads_.clear();
}

}  // namespace fanfare::workers::common
