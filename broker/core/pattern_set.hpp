#pragma once
// Patterns that are asked together, of which many may be plain topics: does one of them match? A value; any thread, one
// at a time.

#include <algorithm>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "protocol/topic.hpp"

namespace fanfare::broker::core {

class PatternSet {
 public:
  void add(const std::string& pattern) {
    if (protocol::has_wildcard(pattern)) {
      if (std::ranges::find(wild_, pattern) == wild_.end()) wild_.push_back(pattern);
    } else {
      exact_.insert(pattern);
    }
  }

  [[nodiscard]] bool matches(const std::string& topic) const {
    if (exact_.contains(topic)) return true;
    return std::ranges::any_of(wild_, [&](const auto& pattern) { return protocol::matches(pattern, topic); });
  }

  [[nodiscard]] std::vector<std::string> all() const {
    std::vector<std::string> patterns(wild_);
    patterns.insert(patterns.end(), exact_.begin(), exact_.end());
    std::ranges::sort(patterns);
    return patterns;
  }

 private:
  std::unordered_set<std::string> exact_;
  std::vector<std::string> wild_;
};

}  // namespace fanfare::broker::core
