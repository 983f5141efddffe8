#pragma once
// A message of a group as scripts and commands see it: a line of JSON, and variables of the environment.
// Pure functions.

#include <fanfare/membership.hpp>

#include <map>
#include <string>
#include <string_view>

#include "cli/format/json.hpp"

namespace fanfare::cli {

/// The message as `fanfare sub --json` shows it, and {group, attempt}, with `dead` (its sequence there) if it was given
/// back from the dead letters.
Json to_json(const Work& work, std::string_view group);

/// FANFARE_TOPIC, FANFARE_SEQUENCE, FANFARE_ATTEMPT … for the command that handles it. A variable is always there; what
/// the message has not is empty.
std::map<std::string, std::string> environment_of(const Work& work, std::string_view group);

/// "orders.eu 4711 (try 2)", for lines about it.
std::string name_of(const Work& work);

}  // namespace fanfare::cli
