// The records of `$groups`: whatever the bytes are, they are a record or none, and what was read is written and read
// again as the same.

#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <variant>

#include "broker/core/groups/dead_letter.hpp"
#include "broker/core/groups/state_format.hpp"
#include "broker/core/groups/state_loader.hpp"

namespace {

using namespace fanfare::broker::core::groups;

void check_snapshot(const SnapshotPart& part) {
  if (part.part != 0) return;
  StateLoader loader;
  for (const auto& payload : encode_snapshot(part.state)) {
    if (payload.size() > kMaxStatePayload || !loader.take(payload, 1)) std::abort();
  }
  if (loader.take_groups().at(part.state.name).state != part.state) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  static_cast<void>(open_letter(bytes, 1, 1));
  static_cast<void>(make_letter({}, bytes));
  const auto record = decode_group_record(bytes);
  if (!record) return 0;
  if (const auto* part = std::get_if<SnapshotPart>(&record->what)) check_snapshot(*part);
  if (const auto* changes = std::get_if<GroupChanges>(&record->what)) {
    GroupState state;
    apply(state, *changes);
    for (const auto& payload : encode_changes(record->group, *changes)) {
      if (!decode_group_record(payload)) std::abort();
    }
  }
  return 0;
}
