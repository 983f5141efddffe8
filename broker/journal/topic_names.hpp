#pragma once
// The topics of one stream: number, name, and the sequence of the last record. Changed by the core's thread only, which
// alone sees heads; names are looked up by readers too, under a lock that only a new or forgotten topic takes alone.

#include <cstdint>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace fanfare::broker::journal {

class TopicNames {
 public:
  struct Topic {
    std::string name;
    std::uint64_t head = 0;   ///< sequence of its last record, numbered but perhaps not committed; 0: none
    std::uint32_t place = 0;  ///< in the notes of the present segment, if that is where `head` is
  };

  void add(std::uint32_t number, std::string_view name, std::uint64_t head) {
    const std::lock_guard lock(mutex_);
    const auto [at, is_new] = topics_.try_emplace(number, Topic{std::string(name), head});
    if (!is_new) return;
    numbers_.erase(at->second.name);  // the key is a view of the older topic's name
    numbers_.emplace(at->second.name, number);
  }
  void forget(std::uint32_t number) {
    const std::lock_guard lock(mutex_);
    const auto found = topics_.find(number);
    if (found == topics_.end()) return;
    if (const auto named = numbers_.find(found->second.name); named != numbers_.end() && named->second == number) {
      numbers_.erase(named);
    }
    topics_.erase(found);
  }
  void reserve(std::size_t count) {
    topics_.reserve(count);
    numbers_.reserve(count);
  }

  /// The core's thread: null when it has no such number.
  [[nodiscard]] Topic* find(std::uint32_t number) {
    const auto found = topics_.find(number);
    return found == topics_.end() ? nullptr : &found->second;
  }
  /// The core's thread: the number of a name.
  [[nodiscard]] std::optional<std::uint32_t> number_of(std::string_view name) const {
    const auto found = numbers_.find(name);
    return found == numbers_.end() ? std::nullopt : std::optional(found->second);
  }

  /// The core's thread.
  [[nodiscard]] std::size_t size() const { return topics_.size(); }
  void for_each(const auto& visit) const {
    for (const auto& [number, topic] : topics_) visit(number, topic);
  }

  /// Any thread: calls `visit(name)` if the number has one, and says whether it has.
  bool with_name(std::uint32_t number, const auto& visit) const {
    const std::shared_lock lock(mutex_);
    const auto found = topics_.find(number);
    if (found == topics_.end()) return false;
    visit(std::string_view(found->second.name));
    return true;
  }

 private:
  mutable std::shared_mutex mutex_;
  std::unordered_map<std::uint32_t, Topic> topics_;
  std::unordered_map<std::string_view, std::uint32_t> numbers_;  ///< of the names in `topics_`, whose nodes stay
};

}  // namespace fanfare::broker::journal
