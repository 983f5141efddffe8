#include "broker/core/groups/state_loader.hpp"

#include <variant>

namespace fanfare::broker::core::groups {

bool StateLoader::take(std::string_view payload, std::uint64_t sequence) {
  auto record = decode_group_record(payload);
  bytes_ += payload.size();
  if (!record) return false;
  if (auto* part = std::get_if<SnapshotPart>(&record->what)) {
    take_part(record->group, std::move(*part), payload.size(), sequence);
    return true;
  }
  begun_.erase(record->group);  // the parts of a snapshot follow each other
  if (const auto* changes = std::get_if<GroupChanges>(&record->what)) {
    const auto found = groups_.find(record->group);
    if (found == groups_.end()) return true;
    apply(found->second.state, *changes);
    found->second.bytes_since += payload.size();
  } else {
    groups_.erase(record->group);
  }
  return true;
}

void StateLoader::take_part(std::string_view group, SnapshotPart part, std::size_t bytes, std::uint64_t sequence) {
  if (part.part == 0) {
    auto& begun = begun_.insert_or_assign(std::string(group), Begun{}).first->second;
    begun.group.snapshot = sequence;
    begun.group.state = std::move(part.state);
  }
  const auto found = begun_.find(group);
  if (found == begun_.end()) return;
  auto& begun = found->second;
  if (part.part != begun.next) {
    begun_.erase(found);
    return;
  }
  if (begun.next++ > 0) {
    auto& state = begun.group.state;
    for (const auto& [first, last] : part.state.finished.runs()) state.finished.add(first, last);
    for (const auto& [first, last] : part.state.dead.runs()) state.dead.add(first, last);
    state.failures.merge(part.state.failures);
    state.returned.merge(part.state.returned);
  }
  begun.group.snapshot_bytes += bytes;
  if (!part.last) return;
  begun.group.stream_bytes_by = bytes_;
  groups_.insert_or_assign(std::string(group), std::move(begun.group));
  begun_.erase(found);
}

}  // namespace fanfare::broker::core::groups
