// Whatever a disk gives back where a batch should be: reading must stay within the bytes. The input is read as it is,
// and once more with its CRCs put right, because no chance finds those.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "broker/journal/batch_format.hpp"
#include "protocol/crc32c.hpp"
#include "protocol/record.hpp"
#include "protocol/wire.hpp"

namespace {

using namespace fanfare;
using namespace fanfare::broker::journal;

const SegmentIdentity& segment() {
  static const SegmentIdentity identity(
      {.number = 7, .epoch = *Uuid::parse("018bcfe5-6800-7000-8000-000000000001"), .salt = 0x665544332211});
  return identity;
}

void read(std::string_view bytes) {
  const auto batch = BatchView::open(bytes, segment());
  if (!batch) return;
  auto definitions = batch->definitions();
  while (const auto definition = next_definition(definitions)) {
    if (definition->name.size() > 255) std::abort();
  }
  for (std::uint32_t i = 0; i < batch->header().count; ++i) {
    if (batch->offset(i) + batch->size(i) > batch->header().size) std::abort();
    static_cast<void>(batch->previous(i));
    auto record = batch->record(i, bytes);
    if (record && record->size() != batch->size(i)) std::abort();
    if (record) static_cast<void>(protocol::next_record(*record));
  }
}

/// The same bytes as a batch of this segment whose header and table have the right CRCs.
std::string put_right(std::string bytes) {
  constexpr std::size_t kNumberAt = 16;
  constexpr std::size_t kDefinitionsAt = 64;
  constexpr std::size_t kHeadCrcAt = 68;
  if (bytes.size() < kBatchHeaderSize) return bytes;
  std::string identity;
  protocol::Writer{identity}(segment().number, segment().epoch);
  bytes.replace(kNumberAt, identity.size(), identity);
  const auto size = std::uint64_t{protocol::load<std::uint32_t>(bytes.data() + kDefinitionsAt)} +
                    std::uint64_t{protocol::load<std::uint32_t>(bytes.data() + 12)} * kTableEntrySize;
  const auto head = std::string_view(bytes).substr(kBatchHeaderSize, size);
  protocol::store(bytes.data() + kHeadCrcAt, protocol::crc32c(head, segment().seed));
  set_synced(bytes, protocol::load<std::uint64_t>(bytes.data() + 48), segment().seed);  // and the header's CRC
  return bytes;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  read(bytes);
  read(put_right(bytes));
  return 0;
}
