#include <nlohmann/json.hpp>

#include "runtime/config/fields.hpp"
#include "runtime/config/generated.hpp"
#include "runtime/config/value.hpp"

namespace fanfare::runtime {
namespace {

using Json = nlohmann::ordered_json;

/// A text of this form, or one that a variable completes.
Json pattern(const std::string& form) { return {{"type", "string"}, {"pattern", "^" + form + "$|\\$\\{"}}; }

Json type_of(const Field& field) {
  switch (field.kind) {
    case Kind::kText:
      return {{"type", "string"}};
    case Kind::kPath:
      return {{"type", "string"}, {"minLength", field.min}};
    case Kind::kBoolean:
      return {{"type", "boolean"}};
    case Kind::kInteger:
      return {{"type", "integer"}, {"minimum", field.min}, {"maximum", field.max}};
    case Kind::kBytes:
      return {{"anyOf",
               {{{"type", "integer"}, {"minimum", field.min}, {"maximum", field.max}}, pattern("[0-9]+([KMGT]iB)?")}}};
    case Kind::kDuration:
      return pattern("[0-9]+(ms|s|m|h|d)");
    case Kind::kChoice: {
      Json choices = Json::array();
      for (const std::string_view choice : field.choices) choices.push_back(choice);
      return {{"enum", choices}};
    }
    case Kind::kAddress:
      return pattern("(tcp://.+:([0-9]+|\\*)|ipc://.+)");
    case Kind::kEndpoint:
      return pattern(".+:[0-9]+");
    case Kind::kTextList:
      return {{"type", "array"}, {"items", {{"type", "string"}}}, {"minItems", field.min}, {"maxItems", field.max}};
    case Kind::kCommand:
      return {
          {"anyOf",
           {{{"type", "string"}, {"pattern", "[^ ]"}},
            {{"type", "array"}, {"items", {{"type", "string"}}}, {"minItems", field.min}, {"maxItems", field.max}}}}};
  }
  return {};
}

Json default_of(const Field& field) {
  if (field.kind == Kind::kInteger) return std::get<std::uint64_t>(*parse_value(field, field.fallback));
  if (field.kind == Kind::kBoolean) return field.fallback == "true";
  if (is_list(field)) return Json::array({field.fallback});
  return field.fallback;
}

Json property_of(const Field& field) {
  Json property = {{"description", field.description}};
  property.update(type_of(field));
  if (!is_required(field)) property["default"] = default_of(field);
  return property;
}

/// The fields directly below `prefix`, as one closed object.
Json object_of(const std::string& prefix) {
  Json object = {{"type", "object"}, {"additionalProperties", false}, {"properties", Json::object()}};
  for (const Field& field : fields()) {
    if (!field.path.starts_with(prefix)) continue;
    const std::string key(field.path.substr(prefix.size()));
    if (key.find('.') == std::string::npos) object["properties"][key] = property_of(field);
  }
  return object;
}

Json section_of(const Section& section) {
  Json result = {{"description", section.description}};
  if (section.names.empty()) {
    result.update(object_of(std::string(section.path) + "."));
    result["type"] = {"object", "null"};
    return result;
  }
  result["type"] = {"object", "null"};
  result["additionalProperties"] = object_of(std::string(section.path) + ".*.");
  return result;
}

}  // namespace

std::string config_schema() {
  Json schema = {{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                 {"title", "Fanfare configuration"},
                 {"description", "fanfare.yaml: every key is optional."}};
  schema.update(object_of(""));
  for (const Section& section : sections()) {
    Json* parent = &schema;
    std::string_view path = section.path;
    // A section stands after the one that holds it.
    for (std::size_t dot = path.find('.'); dot != std::string_view::npos; dot = path.find('.')) {
      parent = &(*parent)["properties"][std::string(path.substr(0, dot))];
      path.remove_prefix(dot + 1);
    }
    (*parent)["properties"][std::string(path)] = section_of(section);
  }
  return schema.dump(2) + "\n";
}

}  // namespace fanfare::runtime
