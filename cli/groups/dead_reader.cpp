#include "cli/groups/dead_reader.hpp"

#include <algorithm>
#include <cstdint>

#include "cli/connection/await.hpp"

namespace fanfare::cli {
namespace {

constexpr std::size_t kPage = 256;

}  // namespace

std::vector<DeadLetter> read_dead_letters(Client& client, Waiter& waiter, const std::string& group,
                                          const DeadRuns& open, std::size_t limit) {
  std::vector<DeadLetter> letters;
  auto next = open.next(1);
  while (next && letters.size() < limit) {
    const auto most = static_cast<std::uint32_t>(std::min(kPage, limit - letters.size()));
    const Fetched page = await(waiter, client.fetch("$dead." + group, {.from = From::at(*next), .max_count = most}));
    for (const Message& message : page.messages) {
      if (letters.size() < limit && open.contains(message.position.sequence)) {
        letters.push_back(read_dead_letter(group, message));
      }
    }
    if (page.last || page.through.sequence < *next) break;
    next = open.next(page.through.sequence + 1);
  }
  return letters;
}

}  // namespace fanfare::cli
