#include "sdk/transport/intake.hpp"

#include <utility>

namespace fanfare::transport {

bool Intake::publish(std::string_view topic, const protocol::Content& content, bool traced, Completion& completion) {
  bool signal = false;
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return false;
    publishes_->add(next_ticket_++, topic, content, traced);
    completions_.push_back(std::move(completion));
    signal = std::exchange(sleeping_, false);
  }
  if (signal) wake_.signal();
  return true;
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

Intake::Load Intake::take_locked() {
  Load load;
  load.closed = closed_;
  if (!completions_.empty()) {
    load.first_ticket = next_ticket_ - completions_.size();
    load.publishes = std::exchange(publishes_, std::make_unique<session::PublishBatch>());
    load.completions.swap(completions_);
  }
  load.calls.swap(calls_);
  woken_ = false;
  return load;
}

Intake::Load Intake::take() {
  const std::lock_guard lock(mutex_);
  return take_locked();
}

bool Intake::sleep() {
  const std::lock_guard lock(mutex_);
  sleeping_ = completions_.empty() && calls_.empty() && !woken_;
  return sleeping_;
}

void Intake::wait(std::chrono::milliseconds timeout) { wake_.wait(timeout); }

void Intake::awake() {
  wake_.clear();
  const std::lock_guard lock(mutex_);
  sleeping_ = false;
}

Intake::Load Intake::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  return take_locked();
}

}  // namespace fanfare::transport
