#include "cli/bench/needed_stream.hpp"

#include "cli/connection/query.hpp"
#include "cli/exit_code.hpp"
#include "cli/format/row.hpp"
#include "protocol/topic.hpp"

namespace fanfare::cli {

bool keeps(std::string_view patterns, std::string_view pattern) {
  while (!patterns.empty()) {
    const auto space = patterns.find(' ');
    if (protocol::covers(patterns.substr(0, space), pattern)) return true;
    patterns = space == std::string_view::npos ? std::string_view() : patterns.substr(space + 1);
  }
  return false;
}

void require_stream(Client& client, Waiter& waiter, const BenchSettings& settings) {
  for (Headers& row : query(client, waiter, QueryKind::streams)) {
    if (keeps(take(row, "topics"), pattern_of(settings))) return;
  }
  throw CommandFailure("no stream keeps " + settings.topic + ".>, and " + settings.name +
                       " needs one. Add to the configuration, and start the broker again:\n\n"
                       "streams:\n"
                       "  bench:\n"
                       "    topics: [\"" +
                       settings.topic +
                       ".>\"]\n"
                       "    max_age: 1h\n\n"
                       "or use one that is there: --topic chat.bench lies in the stream of the chat.");
}

}  // namespace fanfare::cli
