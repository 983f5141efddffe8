#pragma once
// Presence at the broker: holds `user.<id>` for each person who is connected here, and hears of all the others'. What
// the broker says comes on the SDK's dispatcher thread and waits for the I/O thread as the latest state of each person,
// so a thousand who come at once are one piece of work. The rest is the I/O thread's. What it is given outlives it.

#include <fanfare/client.hpp>

#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "frontends/common/services.hpp"
#include "frontends/websocket/broker/handover.hpp"
#include "frontends/websocket/presence/circles.hpp"
#include "frontends/websocket/presence/people_source.hpp"
#include "runtime/logging/logger.hpp"

namespace fanfare::frontends::websocket::broker {

class BrokerPeople final : public presence::PeopleSource {
 public:
  BrokerPeople(Client& client, common::Services& services, Handover& handover, runtime::Logger& log)
      : client_(client), services_(services), handover_(handover), log_(log) {}

  /// Begins to listen, and tells it.
  void attach(presence::Circles& circles);

  void hold(const std::string& person) override;
  void release(const std::string& person) override { held_.erase(person); }
  void members(const std::string& person, const std::string& conversation,
               session::OnAnswer<presence::People> done) override;

 private:
  void changed(std::string_view key, PresenceState state);
  void completed();
  void hand_over(std::unique_lock<std::mutex> waiting);
  void take_over();

  Client& client_;
  common::Services& services_;
  Handover& handover_;
  runtime::Logger& log_;
  presence::Circles* circles_ = nullptr;
  std::unordered_map<std::string, Presence> held_;

  std::mutex mutex_;                               // guards what waits
  std::unordered_map<std::string, bool> waiting_;  // is online; bounded by the people there are
  bool is_complete_ = false;                       // all who are online have been told once
  bool is_handed_over_ = false;                    // the I/O thread will look
  std::optional<PresenceWatch> watch_;
};

}  // namespace fanfare::frontends::websocket::broker
