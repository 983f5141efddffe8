#pragma once
// The next segment of a stream, made ahead by maintenance, promised by the core's thread, used by the commit thread.
// Any thread. A batch that the core's thread promised room in it finds that room.

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "broker/journal/file_system.hpp"

namespace fanfare::broker::journal {

class Spare {
 public:
  enum class State : std::uint8_t {
    none,     ///< nobody asked for it, or it is being made
    ready,    ///< its room is reserved
    taken,    ///< promised; its file still has the name `spare`
    refused,  ///< there was no room for it; `reason()` says so
  };

  /// Asks for a spare; true when it has to be made.
  bool want() {
    const std::lock_guard lock(mutex_);
    wanted_ = true;
    return state_ == State::none;
  }

  /// Promises it if it is ready (then `taken` now, and it may be wanted again); the state before.
  State take() {
    const std::lock_guard lock(mutex_);
    const auto before = state_;
    wanted_ = before != State::ready;
    needed_ = wanted_;
    if (before == State::ready) state_ = State::taken;
    return before;
  }

  /// The commit thread: the promised file; renamed() when it has another name.
  std::unique_ptr<File> collect() {
    const std::lock_guard lock(mutex_);
    return std::move(file_);
  }
  void renamed() {
    const std::lock_guard lock(mutex_);
    state_ = State::none;
  }

  /// Maintenance: whether the name is free, and whether somebody waits for a file of that name.
  [[nodiscard]] bool is_missing() const {
    const std::lock_guard lock(mutex_);
    return state_ == State::none || state_ == State::refused;
  }
  [[nodiscard]] bool is_wanted() const {
    const std::lock_guard lock(mutex_);
    return wanted_ && (state_ == State::none || state_ == State::refused);
  }
  /// Maintenance: whether a batch waits for it already.
  [[nodiscard]] bool is_needed() const {
    const std::lock_guard lock(mutex_);
    return needed_;
  }
  void offer(std::unique_ptr<File> file) {
    const std::lock_guard lock(mutex_);
    file_ = std::move(file);
    state_ = State::ready;
    needed_ = false;
  }
  /// True when it was not refused before.
  bool refuse(std::string reason) {
    const std::lock_guard lock(mutex_);
    reason_ = std::move(reason);
    return std::exchange(state_, State::refused) != State::refused;
  }

  [[nodiscard]] std::string reason() const {
    const std::lock_guard lock(mutex_);
    return reason_;
  }

 private:
  mutable std::mutex mutex_;
  State state_ = State::none;
  bool wanted_ = false;
  bool needed_ = false;
  std::unique_ptr<File> file_;
  std::string reason_;
};

}  // namespace fanfare::broker::journal
