#include "cli/up/scaling.hpp"

#include <algorithm>

#include "cli/exit_code.hpp"
#include "cli/format/json.hpp"
#include "cli/up/components.hpp"
#include "cli/up/process_rows.hpp"
#include "runtime/config/fields.hpp"
#include "runtime/text/escape.hpp"

namespace fanfare::cli {
namespace {

using runtime::Error;
using runtime::Result;

/// Where a number of replicas stands, wherever one can be given.
struct Scalable {
  bool* enabled;
  std::size_t* replicas;
  std::string_view path;  ///< in the configuration table, which knows its bounds
};

std::map<std::string, Scalable> scalables(runtime::Config& config) {
  runtime::AccountsConfig& accounts = config.workers.accounts;
  runtime::PersistenceConfig& persistence = config.workers.persistence;
  runtime::TelegramConfig& telegram = config.workers.telegram;
  runtime::LogNotifierConfig& log_notifier = config.workers.log_notifier;
  std::map<std::string, Scalable> found = {
      {"accounts", {&accounts.enabled, &accounts.replicas, "workers.accounts.replicas"}},
      {"persistence", {&persistence.enabled, &persistence.replicas, "workers.persistence.replicas"}},
      {"log-notifier", {&log_notifier.enabled, &log_notifier.replicas, "workers.log_notifier.replicas"}}};
  if (!telegram.token.empty()) {
    found.try_emplace("telegram", Scalable{&telegram.enabled, &telegram.replicas, "workers.telegram.replicas"});
  }
  for (auto& [name, plugin] : config.plugins) {
    found.try_emplace(name, Scalable{&plugin.enabled, &plugin.replicas, "plugins.*.replicas"});
  }
  return found;
}

std::string listed(const std::map<std::string, Scalable>& found, const Selection& selection) {
  std::string text;
  for (const auto& [name, scalable] : found) {
    if (*scalable.enabled && selection.takes(name)) text += (text.empty() ? "" : ", ") + name;
  }
  return text.empty() ? "there is none" : "there are " + text;
}

Result<void> check_names(const runtime::Config& config) {
  const std::vector<std::string> twice = names_that_come_twice(enabled_components(config, std::nullopt));
  if (twice.empty()) return {};
  return Error{"another process is called ", twice.front()};
}

}  // namespace

std::string scale_request(const Replicas& replicas) { return Json({{"scale", replicas}}).dump(); }

Result<Replicas> read_scale_request(std::string_view json) {
  const Json content = Json::parse(json, nullptr, false);
  const bool is_request = content.is_object() && content.size() == 1 && content.contains("scale");
  if (!is_request || !content["scale"].is_object()) return Error{R"(expected {"scale": {NAME: NUMBER}} or nothing)"};
  Replicas replicas;
  for (const auto& [name, number] : content["scale"].items()) {
    if (!number.is_number_unsigned()) return Error{runtime::word_or_quote(name), ": expected a whole number"};
    replicas[name] = number.get<std::uint64_t>();
  }
  return replicas;
}

Result<runtime::Config> scaled(const runtime::Config& config, const Selection& selection, const Replicas& replicas) {
  runtime::Config result = config;
  const std::map<std::string, Scalable> found = scalables(result);
  const std::string known = listed(found, selection);  // before anything is switched off
  for (const auto& [name, number] : replicas) {
    if (name == "broker" || name == "http" || name == "websocket") return Error{name, " runs once and can't be scaled"};
    const auto scalable = found.find(name);
    if (scalable == found.end() || !*scalable->second.enabled || !selection.takes(name)) {
      return Error{"no worker or plug-in that runs here is called ", runtime::word_or_quote(name) + "; " + known};
    }
    const std::uint64_t most = runtime::find_field(scalable->second.path)->max;
    if (number > most) {
      return Error{name,
                   ": expected a whole number from 0 to " + std::to_string(most) + ", found " + std::to_string(number)};
    }
  }
  for (const auto& [name, number] : replicas) {
    const Scalable& scalable = found.at(name);
    *scalable.enabled = number > 0;
    *scalable.replicas = std::max<std::size_t>(number, 1);
  }
  if (const auto checked = check_names(result); !checked) return checked.error();
  return result;
}

std::string scale_answer(const Result<Scaled>& outcome) {
  if (!outcome) {
    const Json error = {{"code", "invalid"}, {"message", outcome.error().message}, {"retry", "never"}};
    return Json({{"error", error}}).dump();
  }
  return Json({{"ok", {{"started", outcome->started}, {"stopped", outcome->stopped}}}}).dump();
}

Scaled read_scale_answer(std::string_view json) {
  try {
    const Json content = Json::parse(json);
    if (content.contains("error")) throw CommandFailure(content["error"].at("message"), kWrongUsage);
    return {content.at("ok").at("started"), content.at("ok").at("stopped")};
  } catch (const nlohmann::json::exception&) {
    throw CommandFailure("what serves " + std::string(kSupervisorTopic) + " does not answer like `fanfare up`");
  }
}

}  // namespace fanfare::cli
