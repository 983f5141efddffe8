#include "cli/commands/options.hpp"

#include <fanfare/position.hpp>

#include <CLI/Error.hpp>
#include <CLI/Option.hpp>

#include <algorithm>
#include <utility>
#include <vector>

#include "runtime/config/value.hpp"
#include "runtime/text/escape.hpp"

namespace fanfare::cli {
namespace {

runtime::Value parse(const runtime::Field& field, const std::string& option, const std::string& text) {
  if (auto value = runtime::parse_value(field, text)) return *value;
  throw CLI::ValidationError(option,
                             "expected " + runtime::expectation(field) + ", found " + runtime::word_or_quote(text));
}

}  // namespace

CLI::Option* add_duration(CLI::App& app, const std::string& name, std::optional<std::chrono::milliseconds>& target,
                          const std::string& description) {
  const auto take = [&target, name](const std::string& text) {
    const runtime::Field field{.kind = runtime::Kind::kDuration, .min = 1, .max = 86'400'000};
    target = std::get<std::chrono::milliseconds>(parse(field, name, text));
  };
  return app.add_option_function<std::string>(name, take, description)->type_name("DURATION");
}

CLI::Option* add_durations(CLI::App& app, const std::string& name, std::vector<std::chrono::milliseconds>& target,
                           const std::string& description, std::size_t most) {
  const auto take = [&target, name, most](const std::string& text) {
    const runtime::Field field{.kind = runtime::Kind::kDuration, .min = 1, .max = 86'400'000};
    target.clear();
    for (std::size_t begin = 0; begin <= text.size();) {
      const std::size_t end = std::min(text.find(',', begin), text.size());
      if (target.size() == most) {
        throw CLI::ValidationError(name, "expected at most " + std::to_string(most) + " durations");
      }
      target.push_back(std::get<std::chrono::milliseconds>(parse(field, name, text.substr(begin, end - begin))));
      begin = end + 1;
    }
  };
  return app.add_option_function<std::string>(name, take, description)->type_name("DURATION,…");
}

CLI::Option* add_size(CLI::App& app, const std::string& name, std::size_t& target, const std::string& description) {
  const auto take = [&target, name](const std::string& text) {
    const runtime::Field field{.kind = runtime::Kind::kBytes, .min = 1, .max = 256U << 20U};
    target = std::get<std::uint64_t>(parse(field, name, text));
  };
  return app.add_option_function<std::string>(name, take, description)->type_name("SIZE");
}

CLI::Option* add_count(CLI::App& app, const std::string& name, std::uint64_t& target, const std::string& description,
                       std::uint64_t most) {
  const auto take = [&target, name, most](const std::string& text) {
    target = std::get<std::uint64_t>(parse({.kind = runtime::Kind::kInteger, .min = 1, .max = most}, name, text));
  };
  return app.add_option_function<std::string>(name, take, description)->type_name("N");
}

std::uint64_t parse_sequence(const std::string& name, const std::string& text) {
  return std::get<std::uint64_t>(parse({.kind = runtime::Kind::kInteger, .min = 1, .max = kMaxSequence}, name, text));
}

CLI::Option* add_headers(CLI::App& app, Headers& target) {
  const auto take = [&target](const std::vector<std::string>& texts) {
    for (const std::string& text : texts) {
      const std::size_t equals = text.find('=');
      if (equals == 0 || equals == std::string::npos) {
        throw CLI::ValidationError("--header", "expected KEY=VALUE, found " + runtime::word_or_quote(text));
      }
      target[text.substr(0, equals)] = text.substr(equals + 1);
    }
  };
  return app.add_option_function<std::vector<std::string>>("--header", take, "A header; may be given again")
      ->type_name("KEY=VALUE")
      ->expected(1)
      ->take_all();
}

CLI::Option* add_uuid(CLI::App& app, const std::string& name, std::optional<Uuid>& target,
                      const std::string& description) {
  const auto take = [&target, name](const std::string& text) {
    target = Uuid::parse(text);
    if (!target) throw CLI::ValidationError(name, "expected a UUID, found " + runtime::word_or_quote(text));
  };
  return app.add_option_function<std::string>(name, take, description)->type_name("UUID");
}

}  // namespace fanfare::cli
