#include "sdk/transport/intake.hpp"

#include <utility>

namespace fanfare::transport {
namespace {

/// As much as goes into a frame. What is larger grows by copying, and stays in no cache.
constexpr std::size_t kFullBatch = 256U << 10U;
/// A large message makes a large batch, whose memory is not kept.
constexpr std::size_t kLargestSpare = 2 * kFullBatch;
constexpr std::size_t kMostSpares = 16;

}  // namespace

bool Intake::publish(std::string_view topic, const protocol::Content& content, bool traced, Completion& completion) {
  bool signal = false;
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return false;
    if (batches_.empty() || batches_.back()->publishes.bytes() >= kFullBatch) begin_batch();
    auto& batch = *batches_.back();
    batch.publishes.add(next_ticket_++, topic, content, traced);
    if (completion.index() != 0 || !batch.completions.empty()) {
      batch.completions.resize(batch.publishes.items().size() - 1);
      batch.completions.push_back(std::move(completion));
    }
    signal = std::exchange(sleeping_, false);
  }
  if (signal) wake_.signal();
  return true;
}

void Intake::begin_batch() {
  if (spares_.empty()) {
    batches_.push_back(std::make_shared<Batch>());
  } else {
    batches_.push_back(std::move(spares_.back()));
    spares_.pop_back();
  }
}

void Intake::give_back(std::shared_ptr<Batch> batch) {
  if (batch->publishes.capacity() > kLargestSpare) return;
  batch->publishes.clear();
  batch->completions.clear();
  const std::lock_guard lock(mutex_);
  if (spares_.size() < kMostSpares) spares_.push_back(std::move(batch));
}

bool Intake::call(Call call) {
  bool signal = false;
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return false;
    calls_.push_back(std::move(call));
    signal = std::exchange(sleeping_, false);
  }
  if (signal) wake_.signal();
  return true;
}

void Intake::wake() {
  bool signal = false;
  {
    const std::lock_guard lock(mutex_);
    woken_ = true;
    signal = std::exchange(sleeping_, false);
  }
  if (signal) wake_.signal();
}

void Intake::take_locked(Load& load) {
  load.batches.swap(batches_);
  load.calls.swap(calls_);
  woken_ = false;
}

void Intake::take(Load& load) {
  const std::lock_guard lock(mutex_);
  take_locked(load);
}

bool Intake::sleep() {
  const std::lock_guard lock(mutex_);
  sleeping_ = batches_.empty() && calls_.empty() && !woken_;
  return sleeping_;
}

void Intake::wait(std::chrono::milliseconds timeout) { wake_.wait(timeout); }

void Intake::awake() {
  wake_.clear();
  const std::lock_guard lock(mutex_);
  sleeping_ = false;
}

void Intake::close(Load& load) {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  take_locked(load);
}

}  // namespace fanfare::transport
