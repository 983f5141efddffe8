#include "cli/connection/query.hpp"

#include "cli/connection/await.hpp"

namespace fanfare::cli {

std::vector<Headers> query(Client& client, Waiter& waiter, QueryKind kind, std::chrono::milliseconds timeout) {
  return await(waiter, client.query(kind, timeout));
}

}  // namespace fanfare::cli
