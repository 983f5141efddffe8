#include "cli/format/json.hpp"

#include <charconv>

#include "cli/format/base64.hpp"
#include "protocol/utf8.hpp"
#include "runtime/text/time_text.hpp"

namespace fanfare::cli {
namespace {

Json number_or_null(std::uint64_t number) { return number == 0 ? Json() : Json(number); }

Json text_or_null(std::string_view text) { return text.empty() ? Json() : text_or_base64(text); }

Json epoch_of(const Position& position) { return position.epoch.is_nil() ? Json() : Json(position.epoch.to_string()); }

}  // namespace

Json text_or_base64(std::string_view bytes) {
  if (protocol::is_utf8(bytes)) return std::string(bytes);
  return {{"base64", base64(bytes)}};
}

Json to_json(const Message& message) {
  Json headers = Json::object();
  for (const auto& [key, value] : message.headers) headers[key] = text_or_base64(value);
  return {{"topic", message.topic},
          {"stream", text_or_null(message.stream)},
          {"epoch", epoch_of(message.position)},
          {"sequence", number_or_null(message.position.sequence)},
          {"id", message.id ? Json(message.id->to_string()) : Json()},
          {"timestamp", runtime::to_text(message.timestamp)},
          {"publisher", text_or_base64(message.publisher)},
          {"actor", text_or_null(message.actor)},
          {"headers", std::move(headers)},
          {"payload", text_or_base64(message.payload)}};
}

Json to_json(const Ack& ack) {
  Json json = {{"stream", text_or_null(ack.stream)},
               {"epoch", epoch_of(ack.position)},
               {"sequence", number_or_null(ack.position.sequence)},
               {"id", ack.id.to_string()}};
  if (ack.stream.empty()) json["matched"] = ack.matched;
  if (ack.repeated) json["repeated"] = true;
  return json;
}

Json to_json(const Gap& gap) {
  const Position& known = gap.from.epoch.is_nil() ? gap.to : gap.from;
  return {{"gap",
           {{"reason", to_string(gap.reason)},
            {"stream", text_or_null(gap.stream)},
            {"epoch", epoch_of(known)},
            {"from", number_or_null(gap.from.sequence)},
            {"to", number_or_null(gap.to.sequence)},
            {"dropped", number_or_null(gap.dropped)}}}};
}

Json row_to_json(const Headers& row, const std::set<std::string_view>& texts) {
  Json json = Json::object();
  for (const auto& [key, value] : row) {
    std::uint64_t number = 0;
    const char* const end = value.data() + value.size();
    const bool is_number = !texts.contains(key) && std::from_chars(value.data(), end, number).ptr == end;
    json[key] = is_number && !value.empty() ? Json(number) : text_or_base64(value);
  }
  return json;
}

}  // namespace fanfare::cli
