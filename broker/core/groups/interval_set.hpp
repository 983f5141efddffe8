#pragma once
// A set of sequences kept as runs without holes: what a group has finished beyond its floor. A value; any thread, one
// at a time.

#include <cstdint>
#include <map>

namespace fanfare::broker::core::groups {

class IntervalSet {
 public:
  /// Adds `first` to `last`, both included; what is there already stays.
  void add(std::uint64_t first, std::uint64_t last);
  void add(std::uint64_t one) { add(one, one); }
  void remove(std::uint64_t one);
  /// Removes everything up to `last`.
  void remove_through(std::uint64_t last);
  /// Removes everything beyond `last`.
  void remove_beyond(std::uint64_t last);

  [[nodiscard]] bool contains(std::uint64_t one) const;
  /// The last of the run that begins right behind `floor`; `floor` when none does.
  [[nodiscard]] std::uint64_t run_behind(std::uint64_t floor) const;

  [[nodiscard]] bool empty() const { return runs_.empty(); }
  /// How many sequences it holds.
  [[nodiscard]] std::uint64_t size() const { return size_; }
  /// First and last of each run, in order.
  [[nodiscard]] const std::map<std::uint64_t, std::uint64_t>& runs() const { return runs_; }

  bool operator==(const IntervalSet&) const = default;

 private:
  std::map<std::uint64_t, std::uint64_t> runs_;
  std::uint64_t size_ = 0;
};

}  // namespace fanfare::broker::core::groups
