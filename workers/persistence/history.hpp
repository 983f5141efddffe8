#pragma once
// `history.list` (docs/services.md): from a request to a page of messages, read from the database and, where that may
// lag behind what was acknowledged, from the broker's journal. Used on the threads that answer requests, each with a
// store of its own. Promise: nothing acknowledged before the request is missing on its page.

#include "workers/common/method_table.hpp"
#include "workers/persistence/conversation_tail.hpp"
#include "workers/persistence/writer.hpp"

namespace fanfare::workers::persistence {

/// The table's thread opens a store when the first request comes, and another one when the last one failed.
void add_history(common::MethodTable& table, Writer::OpenStore open, FetchPage fetch, runtime::Logger& log);

}  // namespace fanfare::workers::persistence
