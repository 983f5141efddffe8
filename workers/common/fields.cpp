#include "workers/common/fields.hpp"

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>

#include "runtime/text/characters.hpp"

namespace fanfare::workers::common {
namespace {

/// What a stranger can make us say about members that nobody asked for.
constexpr std::size_t kMostUnknown = 8;
constexpr std::size_t kLongestUnknown = 64;

/// What can be written again; an offset moves a time across.
constexpr std::chrono::sys_days kFirstTime = std::chrono::year(0) / std::chrono::January / 1;
constexpr std::chrono::sys_days kEndOfTimes = std::chrono::year(10'000) / std::chrono::January / 1;

std::string range_of(std::uint64_t minimum, std::uint64_t maximum) {
  return std::to_string(minimum) + " to " + std::to_string(maximum);
}

}  // namespace

const nlohmann::json* Fields::find(const std::string& name, bool is_required) {
  read_.insert(name);
  const auto member = object_.find(name);
  if (member != object_.end() && (is_required || !member->is_null())) return &*member;
  if (is_required) add_problem(name, "is required");
  return nullptr;
}

std::string Fields::checked_text(const std::string& name, const nlohmann::json& value, const TextBounds& bounds) {
  if (!value.is_string()) {
    add_problem(name, "must be text");
    return {};
  }
  auto text = value.get<std::string>();
  const std::size_t length = runtime::count_characters(text);
  if (length < bounds.minimum || length > bounds.maximum) {
    add_problem(name, "must have " + range_of(bounds.minimum, bounds.maximum) + " characters");
  } else if (runtime::has_control_character(text)) {
    add_problem(name, "must not hold control characters");
  } else if (!bounds.may_be_blank && text.find_first_not_of(' ') == std::string::npos) {
    add_problem(name, "must not be blank");
  }
  return text;
}

std::string Fields::text(const std::string& name, const TextBounds& bounds) {
  const nlohmann::json* value = find(name, true);
  return value == nullptr ? std::string() : checked_text(name, *value, bounds);
}

std::optional<std::string> Fields::optional_text(const std::string& name, const TextBounds& bounds) {
  const nlohmann::json* value = find(name, false);
  if (value == nullptr) return std::nullopt;
  return checked_text(name, *value, bounds);
}

std::string Fields::choice(const std::string& name, std::initializer_list<std::string_view> choices) {
  const nlohmann::json* value = find(name, true);
  if (value == nullptr) return {};
  std::string expected;
  for (const std::string_view choice : choices) {
    if (value->is_string() && value->get_ref<const std::string&>() == choice) return std::string(choice);
    expected.append(expected.empty() ? "" : " or ").append(choice);
  }
  add_problem(name, "must be " + expected);
  return {};
}

std::optional<std::uint64_t> Fields::checked_count(const std::string& name, const nlohmann::json& value,
                                                   const CountBounds& bounds) {
  if (value.is_number_unsigned()) {
    const auto number = value.get<std::uint64_t>();
    if (number >= bounds.minimum && number <= bounds.maximum) return number;
  }
  add_problem(name, "must be a whole number, " + range_of(bounds.minimum, bounds.maximum));
  return std::nullopt;
}

std::uint64_t Fields::count(const std::string& name, const CountBounds& bounds, std::uint64_t fallback) {
  const nlohmann::json* value = find(name, false);
  return value == nullptr ? fallback : checked_count(name, *value, bounds).value_or(fallback);
}

std::uint64_t Fields::number(const std::string& name, const CountBounds& bounds) {
  const nlohmann::json* value = find(name, true);
  return value == nullptr ? 0 : checked_count(name, *value, bounds).value_or(0);
}

Uuid Fields::checked_id(const std::string& name, const nlohmann::json& value) {
  const auto id = value.is_string() ? Uuid::parse(value.get_ref<const std::string&>()) : std::nullopt;
  if (!id) add_problem(name, "must be an id: a UUID");
  return id.value_or(Uuid{});
}

Uuid Fields::id(const std::string& name) {
  const nlohmann::json* value = find(name, true);
  return value == nullptr ? Uuid{} : checked_id(name, *value);
}

std::optional<Uuid> Fields::optional_id(const std::string& name) {
  const nlohmann::json* value = find(name, false);
  if (value == nullptr) return std::nullopt;
  return checked_id(name, *value);
}

std::optional<TimePoint> Fields::optional_time(const std::string& name) {
  const nlohmann::json* value = find(name, false);
  if (value == nullptr) return std::nullopt;
  const auto time = value->is_string() ? runtime::parse_time(value->get_ref<const std::string&>()) : std::nullopt;
  if (!time || *time < kFirstTime || *time >= kEndOfTimes) {
    add_problem(name, "must be a date and time of RFC 3339: 2026-11-21T10:00:00Z");
    return std::nullopt;
  }
  return std::chrono::floor<std::chrono::milliseconds>(*time);
}

std::vector<Uuid> Fields::ids(const std::string& name, const CountBounds& bounds) {
  const nlohmann::json* value = find(name, true);
  if (value == nullptr) return {};
  std::vector<Uuid> ids;
  if (!value->is_array() || value->size() < bounds.minimum || value->size() > bounds.maximum) {
    add_problem(name, "must be a list of " + range_of(bounds.minimum, bounds.maximum) + " ids");
    return ids;
  }
  for (const nlohmann::json& element : *value) {
    const auto id = element.is_string() ? Uuid::parse(element.get_ref<const std::string&>()) : std::nullopt;
    if (!id) {
      add_problem(name, "must hold ids only: UUIDs");
      return {};
    }
    ids.push_back(*id);
  }
  if (std::set<Uuid>(ids.begin(), ids.end()).size() != ids.size()) add_problem(name, "must not hold an id twice");
  return ids;
}

void Fields::add_problem(const std::string& name, std::string problem) { problems_.emplace(name, std::move(problem)); }

std::optional<Refusal> Fields::refusal() {
  std::size_t unknown = 0;
  for (const auto& member : object_.items()) {
    if (read_.contains(member.key()) || unknown == kMostUnknown) continue;
    ++unknown;
    add_problem(member.key().substr(0, kLongestUnknown), "is not known here");
  }
  if (problems_.empty()) return std::nullopt;
  const auto& [name, problem] = *problems_.begin();
  return Refusal{RefusalCode::kInvalid, name + " " + problem, problems_};
}

}  // namespace fanfare::workers::common
