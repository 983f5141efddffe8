#pragma once
// The broker's streams as this session knows them: names by number, how far live delivery has come, and the last
// position acknowledged to this client. Positions outlive sessions, by the stream's name. Owned by the session.

#include <fanfare/position.hpp>

#include <map>
#include <string>
#include <vector>

#include "protocol/commands.hpp"

namespace fanfare::session {

struct Stream {
  protocol::StreamNumber number = protocol::kNoStream;
  std::string name;
  std::vector<std::string> topics = {};  ///< the patterns of its topics
  Position live = {};                    ///< nothing up to here is missing on this session
  Position acked = {};  ///< the last of this client's publishes; at first the head of the first WELCOME

  void moved_to(const Position& position) {
    if (position > live) live = position;
  }
};

class Streams {
 public:
  /// The list of a WELCOME. Pointers to streams stay valid.
  void welcome(const std::vector<protocol::StreamInfo>& list);

  /// Null when the broker did not announce it.
  [[nodiscard]] Stream* find(protocol::StreamNumber number);

  /// The stream that holds this topic; null when none does.
  [[nodiscard]] const Stream* of_topic(std::string_view topic) const;
  /// Whether everything this pattern matches lies in one stream; false also when it can't be told.
  [[nodiscard]] bool hold(std::string_view pattern) const;

  /// A new session: where live delivery stands is not known yet.
  void forget_live() {
    for (auto& [name, stream] : by_name_) stream.live = {};
  }

 private:
  std::map<std::string, Stream, std::less<>> by_name_;
  std::vector<Stream*> by_number_;
};

}  // namespace fanfare::session
