#include "cli/connection/address.hpp"

#include "cli/exit_code.hpp"
#include "runtime/config/reachable.hpp"
#include "runtime/config/value.hpp"
#include "runtime/text/escape.hpp"

namespace fanfare::cli {
namespace {

std::string checked(const std::string& address, const std::string& source) {
  const runtime::Field field{.kind = runtime::Kind::kAddress};
  if (runtime::parse_value(field, address) && !address.ends_with(":*")) return runtime::reachable(address);
  throw CommandFailure(
      source + ": expected " + runtime::expectation(field) + ", found " + runtime::word_or_quote(address), kWrongUsage);
}

}  // namespace

std::string broker_address(const std::string& server, const runtime::LoadOptions& options) {
  if (!server.empty()) return checked(server, "--server");
  const auto variable = options.environment.find("FANFARE_BROKER_ADDRESS");
  if (variable != options.environment.end() && !variable->second.empty()) {
    return checked(variable->second, variable->first);
  }
  return runtime::reachable(load_or_fail(options).config.broker.listen);
}

runtime::LoadedConfig load_or_fail(const runtime::LoadOptions& options) {
  const auto loaded = runtime::load_config(options);
  if (loaded) return *loaded;
  std::string text;
  for (const std::string& line : loaded.error().lines) text += (text.empty() ? "" : "\n") + line;
  throw CommandFailure(text, kWrongUsage);
}

}  // namespace fanfare::cli
