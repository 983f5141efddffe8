#include "tests/simulation/topics.hpp"

#include <algorithm>
#include <string>

namespace fanfare::simulation {
namespace {

constexpr std::string_view cut_token(std::string_view& rest) {
  const auto dot = rest.find('.');
  const auto token = rest.substr(0, dot);
  rest = dot == std::string_view::npos ? std::string_view() : rest.substr(dot + 1);
  return token;
}

constexpr bool match(std::string_view pattern, std::string_view topic) {
  while (!pattern.empty() && !topic.empty()) {
    const auto wanted = cut_token(pattern);
    if (wanted == ">") return true;
    const auto token = cut_token(topic);
    if (wanted != "*" && wanted != token) return false;
  }
  return pattern.empty() && topic.empty();
}

constexpr auto kMatches = [] {
  std::array<std::array<bool, kTopics.size()>, kPatterns.size()> table{};
  for (std::size_t i = 0; i < kPatterns.size(); ++i) {
    for (std::size_t k = 0; k < kTopics.size(); ++k) table[i][k] = match(kPatterns[i], kTopics[k]);
  }
  return table;
}();

constexpr std::uint32_t home_of_name(std::string_view name) {
  for (std::uint32_t i = 0; i < kStreams; ++i) {
    if (name.starts_with(kStreamNames[i]) && name.substr(kStreamNames[i].size()).starts_with('.')) return i;
  }
  return kEphemeral;
}

}  // namespace

std::uint32_t home_of(std::uint32_t topic) { return home_of_name(kTopics.at(topic)); }
std::uint32_t stream_of(std::uint32_t pattern) { return home_of_name(kPatterns.at(pattern)); }
bool matches(std::uint32_t pattern, std::uint32_t topic) { return kMatches.at(pattern).at(topic); }
bool matches_names(std::string_view pattern, std::string_view topic) { return match(pattern, topic); }

std::uint32_t topic_of(std::string_view name) {
  return static_cast<std::uint32_t>(std::ranges::find(kTopics, name) - kTopics.begin());
}

std::vector<broker::core::StreamSettings> streams() {
  std::vector<broker::core::StreamSettings> all;
  for (const auto name : kStreamNames) all.push_back({std::string(name), {std::string(name) + ".>"}});
  return all;
}

}  // namespace fanfare::simulation
