#pragma once
// The port to the history of messages. Each thread has a store of its own; calls block while the database does.
// Promise: append() stores all of a batch and the position reached, or nothing of it; doing it again changes nothing,
// so whoever does not know whether it happened does it again. Tests for every adapter: message_store_test.cpp.

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

struct Appended {
  std::size_t stored = 0;
  std::size_t repeated = 0;  ///< whose id or position was there already; that row stays as it was
};

/// Which page of a conversation. `before` gives older ones, newest first; `after` newer ones, oldest first; neither the
/// newest. Not both.
struct HistoryQuery {
  Uuid conversation;
  Uuid reader;  ///< a member of it
  std::optional<Position> before = {};
  std::optional<Position> after = {};
  std::size_t limit = 50;
};

struct HistoryMessage {
  ChatMessage message;
  std::string username;  ///< empty, as the display name: the author is not known any more
  std::string display_name;
};

struct HistoryPage {
  std::vector<HistoryMessage> messages;
  bool has_more = false;
  /// What reached() says at that moment: no message up to there is missing in the store.
  std::optional<Position> reached = {};
};

class MessageStore {
 public:
  virtual ~MessageStore() = default;

  /// `reached` never moves back.
  [[nodiscard]] virtual runtime::Result<Appended> append(std::span<const ChatMessage> messages,
                                                         const Position& reached) = 0;

  /// What the last append() that went further said; nothing if there was none.
  [[nodiscard]] virtual runtime::Result<std::optional<Position>> reached() = 0;

  /// All of it as of one moment. Nothing if the reader is no member, or there is no such conversation.
  [[nodiscard]] virtual runtime::Result<std::optional<HistoryPage>> page(const HistoryQuery& query) = 0;

  /// What page() shows of `messages` once they are stored, in their order: without those whose id is known from another
  /// position, in the store or earlier among them.
  [[nodiscard]] virtual runtime::Result<std::vector<HistoryMessage>> preview(std::span<const ChatMessage> messages) = 0;
};

}  // namespace fanfare::workers::store
