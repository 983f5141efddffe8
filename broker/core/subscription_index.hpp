#pragma once
// Which listeners a topic reaches: a trie over the tokens of patterns. Matching costs as much as the topic has tokens
// and the wildcards branch, not as there are patterns. Owned by the core; its thread only.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace fanfare::broker::core {

using ListenerId = std::uint32_t;

class SubscriptionIndex {
 public:
  SubscriptionIndex();
  ~SubscriptionIndex();

  /// `pattern` is valid. A listener may be added to a pattern once.
  void add(std::string_view pattern, ListenerId listener);
  void remove(std::string_view pattern, ListenerId listener);

  /// Listeners of all patterns that match `topic`, sorted, each once.
  [[nodiscard]] std::vector<ListenerId> match(std::string_view topic) const;

  /// Grows with every change: a cached match of an older generation is out of date.
  [[nodiscard]] std::uint64_t generation() const { return generation_; }

 private:
  struct Node;

  std::unique_ptr<Node> root_;
  std::uint64_t generation_ = 1;
};

}  // namespace fanfare::broker::core
