#pragma once
// Who of this client watches which presence keys, and what each has been told: everything that is online once all of it
// is known, then every transition, once for each watch however many of its own and of others match. Owned by the
// session; one thread.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sdk/session/events.hpp"
#include "sdk/session/presence_names.hpp"
#include "sdk/session/presence_view.hpp"

namespace fanfare::session {

class PresenceWatches final : private PresenceOwner {
 public:
  explicit PresenceWatches(Listener& listener) : listener_(listener) {}
  PresenceWatches(const PresenceWatches&) = delete;
  PresenceWatches& operator=(const PresenceWatches&) = delete;

  void add(Handle handle, std::string_view pattern);
  /// False when the handle watches nothing.
  bool remove(Handle handle);
  [[nodiscard]] PresenceNames& names() { return names_; }

  /// The broker watches for these, and a snapshot will come.
  void acknowledged(const std::vector<Handle>& handles);
  /// It was refused, or is told of no more.
  void end(const std::vector<Handle>& handles, const Error& error);
  /// No name of this stands any more.
  void forget(std::string_view pattern) { view_.forget(pattern); }

  void take(const protocol::PresenceUpdate& update);
  /// The session is lost.
  void rewind();

 private:
  struct Watch {
    std::string pattern;
    bool told = false;  ///< everything that is online; from then on it is told of transitions
  };

  [[nodiscard]] bool wants(std::string_view key) const override;
  [[nodiscard]] bool covers(std::string_view key) const override;
  void tell(std::string_view key, protocol::PresenceState before, protocol::PresenceState after) override;
  void complete();
  void tell_all(Handle handle, const Watch& watch);

  Listener& listener_;
  PresenceNames names_;
  PresenceView view_{*this};
  std::map<Handle, Watch> watches_;
};

}  // namespace fanfare::session
