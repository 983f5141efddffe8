#pragma once
// The journal port without a disk: numbers what it is given and commits it at once. It keeps nothing that could be read
// back, so each start of the broker begins a new epoch. Owned by the server; the core's thread only.

#include <map>
#include <vector>

#include "broker/core/journal.hpp"
#include "broker/core/settings.hpp"

namespace fanfare::broker::journal {

class MemoryJournal final : public core::Journal {
 public:
  /// `clock`: microseconds since 1970, for the epochs of the streams it opens.
  MemoryJournal(core::Random random, std::int64_t clock) : random_(std::move(random)), clock_(clock) {}

  Position open(protocol::StreamNumber stream, std::string_view name) override;
  void append(core::Batch batch) override;
  std::vector<core::Commit> take_commits() override;

 private:
  core::Random random_;
  std::int64_t clock_;
  std::map<protocol::StreamNumber, std::uint64_t> heads_;
  std::vector<core::Commit> commits_;
};

}  // namespace fanfare::broker::journal
