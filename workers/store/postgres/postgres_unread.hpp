#pragma once
// How many messages are new to somebody. Function; the session's thread. Where all is read, nothing is looked at;
// elsewhere the months in which messages may be new, newest first, each for all conversations in one round trip, and of
// each conversation at most the query's limit and one more.

#include <vector>

#include "workers/store/message_store.hpp"
#include "workers/store/postgres/postgres_session.hpp"

namespace fanfare::workers::store {

[[nodiscard]] std::vector<Unread> count_unread(PostgresTransaction& transaction, const UnreadQuery& query);

}  // namespace fanfare::workers::store
