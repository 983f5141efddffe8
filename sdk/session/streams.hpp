#pragma once
// The broker's streams as this session knows them: names by number, how far live delivery has come, and the last
// position acknowledged to this client. Positions outlive sessions, by the stream's name. Owned by the session.

#include <fanfare/position.hpp>

#include <algorithm>
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
  /// `acked` as it was when a session, by its number, was lost: whatever was sent in it stands beyond that, or nowhere.
  std::map<std::uint32_t, Position> acked_in = {};

  Position shared = {};     ///< how far the replay has come that several subscriptions share
  std::size_t sharing = 0;  ///< how many do

  /// The position to look beyond for what was sent in session `session`, which was lost.
  [[nodiscard]] Position acked_when_lost(std::uint32_t session) const {
    const auto found = acked_in.lower_bound(session);
    return found == acked_in.end() ? acked : found->second;
  }
  void moved_to(const Position& position) { live = std::max(live, position); }
};

class Streams {
 public:
  /// The list of a WELCOME, after `lost` sessions were lost. Pointers to streams stay valid.
  void welcome(const std::vector<protocol::StreamInfo>& list, std::uint32_t lost);
  /// Session number `session` is lost; nothing that was lost before session `first` will be asked about.
  void mark_lost(std::uint32_t session, std::uint32_t first);

  /// Null when the broker did not announce it.
  [[nodiscard]] Stream* find(protocol::StreamNumber number);

  /// The stream that holds this topic; null when none does.
  [[nodiscard]] const Stream* of_topic(std::string_view topic) const;
  /// The stream in which everything lies that this pattern matches; null when there is none or it can't be told.
  [[nodiscard]] Stream* holding(std::string_view pattern) const;

  /// A new session: where delivery stands is not known yet.
  void forget_deliveries() {
    for (auto& [name, stream] : by_name_) {
      stream.live = {};
      stream.shared = {};
      stream.sharing = 0;
    }
  }

 private:
  std::map<std::string, Stream, std::less<>> by_name_;
  std::vector<Stream*> by_number_;
};

}  // namespace fanfare::session
