#pragma once
// Goes through the keys that match a set of patterns, by name and a few at a time; keys may come and go between two
// steps. Plain topics are looked up, wildcards cost what has their beginning. A value; the core's thread only.

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "broker/core/presence/keys.hpp"
#include "broker/core/subscription_index.hpp"

namespace fanfare::broker::core::presence {

class Snapshot {
 public:
  explicit Snapshot(const std::set<std::string, std::less<>>& patterns);

  /// Appends names of matching keys until about `max_bytes` of them or until it has looked at as many keys as
  /// `budget`, which it lowers. `index` matches the patterns.
  void step(const Keys::Map& keys, const SubscriptionIndex& index, std::size_t& budget, std::size_t max_bytes,
            std::vector<std::string_view>& names);
  [[nodiscard]] bool done() const { return at_ == ranges_.size(); }

 private:
  /// A name, or all that begin with one.
  struct Range {
    std::string text;
    bool is_prefix;
  };

  std::vector<Range> ranges_;  // sorted, none within another
  std::size_t at_ = 0;
  std::string after_;  // the last one looked at in this range; empty: none yet
};

}  // namespace fanfare::broker::core::presence
