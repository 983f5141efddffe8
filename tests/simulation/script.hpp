#pragma once
// What happens in an episode: a list of small actions with plain numbers. Every number is taken modulo what there is to
// choose from, so any part of a script is a script, which is what lets it be shrunk. Values.

#include <array>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string_view>
#include <vector>

namespace fanfare::simulation {

enum class Do : std::uint8_t {
  publish,      ///< client, topic, size, count
  repeat,       ///< client, which of the last messages
  conflict,     ///< client, which of the last messages: the same id, another payload
  subscribe,    ///< client, pattern, from and overflow, place
  unsubscribe,  ///< client, which
  query,        ///< client
  handle,       ///< client, deliveries its handlers are done with
  send,         ///< client, frames, whether it has nothing else to do
  up,           ///< client, frames that reach the broker
  down,         ///< client, frames that reach the client
  dial,         ///< client
  cut,          ///< client, frames that still arrive up, down, and who notices (0 both, 1 client, 2 broker, 3 nobody)
  notice,       ///< the broker notices one that was cut
  wait,         ///< milliseconds
  commit,       ///< stream, batches
  full,         ///< stream: its next batch finds no room
  fail,         ///< stream: its disk fails
  answer,       ///< reads and look-ups
  trim,         ///< stream, percent of what it holds
  crash,        ///< the broker is killed: batches that were written all the same, frames that still arrive
  power,        ///< the machine is: batches written, frames, records the stream feed loses
  die,          ///< client: killed, another one takes its place
  close,        ///< client: closes, as it should
  join,         ///< client, group, messages in flight, 1 from now and 2 pipelined
  leave,        ///< client, which membership, 1 when it is done
  start,        ///< client, deliveries of groups that its handlers begin with
  settle,       ///< client, which of those, what became of it (0 failed, 1 to come later, else done), milliseconds
  progress,     ///< client, which of those
  retry,        ///< client, group: its dead letters
  serve,        ///< client, pattern, requests in flight
  unserve,      ///< client, which service
  request,      ///< client, topic, size and 1 retry safe, milliseconds
  cancel,       ///< client, which of its requests
  reply,        ///< client, which request it has, what became of it (0 failed), size
  clone,        ///< client: a copy of it comes with the secret with which it came back last
  hold,         ///< client, presence key
  release,      ///< client, which of those it holds
  watch,        ///< client, pattern of presence keys
  unwatch,      ///< client, which of those
  part,         ///< client, which request it has, size: more of its answer follows
};
inline constexpr std::array<std::string_view, 40> kActionNames{
    "publish", "repeat",  "conflict", "subscribe", "unsubscribe", "query", "handle",  "send",     "up",      "down",
    "dial",    "cut",     "notice",   "wait",      "commit",      "full",  "fail",    "answer",   "trim",    "crash",
    "power",   "die",     "close",    "join",      "leave",       "start", "settle",  "progress", "retry",   "serve",
    "unserve", "request", "cancel",   "reply",     "clone",       "hold",  "release", "watch",    "unwatch", "part"};

struct Action {
  Do what{};
  std::array<std::uint32_t, 4> with{};
};
using Script = std::vector<Action>;

/// An episode that can be kept: the seed of its knobs and what happens.
struct Episode {
  std::uint64_t seed = 0;
  Script script;
};

void write(std::ostream& out, const Action& action);
void write(std::ostream& out, const Episode& episode);
/// Nullopt when the text is none.
[[nodiscard]] std::optional<Episode> read(std::istream& in);

}  // namespace fanfare::simulation
