#pragma once
// Fetches pages from the broker's journal for threads that wait for them. Owned by the service, beside the client; any
// thread may ask but the one that the client's handlers run on: the answer comes there. Promise: nobody waits beyond
// his deadline or that of hurry().

#include <fanfare/client.hpp>

#include <chrono>
#include <memory>
#include <string>

#include "runtime/result.hpp"

namespace fanfare::workers::persistence {

class JournalReader {
 public:
  using Clock = std::chrono::steady_clock;

  /// The client outlives it.
  explicit JournalReader(Client& client);

  [[nodiscard]] runtime::Result<Fetched> fetch(const std::string& pattern, const FetchOptions& options,
                                               Clock::time_point deadline);

  /// From any thread: also who waits already does so until `deadline` at most.
  void hurry(Clock::time_point deadline);

 private:
  struct Waiting;

  Client& client_;
  const std::shared_ptr<Waiting> waiting_;  // an answer may come when the reader has gone
};

}  // namespace fanfare::workers::persistence
