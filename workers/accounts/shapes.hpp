#pragma once
// The shapes of docs/services.md as JSON. Functions; any thread. For sources that have included nlohmann/json.

#include <nlohmann/json_fwd.hpp>

#include "workers/store/conversation_store.hpp"
#include "workers/store/person.hpp"

namespace fanfare::workers::accounts {

[[nodiscard]] nlohmann::json to_json(const store::Person& person);
[[nodiscard]] nlohmann::json to_json(const store::Profile& profile);
[[nodiscard]] nlohmann::json to_json(const store::Member& member);
[[nodiscard]] nlohmann::json to_json(const store::Conversation& conversation);
[[nodiscard]] nlohmann::json to_json(store::Role role);
[[nodiscard]] nlohmann::json to_json(const Position& position);
[[nodiscard]] nlohmann::json to_json(const store::Mute& mute);

}  // namespace fanfare::workers::accounts
