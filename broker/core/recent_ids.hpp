#pragma once
// Which message ids a stream took lately, so that a repeated publish is answered with the first one's sequence
// (semantics §7): two minutes of the broker's running time, at most a million ids. A ring in the order they came and a
// flat index into it: 56 MiB when full. Owned by its stream; the core's thread only.

#include <fanfare/uuid.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace fanfare::broker::core {

class RecentIds {
 public:
  static constexpr std::chrono::minutes kWindow{2};
  static constexpr std::size_t kMax = 1'000'000;

  struct Entry {
    std::uint64_t sequence = 0;     ///< 0: not committed yet
    std::uint64_t fingerprint = 0;  ///< of topic and payload: the same id with another one is a conflict
  };

  /// The message of this id; nullopt when it is not known.
  [[nodiscard]] std::optional<Entry> find(const Uuid& id) const;

  /// find() will be called with this id.
  void foresee(const Uuid& id) const;

  /// A message was taken and waits for its commit. If its id is known, from now on it is that of this one.
  void taken(const Uuid& id, std::uint64_t fingerprint, std::chrono::microseconds now);

  void committed(const Uuid& id, std::uint64_t sequence);

  /// The message was not kept: the id may be used again.
  void failed(const Uuid& id);

  /// An id of an earlier run, oldest first; the later one counts. `at`: when it came, on this run's clock.
  void restore(const Uuid& id, const Entry& entry, std::chrono::microseconds at);

  /// The ids of all records beyond this sequence are known: `dedup_floor`.
  [[nodiscard]] std::uint64_t floor() const { return floor_; }
  void set_floor(std::uint64_t sequence) { floor_ = sequence; }

  [[nodiscard]] std::size_t memory() const;

 private:
  struct Slot {
    Uuid id;
    Entry entry;
    std::chrono::microseconds at{};
  };

  [[nodiscard]] Slot& slot(std::uint64_t number) { return ring_[number & (ring_.size() - 1)]; }
  [[nodiscard]] const Slot& slot(std::uint64_t number) const { return ring_[number & (ring_.size() - 1)]; }
  void make_room(std::chrono::microseconds now);
  void add(const Slot& added);
  void drop_oldest();
  void grow();

  /// An id is known by its hash, so that hardly ever a slot is looked at that is not the one: the ring is far larger
  /// than the processor's caches.
  struct Place {
    std::uint32_t slot = 0;  ///< 1 + where in the ring; 0: free
    std::uint32_t hash = 0;
  };

  [[nodiscard]] std::size_t home(std::uint32_t hash) const { return hash & (index_.size() - 1); }
  [[nodiscard]] std::size_t next(std::size_t place) const { return (place + 1) & (index_.size() - 1); }
  [[nodiscard]] std::size_t place(const Uuid& id, std::uint32_t hash) const;
  [[nodiscard]] Slot* known(const Uuid& id);
  void unindex(const Slot& known);

  std::vector<Slot> ring_;    // its size is a power of two
  std::vector<Place> index_;  // twice as many
  std::uint64_t first_ = 0;   // numbers of slots only rise
  std::uint64_t next_ = 0;
  std::uint64_t floor_ = 0;
};

}  // namespace fanfare::broker::core
