#pragma once
// MessageStore over PostgreSQL. Its thread is whoever calls it, one at a time; it borrows the pool.

#include <memory>

#include "workers/store/message_store.hpp"
#include "workers/store/postgres/postgres_pool.hpp"

namespace fanfare::workers::store {

[[nodiscard]] std::unique_ptr<MessageStore> make_postgres_message_store(PostgresPool& pool);

}  // namespace fanfare::workers::store
