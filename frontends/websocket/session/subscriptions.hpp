#pragma once
// The channels of one session: who may enter is asked, the channel entered, the reply sent, and all of that undone.
// Owned by its Session; the I/O thread. Promise: no publication, join or leave before the reply to its subscribe, none
// after the reply to unsubscribe or the push that ended the subscription.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "frontends/websocket/protocol/command.hpp"
#include "frontends/websocket/session/channel.hpp"
#include "frontends/websocket/session/limits.hpp"
#include "frontends/websocket/session/ports.hpp"

namespace fanfare::frontends::websocket::session {

class Subscriptions {
 public:
  /// `owner` is what the channels deliver to; it owns this.
  Subscriptions(std::weak_ptr<Subscriber> owner, Outlet& outlet, Backend& backend, Channels& channels,
                Presence& presence, const Limits& limits);

  void subscribe(std::uint32_t id, const protocol::Subscribe& subscribe, const std::string& person);
  void unsubscribe(std::uint32_t id, const std::string& name);
  void interrupted(const std::string& name);
  void rights_changed(const std::string& conversation, const std::string& person);
  void leave_all();

 private:
  struct Entry {
    std::uint64_t number = 0;     ///< tells a subscription from a later one to the same channel
    std::uint32_t subscribe = 0;  ///< the command to reply to
    std::string conversation;     ///< empty: none
    bool entered = false;         ///< the channels know of it
    bool replied = false;
    std::string person = {};  ///< who wants to hear of people coming and going; empty: nobody
    bool watches = false;     ///< and does
  };

  [[nodiscard]] std::optional<protocol::Refusal> refusal(const std::string& name, const Channel& channel,
                                                         const std::string& person) const;
  void enter(std::uint32_t id, const protocol::Subscribe& subscribe);
  void entered(std::uint32_t id, const protocol::Subscribe& subscribe, Entered entered);
  [[nodiscard]] bool can_take(const std::vector<Replayed>& replayed) const;
  void end(const std::string& name, const protocol::Unsubscription& why);
  void forget(const std::string& name);
  [[nodiscard]] Entry* find(const std::string& name, std::uint64_t number);
  template <class T, class F>
  OnAnswer<T> guarded(const std::string& name, F handle);

  std::weak_ptr<Subscriber> owner_;
  Outlet& outlet_;
  Backend& backend_;
  Channels& channels_;
  Presence& presence_;
  const Limits limits_;
  std::map<std::string, Entry> entries_;
  std::uint64_t last_number_ = 0;
};

}  // namespace fanfare::frontends::websocket::session
