#pragma once
// What a presence watch is to be told, on its way from the I/O thread to the dispatcher. Both use it, under a lock.
//
// Bounded: a handler that does not keep up hears of each key's latest state only. Beyond kMost pieces of news, those of
// one key become one, or none where the key is again what it was; so no more than the keys there are ever wait.

#include <fanfare/presence.hpp>

#include <cstddef>
#include <mutex>
#include <string>
#include <vector>

namespace fanfare::transport {

class PresenceNews {
 public:
  static constexpr std::size_t kMost = 65'536;

  struct Item {
    std::string key;
    PresenceState before = PresenceState::offline;
    PresenceState after = PresenceState::offline;
    bool complete = false;  ///< no key: everything was told
    bool settling = false;
    bool dropped = false;
  };

  explicit PresenceNews(std::size_t most = kMost) : most_(most), gather_at_(most) {}

  void add(Item item);
  /// Whether somebody has to be asked to take the news: something waits, and nobody was asked.
  [[nodiscard]] bool ask();
  [[nodiscard]] std::vector<Item> take();

 private:
  void gather();

  const std::size_t most_;
  std::mutex mutex_;
  std::vector<Item> items_;
  std::size_t gather_at_;
  bool asked_ = false;
};

}  // namespace fanfare::transport
