#pragma once
// A person, as others see them and as they see themselves. Values; any thread.

#include <optional>
#include <string>

#include "protocol/fanfare/uuid.hpp"
#include "workers/common/time_point.hpp"

namespace fanfare::workers::store {

struct Person {
  Uuid id;
  std::string username;
  std::string display_name;
  bool operator==(const Person&) const = default;
};

struct Profile {
  Person person;
  std::optional<std::string> locale;
  common::TimePoint created_at;
  bool operator==(const Profile&) const = default;
};

}  // namespace fanfare::workers::store
