#pragma once
// Which message ids a stream took lately, so that a repeated publish is answered with the first one's sequence
// (semantics §7): two minutes of the broker's running time, at most a million ids. Owned by its stream; the core's
// thread only.

#include <fanfare/uuid.hpp>

#include <chrono>
#include <cstdint>
#include <deque>
#include <unordered_map>

namespace fanfare::broker::core {

class RecentIds {
 public:
  struct Entry {
    std::uint64_t sequence = 0;     ///< 0: not committed yet
    std::uint64_t fingerprint = 0;  ///< of topic and payload: the same id with another one is a conflict
  };

  /// The message of this id; nullptr when it is not known.
  [[nodiscard]] const Entry* find(const Uuid& id) const;

  /// A message was taken and waits for its commit.
  void taken(const Uuid& id, std::uint64_t fingerprint, std::chrono::microseconds now);

  void committed(const Uuid& id, std::uint64_t sequence);

  /// The message was not kept: the id may be used again.
  void failed(const Uuid& id) { entries_.erase(id); }

 private:
  static constexpr std::chrono::minutes kWindow{2};
  static constexpr std::size_t kMax = 1'000'000;

  struct Aged {
    std::chrono::microseconds at;
    Uuid id;
  };

  std::unordered_map<Uuid, Entry> entries_;
  std::deque<Aged> by_age_;
};

}  // namespace fanfare::broker::core
