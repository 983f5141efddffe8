#pragma once
// The topics a client has given numbers to. Each of its messages is looked up here, so this is a table and not a map;
// in pages, so that a session with few topics, or with scattered numbers, stays small. Owned by its session; the core's
// thread only.

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "broker/core/topic_table.hpp"

namespace fanfare::broker::core {

class TopicNumbers {
 public:
  /// Nullptr when no topic has this number.
  [[nodiscard]] TopicPtr* find(std::uint32_t number) {
    const std::size_t page = number / kPageSize;
    if (page >= pages_.size() || !pages_[page]) return nullptr;
    auto& topic = (*pages_[page])[number % kPageSize];
    return topic ? &topic : nullptr;
  }

  /// The place of `number`, which the caller has checked to be below the limit; nullptr stands there for none.
  [[nodiscard]] TopicPtr& at(std::uint32_t number) {
    const std::size_t page = number / kPageSize;
    if (page >= pages_.size()) pages_.resize(page + 1);
    if (!pages_[page]) pages_[page] = std::make_unique<Page>();
    return (*pages_[page])[number % kPageSize];
  }

  template <class Show>
  void each(Show show) const {
    for (const auto& page : pages_) {
      if (!page) continue;
      for (const auto& topic : *page) {
        if (topic) show(*topic);
      }
    }
  }

 private:
  static constexpr std::size_t kPageSize = 64;
  using Page = std::array<TopicPtr, kPageSize>;

  std::vector<std::unique_ptr<Page>> pages_;
};

}  // namespace fanfare::broker::core
