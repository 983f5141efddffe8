// What else the journal reads back, by the first byte of the input: 0 a footer, 1 a checkpoint, 2 the header of a
// segment, 3 a seal. All but the footer, whose CRC stands in the seal, are read as they are and with their CRC put
// right.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "broker/journal/checkpoint_format.hpp"
#include "broker/journal/footer_format.hpp"
#include "broker/journal/segment_format.hpp"
#include "protocol/crc32c.hpp"
#include "protocol/wire.hpp"

namespace {

using namespace fanfare::broker::journal;

constexpr std::uint32_t kSeed = 42;

void walk(const TopicList& topics) {
  std::uint32_t count = 0;
  topics.for_each([&](const ListedTopic& topic) { count += topic.name.size() <= 255 ? 1U : 0U; });
  if (count != topics.count()) std::abort();
}

void read_footer(std::string_view bytes) {
  const auto footer = FooterView::open(bytes);
  if (!footer) return;
  walk(footer->topics());
  for (std::size_t i = 0; i < footer->index_size(); ++i) static_cast<void>(footer->index(i));
  for (std::size_t i = 0; i < footer->id_count(); ++i) static_cast<void>(footer->id(i));
}

void read(std::uint8_t what, std::string_view bytes) {
  if (what == 0) read_footer(bytes);
  if (what == 1) {
    if (const auto checkpoint = CheckpointView::open(bytes)) walk(checkpoint->topics);
  }
  if (what == 2) {
    const auto header = decode_segment_header(bytes);
    if (header && encode(*header) != bytes.substr(0, kSegmentHeaderSize)) std::abort();
    if (header && is_of_later_version(bytes)) std::abort();
  }
  if (what == 3) {
    const auto seal = decode_seal(bytes, kSeed);
    if (seal && encode(*seal, kSeed) != bytes.substr(0, kSealSize)) std::abort();
  }
}

std::string put_right(std::uint8_t what, std::string bytes) {
  constexpr std::size_t kCrcAt = 8;
  constexpr std::size_t kCheckedAt = 12;
  if (bytes.size() < kCheckedAt) return bytes;
  auto checked = std::string_view(bytes).substr(kCheckedAt);
  if (what == 2) checked = checked.substr(0, kSegmentHeaderSize - kCheckedAt);
  if (what == 3) checked = checked.substr(0, kSealSize - kCheckedAt);
  const auto crc = fanfare::protocol::crc32c(checked, what == 3 ? kSeed : 0);
  fanfare::protocol::store(bytes.data() + kCrcAt, crc);
  return bytes;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  read(data[0], bytes);
  read(data[0], put_right(data[0], bytes));
  return 0;
}
