#pragma once
// Gives results back in the order in which they were expected, however they come: one that is early waits for those
// before it. Used under its owner's lock; as large as what is expected and not given back yet.

#include <cstdint>
#include <deque>
#include <optional>
#include <utility>
#include <vector>

namespace fanfare::cli {

template <class T>
class InOrder {
 public:
  /// The number under which the next result will come.
  std::uint64_t expect() {
    waiting_.emplace_back();
    return first_ + waiting_.size() - 1;
  }

  /// Takes a result and gives all whose turn has come. A number is settled once.
  std::vector<T> settle(std::uint64_t number, T result) {
    waiting_[number - first_] = std::move(result);
    std::vector<T> due;
    while (!waiting_.empty() && waiting_.front()) {
      due.push_back(*std::move(waiting_.front()));
      waiting_.pop_front();
      ++first_;
    }
    return due;
  }

 private:
  std::deque<std::optional<T>> waiting_;
  std::uint64_t first_ = 0;  ///< number of the front
};

}  // namespace fanfare::cli
