#pragma once
// How long a stream keeps what it has: the settings that may change while the journal runs. Owned by the stream's
// state; set by the core's thread, read by every thread of the journal.

#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>

#include "broker/journal/options.hpp"

namespace fanfare::broker::journal {

struct KeepRules {
  std::chrono::milliseconds sync_interval{};         ///< with durability flush
  std::optional<std::chrono::microseconds> max_age;  ///< none: whatever its age
  std::optional<std::uint64_t> max_size;             ///< none: whatever its size

  bool operator==(const KeepRules&) const = default;
};

[[nodiscard]] inline KeepRules keep_rules(const StreamOptions& options) {
  return {.sync_interval = options.sync_interval, .max_age = options.max_age, .max_size = options.max_size};
}

class Keeping {
 public:
  explicit Keeping(const KeepRules& rules) : rules_(rules) {}

  [[nodiscard]] KeepRules rules() const {
    const std::lock_guard lock(mutex_);
    return rules_;
  }

  /// Whether they are others than before.
  bool change(const KeepRules& rules) {
    const std::lock_guard lock(mutex_);
    const bool is_change = rules_ != rules;
    rules_ = rules;
    return is_change;
  }

 private:
  mutable std::mutex mutex_;
  KeepRules rules_;
};

}  // namespace fanfare::broker::journal
