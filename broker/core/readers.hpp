#pragma once
// The readers of the journal that the broker has open, and their turn: so many reads are under way at a time, the
// others wait in the order they were asked for. Owned by the core; its thread only.

#include <cstddef>
#include <deque>
#include <unordered_set>

#include "broker/core/journal.hpp"

namespace fanfare::broker::core {

class Readers {
 public:
  Readers(Journal& journal, std::size_t max_reads) : journal_(journal), max_reads_(max_reads) {}

  [[nodiscard]] ReaderId open(ReaderSpec spec) {
    const auto id = ++last_id_;
    open_.insert(id);
    journal_.open_reader(id, std::move(spec));
    return id;
  }

  /// Its answer, if one is on its way, is not told any more.
  void close(ReaderId id) {
    if (open_.erase(id) == 0) return;
    journal_.close_reader(id);
    under_way_.erase(id);
    next();
  }

  /// Asks for more, once it is its turn. One request of a reader at a time.
  void read(const ReadRequest& request) {
    waiting_.push_back(request);
    next();
  }

  /// An answer came; false when it is for a reader that was closed.
  [[nodiscard]] bool answered(ReaderId id) {
    const bool expected = under_way_.erase(id) > 0;
    next();
    return expected;
  }

  [[nodiscard]] std::size_t size() const { return open_.size(); }

 private:
  void next() {
    while (under_way_.size() < max_reads_ && !waiting_.empty()) {
      const auto request = waiting_.front();
      waiting_.pop_front();
      if (!open_.contains(request.reader)) continue;
      under_way_.insert(request.reader);
      journal_.read(request);
    }
  }

  Journal& journal_;
  std::size_t max_reads_;
  ReaderId last_id_ = 0;
  std::unordered_set<ReaderId> open_;
  std::unordered_set<ReaderId> under_way_;
  std::deque<ReadRequest> waiting_;
};

}  // namespace fanfare::broker::core
