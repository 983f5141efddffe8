#pragma once
// The port to what only fanfare-telegram needs: codes, who is linked with which chat, how far a bot's updates are done.
// Owned by one thread at a time; calls block while the database does, and an error means that nothing was changed.
// Promises: a code is taken once, whoever tries at the same time; a person has one chat and a chat one person.
// Tests for every adapter: telegram_store_test.cpp.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/fanfare/position.hpp"
#include "protocol/fanfare/uuid.hpp"
#include "runtime/crypto/digest.hpp"
#include "runtime/result.hpp"
#include "workers/common/time_point.hpp"

namespace fanfare::workers::store {

/// BLAKE2b-256 of a code; the code itself is nowhere.
using CodeHash = runtime::crypto::Digest;

/// Minutes of the day; they may go past midnight.
struct QuietSpan {
  int from = 0;
  int until = 0;
  bool operator==(const QuietSpan&) const = default;
};

enum class LinkEnd : std::uint8_t { kBlocked, kStopped, kUnlinked, kMoved };

/// As it stands in the database, and in answers: "blocked".
[[nodiscard]] constexpr std::string_view name_of(LinkEnd end) {
  switch (end) {
    case LinkEnd::kBlocked:
      return "blocked";
    case LinkEnd::kStopped:
      return "stopped";
    case LinkEnd::kUnlinked:
      return "unlinked";
    case LinkEnd::kMoved:
      break;
  }
  return "moved";
}

struct TelegramLink {
  std::string chat;  ///< its id
  std::string name;  ///< how the other side calls itself
  common::TimePoint since;
  std::optional<common::TimePoint> muted_until = {};
  std::optional<QuietSpan> quiet = {};
  std::string zone = "UTC";  ///< of the IANA time zone database
};

/// What somebody who asks for themselves is told.
struct LinkState {
  struct Ending {
    std::string reason;
    common::TimePoint at;
  };
  std::optional<TelegramLink> link = {};
  std::optional<Ending> ended = {};  ///< of the last one, if there is none
};

/// Who sits in a chat.
struct LinkedPerson {
  Uuid person;
  std::string display_name;
  std::string locale;  ///< BCP 47; empty: not known
  TelegramLink link;
};

struct EndedLink {
  Uuid person;
  std::string chat;
  common::TimePoint at;
};

struct Redeemed {
  LinkedPerson linked;
  std::optional<Uuid> displaced = {};  ///< whose chat it was until now: that link ended as `moved`
};

/// What a notification in a chat was about.
struct NotifiedConversation {
  Uuid person;
  Uuid conversation;
  Position up_to;
};

/// Telegram begins anew with any number if nothing has happened for a week (Bot API, Update).
inline constexpr std::chrono::hours kUpdatesCountFor{6 * 24};

/// With each new code at most so many old ones go: more than come, and never a long transaction.
inline constexpr std::uint64_t kCodesForgottenAtOnce = 100;

class TelegramStore {
 public:
  virtual ~TelegramStore() = default;

  /// Earlier codes of the person are good no more. Some of those that are over go, too.
  virtual runtime::Result<void> make_code(const CodeHash& hash, const Uuid& person, common::TimePoint now,
                                          common::TimePoint expires_at) = 0;

  /// Takes the code and links whose it is with the chat, and says nothing if there is no such code or it is over. Who
  /// links anew is not muted; their quiet hours stay.
  virtual runtime::Result<std::optional<Redeemed>> redeem(const CodeHash& hash, const std::string& chat,
                                                          const std::string& name, common::TimePoint now) = 0;

  virtual runtime::Result<LinkState> link_of(const Uuid& person) = 0;
  virtual runtime::Result<std::optional<LinkedPerson>> person_of(const std::string& chat) = 0;

  /// Nothing: there was no link, and its ending, if any, is as it was.
  virtual runtime::Result<std::optional<EndedLink>> end_of_person(const Uuid& person, LinkEnd reason,
                                                                  common::TimePoint now) = 0;
  virtual runtime::Result<std::optional<EndedLink>> end_of_chat(const std::string& chat, LinkEnd reason,
                                                                common::TimePoint now) = 0;

  /// False: nobody is linked with this chat.
  virtual runtime::Result<bool> mute(const std::string& chat, std::optional<common::TimePoint> until) = 0;
  /// Without hours the zone stays as it is.
  virtual runtime::Result<bool> set_quiet(const std::string& chat, const std::optional<QuietSpan>& hours,
                                          const std::string& zone) = 0;

  /// Which conversation the message in that chat told of; nothing also if its link has ended.
  virtual runtime::Result<std::optional<NotifiedConversation>> conversation_of(const std::string& chat,
                                                                               const std::string& message) = 0;

  /// Whether somebody is being told there just now: what conversation_of() does not know may be that.
  virtual runtime::Result<bool> is_being_told(const std::string& chat) = 0;

  /// The last update of the bot that is done; nothing also if that was longer ago than kUpdatesCountFor.
  virtual runtime::Result<std::optional<std::int64_t>> done_update(std::int64_t bot, common::TimePoint now) = 0;
  /// Only forward, but from where done_update() says nothing.
  virtual runtime::Result<void> set_done_update(std::int64_t bot, std::int64_t update, common::TimePoint now) = 0;
};

}  // namespace fanfare::workers::store
