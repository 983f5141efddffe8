#pragma once
// What can go wrong with a call of the Bot API, by what to do next. Values; any thread. The texts are for the log:
// bounded, valid UTF-8, and without the token.

#include <boost/system/result.hpp>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace fanfare::workers::telegram::bot {

struct BotError {
  enum class Kind : std::uint8_t {
    kFloodWait,    ///< again after `wait`
    kMigrated,     ///< again, to `chat`: the group has become another
    kBlocked,      ///< never again to this chat: the bot is blocked or removed, the person or the chat is gone
    kBadEntities,  ///< the HTML was not understood: again as plain text
    kCannotEdit,   ///< this message can't be changed (any more): send another
    kRefused,      ///< this request never; others can go
    kConflict,     ///< another polls, or a webhook is set
    kWrongToken,   ///< nothing goes with this token
    kTransient,    ///< later; `may_have_arrived` says whether it may have been done
    kStopped,      ///< by the stop token; `may_have_arrived` as above
  };

  Kind kind = Kind::kTransient;
  std::chrono::seconds wait{0};   ///< kFloodWait: 1 second to 1 day
  std::int64_t chat = 0;          ///< kMigrated
  bool may_have_arrived = false;  ///< true: it was written, and nobody said that it was not done
  std::string reason = {};
};

template <class T>
using BotResult = boost::system::result<T, BotError>;

/// A word for logs and metrics: "flood_wait".
[[nodiscard]] std::string_view to_text(BotError::Kind kind);

}  // namespace fanfare::workers::telegram::bot
