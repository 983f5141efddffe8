#pragma once
// Working in a group: Work is one delivery of a message, Settler says what became of it, Membership is the place in the
// group until its owner lets go. Movable, owned by the caller; any thread.
//
// At least once: whatever is not acknowledged comes again, here or at another member, with the next attempt number. An
// acknowledgement counts when the broker has stored it; one that comes too late is `stale`, and the message is
// another's.
//
// Handlers run where all handlers run. In a group with an order an asynchronous one gets the next message of a topic
// (exclusive: of the group) when the one before is settled; other topics go on meanwhile, for what waits holds back no
// credit: it is bounded by `max_in_flight`, and may keep the frame it came in. Without a session nothing is handed
// over, and what was before is void when the next one begins.

#include <fanfare/error.hpp>
#include <fanfare/message.hpp>
#include <fanfare/subscription.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

namespace fanfare {

namespace transport {
class Delivered;
}

struct Work {
  Message message;
  std::uint16_t attempt = 1;  ///< of how many deliveries of this message this one is the last
  /// It was in the dead letters and was given back: its place in the stream `dead`. Later messages of its topic may
  /// have been handled before it.
  std::optional<std::uint64_t> returned = {};
};

/// Settles one delivery, at any time from any thread, once; copies settle the same, and whatever is said second is
/// answered `stale`. If the last copy goes unsettled, the message has failed.
class Settler {
 public:
  /// What the broker has answered: nullopt when it is stored; `stale` when the delivery was taken back before, or the
  /// session was lost; `outcome_unknown` when it was sent and the session was lost before the answer; `not_sent`,
  /// `closed` and others when the message will come again. Runs where handlers run.
  using Settled = std::function<void(const std::optional<Error>&)>;

  explicit Settler(std::shared_ptr<transport::Delivered> delivered);

  /// It is done.
  void ack(Settled settled = {});
  /// It failed, which counts; it comes again after `delay`, or as the group's back-off says.
  void fail(std::string_view reason, std::optional<std::chrono::milliseconds> delay = {}, Settled settled = {});
  /// It is to come again after `delay`, here or elsewhere; no failure.
  void defer(std::chrono::milliseconds delay, Settled settled = {});

  /// It is still being handled: its time begins anew. Any number of times.
  void progress();
  /// The broker took it back, or the session is lost: what is said of it is stale.
  [[nodiscard]] bool revoked() const;

 private:
  std::shared_ptr<transport::Delivered> delivered_;
};

/// What a member of an exclusive group is.
struct Role {
  bool active = false;
  std::uint64_t term = 0;  ///< of the active one, rising with each; what it does elsewhere should carry it
};

/// Leaves the group when it goes: nothing new is handed over, a running handler is waited for and what it says of its
/// message still counts, the rest goes to others at once, also what an asynchronous handler has not settled.
class [[nodiscard]] Membership : public Registered {
 public:
  using Registered::Registered;

  /// Lets it end without giving anything back: the broker hands over nothing more, what was received is handled and
  /// settled as before, and once nothing is left the broker lets the member go, an active one's term with it. Blocks
  /// for at most `timeout`. True: it has ended; false: it is still at it, and may be asked again, or leave(), which
  /// gives back the rest. A lost session, or a closed client, ends it as well: what was not settled goes to others.
  /// In a handler it only begins, and the answer is false.
  [[nodiscard]] bool finish(std::chrono::milliseconds timeout) { return finish_registration(timeout); }

  void leave() { end(); }
};

}  // namespace fanfare
