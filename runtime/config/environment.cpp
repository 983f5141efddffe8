#include "runtime/config/environment.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>

#include "runtime/text/escape.hpp"

namespace fanfare::runtime {

Environment process_environment() {
  Environment result;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const std::size_t equals = text.find('=');
    if (equals != std::string_view::npos) result.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return result;
}

std::string variable_for(std::string_view path) {
  std::string name = "FANFARE_";
  for (const char c : path) {
    if (c >= 'a' && c <= 'z') {
      name += static_cast<char>(c - 'a' + 'A');
    } else {
      name += c == '.' || c == '-' ? '_' : c;
    }
  }
  return name;
}

bool is_reserved_variable(std::string_view name) {
  constexpr std::array<std::string_view, 4> kReserved = {"FANFARE_BROKER_ADDRESS", "FANFARE_PLUGIN_NAME",
                                                         "FANFARE_SOURCE_DIR", "FANFARE_BIN_DIR"};
  return std::ranges::find(kReserved, name) != kReserved.end() || name.starts_with("FANFARE_TEST_");
}

Result<std::string> expand(std::string_view text, const Environment& environment) {
  std::string result;
  while (!text.empty()) {
    if (text.starts_with("$${")) {
      result += "${";
      text.remove_prefix(3);
    } else if (text.starts_with("${")) {
      const std::size_t end = text.find('}');
      if (end == std::string_view::npos) return Error{"${ without a closing } (write $${ for a literal ${)"};
      const std::string_view name = text.substr(2, end - 2);
      const auto found = environment.find(name);
      if (found == environment.end()) return Error{"the environment variable " + word_or_quote(name) + " is not set"};
      result += found->second;
      text.remove_prefix(end + 1);
    } else {
      result += text.front();
      text.remove_prefix(1);
    }
  }
  return result;
}

}  // namespace fanfare::runtime
