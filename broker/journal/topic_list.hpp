#pragma once
// Topics as footers and checkpoints list them: {u32 number, u64 head, u8 size, name}, by rising number. Pure functions
// and values; any thread.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fanfare::broker::journal {

struct ListedTopic {
  std::uint32_t number = 0;
  std::uint64_t head = 0;  ///< sequence of its last record in what the list is about
  std::string_view name;
};

/// A checked list: a view into the bytes.
class TopicList {
 public:
  TopicList() = default;

  /// Cuts `u32 count` and that many entries off `rest`; nullopt when they do not fit or their numbers do not rise.
  [[nodiscard]] static std::optional<TopicList> take(std::string_view& rest);

  [[nodiscard]] std::uint32_t count() const { return count_; }
  [[nodiscard]] std::string_view entries() const { return entries_; }

  /// Cuts the first entry off entries().
  [[nodiscard]] static std::optional<ListedTopic> next(std::string_view& entries);

  void for_each(const auto& visit) const {
    auto rest = entries_;
    while (const auto topic = next(rest)) visit(*topic);
  }

 private:
  std::uint32_t count_ = 0;
  std::string_view entries_;
};

void append_topic(std::string& out, const ListedTopic& topic);

}  // namespace fanfare::broker::journal
