#include "runtime/config/reader.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <stdexcept>

#include "runtime/config/file_walk.hpp"
#include "runtime/config/settings.hpp"
#include "runtime/config/yaml.hpp"
#include "runtime/text/escape.hpp"
#include "runtime/text/suggest.hpp"

namespace fanfare::runtime {
namespace {

constexpr std::string_view kBuiltIn = "built-in defaults";

void apply_environment(const Environment& environment, Settings& settings, std::vector<std::string>& warnings) {
  std::map<std::string, std::pair<std::string, const Field*>> variables;
  for (const auto& [path, field] : settings.concrete_fields()) {
    if (is_list(*field)) continue;
    const std::string variable = variable_for(path);
    const auto [other, is_new] = variables.emplace(variable, std::pair(path, field));
    if (!is_new && environment.contains(variable)) {
      settings.report({variable}, path, "ambiguous: the variable also means " + other->second.first);
    }
  }
  std::vector<std::string> known;
  for (const auto& [variable, target] : variables) known.push_back(variable);
  for (const auto& [variable, text] : environment) {
    if (!variable.starts_with("FANFARE_") || is_reserved_variable(variable)) continue;
    const auto target = variables.find(variable);
    if (target != variables.end()) {
      settings.set(*target->second.second, target->second.first, text, {variable});
      continue;
    }
    const auto meant = closest(variable, known);
    warnings.push_back(word_or_quote(variable) + ": no setting has this name" +
                       (meant ? ", did you mean " + *meant + "?" : ""));
  }
}

/// What holds between two settings; the table only bounds each by itself.
std::vector<Complaint> check_relations(const Config& config) {
  constexpr std::size_t kFrameOverhead = 4096;
  std::vector<Complaint> complaints;
  const LimitsConfig& limits = config.limits;
  if (limits.frame < limits.message + limits.headers + kFrameOverhead) {
    complaints.push_back(
        {"limits.frame", "must hold the largest message: at least limits.message + limits.headers + 4KiB"});
  }
  if (limits.outbox < limits.frame) complaints.push_back({"limits.outbox", "must be at least limits.frame"});
  if (limits.in_flight < limits.frame) complaints.push_back({"limits.in_flight", "must be at least limits.frame"});
  if (limits.lease < 2 * limits.heartbeat) {
    complaints.push_back({"limits.lease", "must be at least twice limits.heartbeat, or quiet sessions end by mistake"});
  }
  if (config.metrics.stale_after < 2 * config.metrics.interval) {
    complaints.push_back(
        {"metrics.stale_after", "must be at least twice metrics.interval, or figures vanish by mistake"});
  }
  return complaints;
}

boost::system::result<LoadedConfig, ConfigProblems> finish(Settings& settings, const std::string& source,
                                                           std::vector<std::string> warnings,
                                                           const ConfigCheck& check) {
  std::vector<Problem>& problems = settings.problems();
  if (problems.empty()) {
    std::vector<Complaint> complaints = check_relations(settings.config());
    if (check) std::ranges::move(check(settings.config()), std::back_inserter(complaints));
    for (Complaint& complaint : complaints) {
      problems.push_back({settings.place_of(complaint.path), complaint.path, std::move(complaint.message)});
    }
  }
  if (problems.empty()) {
    return LoadedConfig{settings.config(), source, std::move(warnings)};
  }
  sort_by_place(problems);
  ConfigProblems result;
  for (const Problem& problem : problems) result.lines.push_back(to_string(problem));
  return result;
}

Result<std::string> read_text(const std::filesystem::path& file) {
  std::error_code ignored;
  if (std::filesystem::is_directory(file, ignored)) return Error{file.string() + ": expected a file, found a folder"};
  std::ifstream stream(file, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>());
  if (!stream) return Error{file.string() + ": cannot be read: " + std::strerror(errno)};
  return text;
}

}  // namespace

std::optional<std::filesystem::path> file_to_read(const LoadOptions& options) {
  if (options.file) return options.file;
  for (const std::filesystem::path& candidate : options.search) {
    std::error_code ignored;
    if (std::filesystem::exists(candidate, ignored)) return candidate;
  }
  return std::nullopt;
}

void throw_exception_from_error(const ConfigProblems& problems, const boost::source_location&) {
  std::string text;
  for (const std::string& line : problems.lines) text += (text.empty() ? "" : "\n") + line;
  throw std::runtime_error(text);
}

boost::system::result<LoadedConfig, ConfigProblems> read_config(const std::string& text, const std::string& source,
                                                                const Environment& environment,
                                                                const ConfigCheck& check) {
  std::vector<std::string> warnings;
  Settings settings(environment);
  settings.set_defaults();
  apply_file(parse_yaml(text, source, settings.problems()), source, settings);
  settings.require_all();
  apply_environment(environment, settings, warnings);
  return finish(settings, source, std::move(warnings), check);
}

boost::system::result<LoadedConfig, ConfigProblems> load_config(const LoadOptions& options) {
  const std::optional<std::filesystem::path> file = file_to_read(options);
  if (!file) return read_config("", std::string(kBuiltIn), options.environment, options.check);
  const Result<std::string> text = read_text(*file);
  if (!text) return ConfigProblems{{text.error().message}};
  return read_config(*text, file->string(), options.environment, options.check);
}

Config default_config() { return read_config("", std::string(kBuiltIn), {}).value().config; }

}  // namespace fanfare::runtime
