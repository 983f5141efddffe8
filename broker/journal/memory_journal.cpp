#include "broker/journal/memory_journal.hpp"

#include <utility>

#include "protocol/record.hpp"

namespace fanfare::broker::journal {

Position MemoryJournal::open(protocol::StreamNumber stream, std::string_view) {
  heads_[stream] = 0;
  return {.epoch = Uuid::version7(static_cast<std::uint64_t>(clock_ / 1000), random_().bytes), .sequence = 0};
}

void MemoryJournal::append(core::Batch batch) {
  auto& head = heads_.at(batch.stream);
  const core::Commit commit{.stream = batch.stream, .first = head + 1, .count = batch.count};
  for (auto* at = batch.records->data(); at != batch.records->data() + batch.records->size();) {
    protocol::set_sequence(at, ++head);
    at += protocol::load<std::uint32_t>(at);  // the record's size is its first field
  }
  commits_.push_back(commit);
}

std::vector<core::Commit> MemoryJournal::take_commits() { return std::exchange(commits_, {}); }

}  // namespace fanfare::broker::journal
