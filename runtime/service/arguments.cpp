#include "runtime/service/arguments.hpp"

#include <span>
#include <string_view>

#include "runtime/text/escape.hpp"

namespace fanfare::runtime {

Result<Arguments> parse_arguments(int argc, const char* const* argv) {
  constexpr std::string_view kLongFile = "--config=";
  Arguments result;
  const std::span all(argv, argc > 0 ? static_cast<std::size_t>(argc) : 0);
  for (std::size_t index = 1; index < all.size(); ++index) {
    const std::string_view argument = all[index];
    if (argument == "-c" || argument == "--config") {
      if (index + 1 == all.size()) return Error{argument, " needs a file"};
      result.config_file = all[++index];
    } else if (argument.starts_with(kLongFile)) {
      result.config_file = argument.substr(kLongFile.size());
    } else if (argument == "--check-config") {
      result.check_config = true;
    } else if (argument == "--version") {
      result.show_version = true;
    } else if (argument == "--help" || argument == "-h") {
      result.show_help = true;
    } else {
      return Error{"unknown argument ", word_or_quote(argument)};
    }
  }
  return result;
}

std::string usage(const std::string& name, const std::string& summary) {
  return name + ": " + summary +
         "\n\n"
         "  -c, --config FILE  configuration; else ./fanfare.yaml, else /etc/fanfare/fanfare.yaml, else the defaults\n"
         "  --check-config     says what is wrong with the configuration, or \"ok\", and ends\n"
         "  --version          says the version and ends\n"
         "  -h, --help         says this and ends\n\n"
         "SIGTERM and SIGINT end it in order, a second one at once; SIGHUP reads the configuration again.\n"
         "Exit code: 0 done, 1 failed, 2 wrong usage or configuration.\n";
}

}  // namespace fanfare::runtime
