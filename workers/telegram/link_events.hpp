#pragma once
// What the page is told of links: messages on user.<person>, made of what the database says. Published after the
// commit, as often as may be: the id is made of the link, so that the broker stores each once. One that is lost with
// its process only delays the page, which asks `telegram.status` when it loads. Pure functions; any thread.

#include <functional>
#include <string>

#include "protocol/fanfare/uuid.hpp"
#include "workers/store/telegram_store.hpp"

namespace fanfare::workers::telegram {

struct LinkEvent {
  Uuid id;
  std::string topic;
  std::string payload;
};

/// Returns at once; the broker may be away. Of the caller's thread.
using PublishLinkEvent = std::function<void(const LinkEvent& event)>;

[[nodiscard]] LinkEvent linked_event(const Uuid& person, common::TimePoint since);
[[nodiscard]] LinkEvent ended_event(const Uuid& person, store::LinkEnd reason, common::TimePoint at);

}  // namespace fanfare::workers::telegram
