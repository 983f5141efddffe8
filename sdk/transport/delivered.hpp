#pragma once
// A delivery of a group at this client: what the copies of a Settler share. Any thread; what is said first counts.

#include <fanfare/membership.hpp>

#include <atomic>
#include <memory>
#include <string_view>

#include "sdk/session/events.hpp"
#include "sdk/session/settlements.hpp"

namespace fanfare::transport {

class Core;

class Delivered {
 public:
  Delivered(std::weak_ptr<Core> core, session::WorkId work) : core_(std::move(core)), work_(work) {}
  Delivered(const Delivered&) = delete;
  Delivered& operator=(const Delivered&) = delete;
  /// Nothing was said: it has failed, or, if no handler got it, it is nobody's.
  ~Delivered();

  void settle(session::Verdict verdict, Settler::Settled settled);
  void progress();
  [[nodiscard]] bool revoked() const { return revoked_; }

  // ---- The I/O thread.

  /// It is handed over; before that nobody else has it.
  void hand_over(std::shared_ptr<session::Run> run);
  void revoke() { revoked_ = true; }

  // ---- The dispatcher.

  /// A handler is about to get it; false when it is not to: it is void, or behind one that failed, or there is no
  /// session. Without one it is most likely another's already; if the session goes on, the broker gives it anew.
  [[nodiscard]] bool begin();

 private:
  const std::weak_ptr<Core> core_;
  const session::WorkId work_;
  std::shared_ptr<session::Run> run_;
  bool handed_over_ = false;
  bool begun_ = false;
  std::atomic<bool> settled_{false};
  std::atomic<bool> revoked_{false};
};

}  // namespace fanfare::transport
