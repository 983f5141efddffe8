#pragma once
// `history.list` (docs/services.md): from a request to a page of messages. Used on the threads that answer requests,
// each with a store of its own.

#include <cstddef>

#include "workers/common/method_table.hpp"
#include "workers/persistence/writer.hpp"
#include "workers/store/message_store.hpp"

namespace fanfare::workers::persistence {

/// What the messages of a page may have in JSON, so that all of it stays below 120 KiB. One message is always in it.
constexpr std::size_t kPageBytes = 119U << 10U;

/// {"messages": […], "next", "resume"}; cut after `bytes` of messages, and `next` goes on there.
[[nodiscard]] std::string to_json(const store::HistoryPage& page, std::size_t bytes = kPageBytes);

/// The table's thread opens a store when the first request comes, and another one when the last one failed.
void add_history(common::MethodTable& table, Writer::OpenStore open, runtime::Logger& log);

}  // namespace fanfare::workers::persistence
