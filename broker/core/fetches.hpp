#pragma once
// FETCH: a page of a stream's records, read once (PROTOCOL.md §5). Owned by the core; its thread only.

#include <unordered_map>

#include "broker/core/readers.hpp"
#include "broker/core/sessions.hpp"
#include "broker/core/starts.hpp"

namespace fanfare::broker::core {

class Fetches {
 public:
  Fetches(const Settings& settings, Sessions& sessions, TopicTable& topics, Streams& streams, Readers& readers)
      : settings_(settings), sessions_(sessions), topics_(topics), streams_(streams), readers_(readers) {}

  /// Answers with a page, at once or when it has been read, or refuses.
  void fetch(Session& session, const protocol::Fetch& command);

  /// The journal's answer; false when it is for none of these readers.
  [[nodiscard]] bool answered(const ReadDone& done);

  void leave(const Session& session);

  [[nodiscard]] std::size_t open() const { return open_.size(); }

 private:
  struct Open {
    SessionKey session = 0;
    protocol::RequestNumber request = 0;
    protocol::StreamNumber stream = protocol::kNoStream;
    Start start;
    std::uint64_t until = 0;
  };

  const Settings& settings_;
  Sessions& sessions_;
  TopicTable& topics_;
  Streams& streams_;
  Readers& readers_;
  std::unordered_map<ReaderId, Open> open_;
};

}  // namespace fanfare::broker::core
