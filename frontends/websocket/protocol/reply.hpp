#pragma once
// What the server says: replies to commands and pushes of the Centrifugo JSON protocol, version 2.
// Pure functions; any thread. Whatever a text holds, the line stays one line of valid JSON.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "frontends/websocket/protocol/code.hpp"
#include "frontends/websocket/protocol/line.hpp"

namespace fanfare::frontends::websocket::protocol {

struct Connected {
  std::string client;  ///< this connection's id
  std::string version;
  std::chrono::seconds token_left{};  ///< until the client should send a new token
  std::chrono::seconds ping{};        ///< how often the server pings; the client answers each
};

[[nodiscard]] Line connect_reply(std::uint32_t id, const Connected& connected);
[[nodiscard]] Line refresh_reply(std::uint32_t id, std::chrono::seconds token_left);

struct Subscribed {
  std::string epoch = {};                      ///< empty: the channel lies in no stream, it can't be recovered
  std::uint64_t offset = 0;                    ///< the position that the publications follow
  bool was_recovering = false;                 ///< the client asked for it
  bool recovered = false;                      ///< and nothing after the position it named is missing
  std::vector<std::string> publications = {};  ///< as publication_object() made them
};

[[nodiscard]] Line subscribe_reply(std::uint32_t id, const Subscribed& subscribed);
[[nodiscard]] Line unsubscribe_reply(std::uint32_t id);
[[nodiscard]] Line publish_reply(std::uint32_t id);
[[nodiscard]] Line ping_reply(std::uint32_t id);
/// `data` as compact_json() made it.
[[nodiscard]] Line rpc_reply(std::uint32_t id, std::string_view data);
/// Those who are there. A person is one entry, whatever they connect with: clients are not told of each other's
/// connections.
[[nodiscard]] Line presence_reply(std::uint32_t id, const std::vector<std::string>& people);
[[nodiscard]] Line presence_stats_reply(std::uint32_t id, std::size_t people);
[[nodiscard]] Line error_reply(std::uint32_t id, const Refusal& refusal);

/// The server's ping, `{}`.
[[nodiscard]] Line ping();

struct Publication {
  std::string_view channel;
  std::string_view data;  ///< as compact_json() made it
  std::string_view user;  ///< who wrote it; empty: nobody known
  std::uint64_t offset = 0;
  std::string id = {};         ///< empty: it has none
  std::string epoch = {};      ///< empty: the channel lies in no stream
  std::string timestamp = {};  ///< RFC 3339
};

/// What stands in a reply to subscribe; JSON.
[[nodiscard]] std::string publication_object(const Publication& publication);
[[nodiscard]] Line publication_push(const Publication& publication);
[[nodiscard]] Line unsubscribe_push(std::string_view channel, const Unsubscription& why);

[[nodiscard]] Line join_push(std::string_view channel, std::string_view person);
[[nodiscard]] Line leave_push(std::string_view channel, std::string_view person);

/// The same JSON without line feeds; nothing if it is not JSON, or nested deeper than 32.
[[nodiscard]] std::optional<std::string> compact_json(std::string_view text);

}  // namespace fanfare::frontends::websocket::protocol
