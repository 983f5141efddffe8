#include "frontends/websocket/protocol/reply.hpp"

#include <nlohmann/json.hpp>

#include "runtime/json/strict_json.hpp"

namespace fanfare::frontends::websocket::protocol {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMaximalPayload = 4U << 20U;  // the broker's largest frame
constexpr std::size_t kMaximalDepth = 32;

/// As a JSON string; bytes that are no UTF-8 become U+FFFD.
std::string json_text(std::string_view text) {
  return Json(std::string(text)).dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string number(std::uint64_t value) { return std::to_string(value); }

Line reply(std::uint32_t id, std::string_view kind, std::string_view result) {
  std::string json = R"({"id":)" + number(id) + R"(,")";
  json += kind;
  json += R"(":)";
  json += result;
  json += '}';
  return Line(json);
}

/// A person as the protocol's ClientInfo.
std::string info_of(std::string_view person) {
  const auto id = json_text(person);
  return R"({"client":)" + id + R"(,"user":)" + id + "}";
}

Line presence_push(std::string_view channel, std::string_view kind, std::string_view person) {
  std::string json = R"({"push":{"channel":)" + json_text(channel) + R"(,")";
  json += kind;
  json += R"(":{"info":)" + info_of(person) + "}}}";
  return Line(json);
}

std::string expiry(std::chrono::seconds left) {
  return R"("expires":true,"ttl":)" + std::to_string(std::max<std::chrono::seconds::rep>(left.count(), 1));
}

void add(Json& object, const char* name, const std::string& value) {
  if (!value.empty()) object[name] = value;
}

}  // namespace

Line connect_reply(std::uint32_t id, const Connected& connected) {
  return reply(id, "connect",
               R"({"client":)" + json_text(connected.client) + R"(,"version":)" + json_text(connected.version) + "," +
                   expiry(connected.token_left) + R"(,"ping":)" + std::to_string(connected.ping.count()) +
                   R"(,"pong":true})");
}

Line refresh_reply(std::uint32_t id, std::chrono::seconds token_left) {
  return reply(id, "refresh", "{" + expiry(token_left) + "}");
}

Line subscribe_reply(std::uint32_t id, const Subscribed& subscribed) {
  std::string result = "{";
  if (!subscribed.epoch.empty()) {
    result += R"("recoverable":true,"positioned":true,"epoch":)" + json_text(subscribed.epoch) + R"(,"offset":)" +
              number(subscribed.offset);
  }
  if (subscribed.was_recovering)
    result += result.size() == 1 ? R"("was_recovering":true)" : R"(,"was_recovering":true)";
  if (subscribed.recovered) result += R"(,"recovered":true)";
  for (const auto& publication : subscribed.publications) {
    result += &publication == subscribed.publications.data() ? R"(,"publications":[)" : ",";
    result += publication;
  }
  result += subscribed.publications.empty() ? "}" : "]}";
  return reply(id, "subscribe", result);
}

Line unsubscribe_reply(std::uint32_t id) { return reply(id, "unsubscribe", "{}"); }
Line publish_reply(std::uint32_t id) { return reply(id, "publish", "{}"); }
Line ping_reply(std::uint32_t id) { return reply(id, "ping", "{}"); }

Line rpc_reply(std::uint32_t id, std::string_view data) {
  std::string result = R"({"data":)";
  result += data;
  result += '}';
  return reply(id, "rpc", result);
}

Line presence_reply(std::uint32_t id, const std::vector<std::string>& people) {
  std::string result = R"({"presence":{)";
  for (const auto& person : people) {
    if (&person != people.data()) result += ',';
    result += json_text(person) + ":" + info_of(person);
  }
  return reply(id, "presence", result + "}}");
}

Line presence_stats_reply(std::uint32_t id, std::size_t people) {
  return reply(id, "presence_stats", R"({"num_clients":)" + number(people) + R"(,"num_users":)" + number(people) + "}");
}

Line error_reply(std::uint32_t id, const Refusal& refusal) {
  return reply(id, "error",
               R"({"code":)" + number(refusal.code) + R"(,"message":)" + json_text(refusal.message) +
                   (refusal.temporary ? R"(,"temporary":true})" : "}"));
}

Line ping() { return Line("{}"); }

std::string publication_object(const Publication& publication) {
  Json tags = Json::object();
  add(tags, "id", publication.id);
  add(tags, "epoch", publication.epoch);
  add(tags, "timestamp", publication.timestamp);
  std::string json = R"({"data":)";
  json += publication.data;
  if (publication.offset != 0) json += R"(,"offset":)" + number(publication.offset);
  if (!publication.user.empty()) json += R"(,"info":{"user":)" + json_text(publication.user) + R"(,"client":""})";
  if (!tags.empty()) json += R"(,"tags":)" + tags.dump();
  json += '}';
  return json;
}

Line publication_push(const Publication& publication) {
  return Line(R"({"push":{"channel":)" + json_text(publication.channel) + R"(,"pub":)" +
              publication_object(publication) + "}}");
}

Line unsubscribe_push(std::string_view channel, const Unsubscription& why) {
  return Line(R"({"push":{"channel":)" + json_text(channel) + R"(,"unsubscribe":{"code":)" + number(why.code) +
              R"(,"reason":)" + json_text(why.reason) + "}}}");
}

Line join_push(std::string_view channel, std::string_view person) { return presence_push(channel, "join", person); }
Line leave_push(std::string_view channel, std::string_view person) { return presence_push(channel, "leave", person); }

std::optional<std::string> compact_json(std::string_view text) {
  const auto value = runtime::parse_strict_json(text, {.size = kMaximalPayload, .depth = kMaximalDepth});
  if (!value) return std::nullopt;
  if (text.find_first_of("\r\n") == std::string_view::npos) return std::string(text);
  return value->dump();
}

}  // namespace fanfare::frontends::websocket::protocol
