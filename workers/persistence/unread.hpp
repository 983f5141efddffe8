#pragma once
// `history.unread` (docs/services.md): how many messages are new to somebody, in the conversations of a list. What is
// acknowledged but not stored yet is not counted. Used on the threads that answer requests, each with a store of its
// own.

#include <memory>

#include "workers/common/method_table.hpp"
#include "workers/persistence/kept_store.hpp"

namespace fanfare::workers::persistence {

/// `store` is of the table's thread.
void add_unread(common::MethodTable& table, std::shared_ptr<KeptStore> store);

}  // namespace fanfare::workers::persistence
