#pragma once
// `history.list` (docs/services.md): from a request to a page of messages, read from the database and, where that may
// lag behind what was acknowledged, from the broker's journal. Used on the threads that answer requests, each with a
// store of its own. Promise: nothing acknowledged before the request is missing on its page.

#include <memory>

#include "workers/common/method_table.hpp"
#include "workers/persistence/conversation_tail.hpp"
#include "workers/persistence/kept_store.hpp"

namespace fanfare::workers::persistence {

/// `store` is of the table's thread.
void add_history(common::MethodTable& table, std::shared_ptr<KeptStore> store, FetchPage fetch, runtime::Logger& log);

}  // namespace fanfare::workers::persistence
