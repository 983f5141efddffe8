#include "workers/persistence/conversation_tail.hpp"

#include <utility>
#include <variant>

#include "workers/chat/chat_message.hpp"

namespace fanfare::workers::persistence {
namespace {

using runtime::Error;
using runtime::Result;

/// Takes what the page has; copies, because a message keeps its whole frame alive. Returns the bytes of texts.
std::size_t take_messages(const Fetched& page, std::vector<store::ChatMessage>& messages) {
  std::size_t bytes = 0;
  for (const Message& message : page.messages) {
    auto checked =
        chat::check_chat_message({message.topic, message.actor, message.payload, message.position, message.timestamp});
    auto* const text = std::get_if<store::ChatMessage>(&checked);  // what is skipped, the subscription has said
    if (text == nullptr) continue;
    bytes += text->text.size();
    messages.push_back(std::move(*text));
  }
  return bytes;
}

}  // namespace

Result<ConversationTail> read_tail(const FetchPage& fetch, const Uuid& conversation,
                                   const std::optional<Position>& after, std::chrono::steady_clock::time_point deadline,
                                   const TailBounds& bounds) {
  const std::string topic = "chat." + conversation.to_string();
  ConversationTail tail;
  From from = after ? From::after(*after) : From::all();
  std::size_t bytes = 0;
  for (std::size_t count = 0; count < bounds.pages; ++count) {
    // That a page is not `recovered` changes nothing: what the journal has lost, the database won't get either. The
    // subscription says so in the log.
    const Result<Fetched> page = fetch(topic, {.from = from}, deadline);
    if (!page) return page.error();
    if (page->through.epoch.is_nil()) return Error{topic, ": no stream keeps it"};
    tail.through = page->through;
    bytes += take_messages(*page, tail.messages);
    if (page->last) return tail;
    if (bytes > bounds.bytes) break;
    from = From::after(page->through);
  }
  return Error{topic, ": too much of it is not in the database yet"};
}

}  // namespace fanfare::workers::persistence
