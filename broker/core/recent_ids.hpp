#pragma once
// Which message ids a stream took lately, so that a repeated publish is answered with the first one's sequence
// (semantics §7): two minutes of the broker's running time, at most a million ids. A ring in the order they came and a
// flat index into it: 56 MiB when full. Owned by its stream; the core's thread only.

#include <fanfare/uuid.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
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

  /// The ring grows by pieces that stay where they are: nobody waits while a million slots move.
  static constexpr std::size_t kPiece = 1024;
  using Piece = std::array<Slot, kPiece>;

  [[nodiscard]] std::unique_ptr<Piece>& piece(std::uint64_t number) {
    return ring_[(number / kPiece) & (ring_.size() - 1)];
  }
  [[nodiscard]] Slot& slot(std::uint64_t number) { return (*piece(number))[number % kPiece]; }
  [[nodiscard]] const Slot& slot(std::uint64_t number) const {
    return (*ring_[(number / kPiece) & (ring_.size() - 1)])[number % kPiece];
  }
  void make_room(std::chrono::microseconds now);
  void add(const Slot& added);
  void drop_oldest();
  void begin_piece();
  void grow_index();

  /// An id is known by its hash, so that hardly ever a slot is looked at that is not the one: the ring is far larger
  /// than the processor's caches.
  struct Place {
    std::uint32_t slot = 0;  ///< what name_of() makes of its number; 0: free
    std::uint32_t hash = 0;
  };

  /// 31 bits of a slot's number and one that is set: enough to tell two million slots from each other.
  static constexpr std::uint32_t kNamed = 1U << 31U;
  [[nodiscard]] static std::uint32_t name_of(std::uint64_t number) {
    return static_cast<std::uint32_t>(number) | kNamed;
  }
  [[nodiscard]] std::uint64_t number_of(std::uint32_t name) const {
    return first_ + ((name - static_cast<std::uint32_t>(first_)) & (kNamed - 1));
  }

  [[nodiscard]] std::size_t home(std::uint32_t hash) const { return hash & (index_.size() - 1); }
  [[nodiscard]] std::size_t next(std::size_t place) const { return (place + 1) & (index_.size() - 1); }
  [[nodiscard]] std::size_t place(const Uuid& id, std::uint32_t hash) const;
  [[nodiscard]] std::optional<std::uint64_t> known(const Uuid& id) const;
  void unindex(std::uint64_t number);

  std::vector<std::unique_ptr<Piece>> ring_;  // a power of two of them; those of numbers in use are there
  std::vector<Place> index_;                  // a power of two, at least twice as many as there are slots
  std::uint64_t first_ = 0;                   // numbers of slots only rise
  std::uint64_t next_ = 0;
  std::uint64_t floor_ = 0;
};

}  // namespace fanfare::broker::core
