#pragma once
// The port to the history of messages. Each thread has a store of its own; calls block while the database does.
// Promise: append() stores a batch and how far its conversations are now, or nothing of it; doing it again changes
// nothing, so whoever does not know whether it happened does it again. Any number of stores, in any processes, may
// append at once: as long as each is given the records of a conversation in their order, none of its messages is
// missing up to where the store says that it is. Tests for every adapter: message_store_test.cpp.

#include <fanfare/position.hpp>
#include <fanfare/uuid.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "runtime/result.hpp"
#include "workers/common/time_point.hpp"

namespace fanfare::workers::store {

struct ChatMessage {
  Uuid id;
  Uuid conversation;
  Uuid author;
  std::string client_id;
  std::string text;
  Position position;
  std::chrono::sys_time<std::chrono::milliseconds> sent_at;

  bool operator==(const ChatMessage&) const = default;
};

/// A record of a conversation: a message, or nothing that is stored and only counts as read.
struct ConversationRecord {
  Uuid conversation;
  Position position;
  std::optional<ChatMessage> message = {};
};

/// A record of a batch that was left out while the rest was stored.
struct LeftOut {
  std::size_t index = 0;    ///< in the batch
  std::string reason = {};  ///< why this message can't be stored; empty: it comes behind one of its conversation
};

struct Appended {
  std::size_t stored = 0;
  /// Whose position was there already, or whose id of that author in that conversation; that row stays as it was.
  /// PostgreSQL knows ids of the same month only (of sent_at, in UTC).
  std::size_t repeated = 0;
  std::vector<LeftOut> left_out = {};
};

/// Which page of a conversation. `before` gives older ones, newest first; `after` newer ones, oldest first; `around`
/// the one at that position and as many on either side of it, newest first: of `limit` a half, rounded down, is newer.
/// None of them gives the newest. At most one of them.
struct HistoryQuery {
  Uuid conversation;
  Uuid reader;  ///< a member of it
  std::optional<Position> before = {};
  std::optional<Position> after = {};
  std::optional<Position> around = {};
  std::size_t limit = 50;
};

struct HistoryMessage {
  ChatMessage message;
  std::string username;  ///< empty, as the display name: the author is not known any more
  std::string display_name;
};

struct HistoryPage {
  std::vector<HistoryMessage> messages;
  bool has_more = false;   ///< beyond the last one
  bool has_newer = false;  ///< `around` only: before the first one
  /// How far the conversation is: none of its messages up to there is missing. Nothing: none of its records was read.
  std::optional<Position> reached = {};
};

/// What is looked for: all words of `text`, the last one as a beginning, whatever their case and accents.
struct SearchQuery {
  Uuid reader;
  std::string text;                       ///< 1 to 200 characters
  std::optional<Uuid> conversation = {};  ///< else all that the reader is in
  std::size_t offset = 0;                 ///< of the results, best first
  std::size_t limit = 20;
};

/// A piece of a found text: words that were looked for, or what stands between them.
struct Fragment {
  std::string text;
  bool is_hit = false;

  bool operator==(const Fragment&) const = default;
};

struct FoundMessage {
  HistoryMessage message;
  std::vector<Fragment> excerpt;  ///< around the hits; an ellipsis where something was left out
};

struct SearchPage {
  std::vector<FoundMessage> found;  ///< best first, of equally good ones the newest
  bool has_more = false;
};

/// How much is new to the reader in each of these conversations.
struct UnreadQuery {
  Uuid reader;
  std::vector<Uuid> conversations;
  std::size_t limit = 100;  ///< further it is not counted
};

struct Unread {
  Uuid conversation;
  std::size_t count = 0;
  bool has_more = false;

  bool operator==(const Unread&) const = default;
};

class MessageStore {
 public:
  virtual ~MessageStore() = default;

  /// Conversations never go back. What the database refuses for one message alone is no error: that message and all
  /// behind it of its conversation are left out.
  [[nodiscard]] virtual runtime::Result<Appended> append(std::span<const ConversationRecord> records) = 0;

  /// All of it as of one moment. Nothing if the reader is no member, or there is no such conversation.
  [[nodiscard]] virtual runtime::Result<std::optional<HistoryPage>> page(const HistoryQuery& query) = 0;

  /// Only in conversations that the reader is a member of. A text without any word finds nothing.
  [[nodiscard]] virtual runtime::Result<SearchPage> search(const SearchQuery& query) = 0;

  /// The messages of others behind the reader's read position and behind the reader's own last message. In the order of
  /// the query, without conversations that the reader is no member of.
  [[nodiscard]] virtual runtime::Result<std::vector<Unread>> unread(const UnreadQuery& query) = 0;

  /// What page() shows of `messages` once they are stored, in their order: without those whose id (of that author in
  /// that conversation) is known from another position, in the store or earlier among them.
  [[nodiscard]] virtual runtime::Result<std::vector<HistoryMessage>> preview(std::span<const ChatMessage> messages) = 0;

  /// Makes room ahead for messages of that time, so that append() needs not stop for it: PostgreSQL's partitions of the
  /// months from `from` to `until`. Returns how many it made.
  [[nodiscard]] virtual runtime::Result<std::size_t> prepare(common::TimePoint from, common::TimePoint until) = 0;
};

}  // namespace fanfare::workers::store
