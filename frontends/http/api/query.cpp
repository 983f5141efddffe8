#include "frontends/http/api/query.hpp"

#include <charconv>
#include <cstdint>
#include <set>

namespace fanfare::frontends::http {

Query& Query::text(std::string_view name) {
  taken_[std::string(name)] = nullptr;
  if (const auto value = request_.query_value(name)) taken_[std::string(name)] = *value;
  return *this;
}

Query& Query::number(std::string_view name) {
  taken_[std::string(name)] = nullptr;
  const auto value = request_.query_value(name);
  if (!value) return *this;
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(value->data(), value->data() + value->size(), number);
  if (error != std::errc() || end != value->data() + value->size()) {
    refusal_.fields[std::string(name)] = "is no whole number";
  } else {
    taken_[std::string(name)] = number;
  }
  return *this;
}

Query& Query::list(std::string_view name) {
  auto& texts = taken_[std::string(name)] = nullptr;
  const auto value = request_.query_value(name);
  if (!value) return *this;
  texts = nlohmann::json::array();
  if (value->empty()) return *this;
  std::string_view rest = *value;
  for (std::size_t comma = rest.find(','); comma != std::string_view::npos; comma = rest.find(',')) {
    texts.push_back(rest.substr(0, comma));
    rest.remove_prefix(comma + 1);
  }
  texts.push_back(rest);
  return *this;
}

common::OrRefusal<std::string> Query::payload(nlohmann::json members) const {
  common::Refusal refusal = refusal_;
  std::set<std::string_view> seen;
  for (const auto& [name, value] : request_.query) {
    if (!taken_.contains(name)) refusal.fields[name] = "is not known here";
    if (!seen.insert(name).second) refusal.fields[name] = "is there twice";
  }
  if (!refusal.fields.empty()) return refusal;
  for (const auto& [name, value] : taken_.items()) {
    if (!value.is_null()) members[name] = value;
  }
  return members.dump();
}

}  // namespace fanfare::frontends::http
