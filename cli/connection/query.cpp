#include "cli/connection/query.hpp"

#include <chrono>

#include "cli/connection/await.hpp"

namespace fanfare::cli {

std::vector<Headers> query(Client& client, Waiter& waiter, QueryKind kind) {
  constexpr std::chrono::seconds kTimeout{2};
  return await(waiter, client.query(kind, kTimeout));
}

}  // namespace fanfare::cli
