#include "frontends/common/change_feed.hpp"

#include "runtime/json/strict_json.hpp"

namespace fanfare::frontends::common {
namespace {

constexpr std::string_view kPrefix = "$change.conversation.";

/// 0 when the event can't be read: what is known is dropped all the same.
std::uint64_t change_of(std::string_view payload) try {
  const auto object = runtime::parse_strict_json(payload);
  return object ? object->at("change").get<std::uint64_t>() : 0;
} catch (const nlohmann::json::exception&) {
  return 0;
}

SubscribeOptions options(ConversationAccess& access, const std::function<void()>& on_missed) {
  const auto missed = [&access, on_missed] {
    access.start_following();  // forgets all
    if (on_missed) on_missed();
  };
  // Ready comes again with each new session, and what happened between two sessions was missed.
  return {.on_gap = [missed](const Gap&) { missed(); }, .on_ready = missed};
}

}  // namespace

ChangeFeed::ChangeFeed(Client& client, ConversationAccess& access, ChangeListener listener)
    : subscription_(client.subscribe(
          "$change.conversation.>",
          [&access, on_change = listener.on_change](const Message& message) {
            const std::string conversation(message.topic.substr(kPrefix.size()));
            access.changed(conversation, change_of(message.payload));
            if (on_change) on_change(conversation);
          },
          options(access, listener.on_missed))) {}

}  // namespace fanfare::frontends::common
