#include "frontends/websocket/protocol/command.hpp"

#include <array>
#include <limits>
#include <nlohmann/json.hpp>

#include "protocol/fanfare/position.hpp"
#include "runtime/json/strict_json.hpp"

namespace fanfare::frontends::websocket::protocol {
namespace {

using Json = nlohmann::json;
using Request = decltype(Command::request);

constexpr std::size_t kMaximalChannel = 255;
constexpr std::size_t kMaximalMethod = 64;
constexpr std::size_t kMaximalToken = 8192;
constexpr std::size_t kMaximalEpoch = 64;
constexpr std::uint64_t kRejectUnrecovered = 2;  // a bit of a subscribe's `flag`

/// A text member; an absent one is empty, as protobuf has it.
std::optional<std::string> text(const Json& object, const char* name, std::size_t limit) {
  const auto member = object.find(name);
  if (member == object.end()) return std::string();
  if (!member->is_string()) return std::nullopt;
  const auto& value = member->get_ref<const std::string&>();
  if (value.size() > limit) return std::nullopt;
  return value;
}

/// A number without a sign, at most `limit`; an absent one is 0.
std::optional<std::uint64_t> number(const Json& object, const char* name, std::uint64_t limit) {
  const auto member = object.find(name);
  if (member == object.end()) return 0;
  if (!member->is_number_unsigned()) return std::nullopt;
  const auto value = member->get<std::uint64_t>();
  return value <= limit ? std::optional(value) : std::nullopt;
}

std::optional<bool> truth(const Json& object, const char* name) {
  const auto member = object.find(name);
  if (member == object.end()) return false;
  return member->is_boolean() ? std::optional(member->get<bool>()) : std::nullopt;
}

std::string data_of(const Json& object) {
  const auto member = object.find("data");
  return member == object.end() ? "null" : member->dump();
}

template <class T>
std::optional<Request> with_text(const Json& object, const char* name, std::size_t limit) {
  auto value = text(object, name, limit);
  if (!value) return std::nullopt;
  return T{std::move(*value)};
}

template <class T>
std::optional<Request> with_data(const Json& object, const char* name, std::size_t limit) {
  auto value = text(object, name, limit);
  if (!value) return std::nullopt;
  return T{std::move(*value), data_of(object)};
}

std::optional<Request> read_subscribe(const Json& object) {
  auto channel = text(object, "channel", kMaximalChannel);
  auto epoch = text(object, "epoch", kMaximalEpoch);
  const auto offset = number(object, "offset", kMaxSequence);
  const auto recover = truth(object, "recover");
  const auto flag = number(object, "flag", std::numeric_limits<std::uint64_t>::max());
  const auto join_leave = truth(object, "join_leave");
  if (!channel || !epoch || !offset || !recover || !flag || !join_leave) return std::nullopt;
  return Subscribe{.channel = std::move(*channel),
                   .recover = *recover,
                   .offset = *offset,
                   .epoch = std::move(*epoch),
                   .reject_unrecovered = (*flag & kRejectUnrecovered) != 0,
                   .join_leave = *join_leave};
}

std::optional<Request> read_request(std::string_view name, const Json& object) {
  if (!object.is_object()) return std::nullopt;
  if (name == "connect") return with_text<Connect>(object, "token", kMaximalToken);
  if (name == "subscribe") return read_subscribe(object);
  if (name == "unsubscribe") return with_text<Unsubscribe>(object, "channel", kMaximalChannel);
  if (name == "publish") return with_data<Publish>(object, "channel", kMaximalChannel);
  if (name == "rpc") return with_data<Rpc>(object, "method", kMaximalMethod);
  if (name == "refresh") return with_text<Refresh>(object, "token", kMaximalToken);
  if (name == "presence") return with_text<Presence>(object, "channel", kMaximalChannel);
  if (name == "presence_stats") return with_text<PresenceStats>(object, "channel", kMaximalChannel);
  if (name == "ping") return Ping{};
  return Unserved{std::string(name)};
}

constexpr std::array<const char*, 12> kRequests = {"connect",  "subscribe", "unsubscribe",    "publish",
                                                   "presence", "ping",      "history",        "send",
                                                   "rpc",      "refresh",   "presence_stats", "sub_refresh"};

std::optional<std::uint32_t> read_id(const Json& object) {
  const auto value = number(object, "id", std::numeric_limits<std::uint32_t>::max());
  if (!value) return std::nullopt;
  return static_cast<std::uint32_t>(*value);
}

std::optional<Command> read_command(const Json& object) {
  if (!object.is_object()) return std::nullopt;
  const auto id = read_id(object);
  if (!id) return std::nullopt;
  if (object.empty()) return Command{};
  std::optional<Command> command;
  for (const char* name : kRequests) {
    const auto member = object.find(name);
    if (member == object.end()) continue;
    if (command) return std::nullopt;  // two requests in one command
    auto request = read_request(name, *member);
    if (!request) return std::nullopt;
    command = Command{*id, std::move(*request)};
  }
  return command;
}

}  // namespace

std::optional<std::vector<Command>> parse_commands(std::string_view frame) {
  if (frame.size() > kMaximalFrame) return std::nullopt;
  std::vector<Command> commands;
  while (!frame.empty()) {
    const auto end = frame.find('\n');
    const auto line = frame.substr(0, end);
    frame.remove_prefix(end == std::string_view::npos ? frame.size() : end + 1);
    if (line.empty()) continue;
    if (commands.size() == kMaximalCommands) return std::nullopt;
    const auto object = runtime::parse_strict_json(line, {.size = kMaximalFrame, .depth = 32});
    if (!object) return std::nullopt;
    auto command = read_command(*object);
    if (!command) return std::nullopt;
    commands.push_back(std::move(*command));
  }
  if (commands.empty()) return std::nullopt;
  return commands;
}

}  // namespace fanfare::frontends::websocket::protocol
