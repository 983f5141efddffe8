#pragma once
// The messages of a group that this process has in hand, and how many are still open: taken, and the broker has not
// answered what was said of them. Shared by whoever may settle one, so that a late line or answer finds it. Any thread.
// Promise: when enough were taken, or no more are wanted, the others are kept unsettled until the group is left, which
// gives them back without a failure.

#include <fanfare/membership.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>

#include "cli/waiter.hpp"

namespace fanfare::cli {

class Hands : public std::enable_shared_from_this<Hands> {
 public:
  using Id = std::uint64_t;

  /// No more than `count` are taken, 0: without end. `waiter` is woken when something was answered; it has to live as
  /// long as anybody shares this.
  Hands(std::uint64_t count, const Waiter& waiter) : count_(count), waiter_(waiter) {}

  /// What is to be handled; nothing if it is only kept.
  std::optional<Id> take(Settler settler);
  void stop_taking();

  void succeeded(Id id);
  void failed(Id id, std::string_view reason);
  /// Neither: it is kept.
  void gave_up(Id id);

  [[nodiscard]] bool is_revoked(Id id) const;

  /// Tells the broker that all that is in hand is still wanted.
  void progress() const;

  [[nodiscard]] std::size_t open() const;
  /// `count` were taken, and none is open.
  [[nodiscard]] bool is_over() const;

  /// After the group was left: what was kept is nobody's any more.
  void clear();

 private:
  std::optional<Settler> put_down(Id id);
  Settler::Settled answered();

  const std::uint64_t count_;
  const Waiter& waiter_;
  mutable std::mutex mutex_;
  std::map<Id, Settler> held_;  // guarded by mutex_; bounded by max_in_flight
  std::size_t open_ = 0;        // guarded by mutex_
  std::uint64_t taken_ = 0;     // guarded by mutex_
  Id last_ = 0;                 // guarded by mutex_
  bool takes_ = true;           // guarded by mutex_
};

}  // namespace fanfare::cli
