#include "cli/work/work_text.hpp"

#include "cli/format/text.hpp"
#include "runtime/text/time_text.hpp"

namespace fanfare::cli {

Json to_json(const Work& work, std::string_view group) {
  Json json = to_json(work.message);
  json["group"] = group;
  json["attempt"] = work.attempt;
  if (work.returned) json["dead"] = *work.returned;
  return json;
}

std::map<std::string, std::string> environment_of(const Work& work, std::string_view group) {
  const Message& message = work.message;
  return {{"FANFARE_TOPIC", std::string(message.topic)},
          {"FANFARE_ACTOR", std::string(message.actor)},
          {"FANFARE_PUBLISHER", std::string(message.publisher)},
          {"FANFARE_STREAM", std::string(message.stream)},
          {"FANFARE_EPOCH", message.position.epoch.to_string()},
          {"FANFARE_SEQUENCE", std::to_string(message.position.sequence)},
          {"FANFARE_ID", message.id ? message.id->to_string() : ""},
          {"FANFARE_TIMESTAMP", runtime::to_text(message.timestamp)},
          {"FANFARE_GROUP", std::string(group)},
          {"FANFARE_ATTEMPT", std::to_string(work.attempt)},
          {"FANFARE_DEAD", work.returned ? std::to_string(*work.returned) : ""}};
}

std::string name_of(const Work& work) {
  return printable(work.message.topic) + " " + std::to_string(work.message.position.sequence) + " (try " +
         std::to_string(work.attempt) + ")";
}

}  // namespace fanfare::cli
