#pragma once
// `history.search` (docs/services.md): from a request to a page of what was found in the database, best first. What is
// acknowledged but not stored yet is not found yet. Used on the threads that answer requests, each with a store of its
// own. Promise: nobody finds anything but in conversations they are a member of.

#include <memory>
#include <string_view>

#include "workers/common/method_table.hpp"
#include "workers/persistence/kept_store.hpp"

namespace fanfare::workers::persistence {

constexpr std::string_view kSearchTopic = "history.search";

/// `store` is of the table's thread.
void add_search(common::MethodTable& table, std::shared_ptr<KeptStore> store);

}  // namespace fanfare::workers::persistence
