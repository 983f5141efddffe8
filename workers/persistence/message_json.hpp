#pragma once
// A stored message as docs/services.md shows it (StoredMessage). A pure function; any thread.

#include <nlohmann/json_fwd.hpp>

#include "workers/store/message_store.hpp"

namespace fanfare::workers::persistence {

/// What the messages of a page may have in JSON, so that all of it stays below 120 KiB. One message is always in it.
constexpr std::size_t kPageBytes = 119U << 10U;

[[nodiscard]] nlohmann::json to_json(const store::HistoryMessage& row);

}  // namespace fanfare::workers::persistence
