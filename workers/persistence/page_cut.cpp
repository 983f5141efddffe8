#include "workers/persistence/page_cut.hpp"

#include <algorithm>

namespace fanfare::workers::persistence {
namespace {

/// One side of the middle: how much of it is kept, and whether more may be.
struct Side {
  std::size_t bytes = 0;
  bool is_open = true;
};

constexpr std::size_t kComma = 1;

}  // namespace

Cut cut_around(std::span<const std::string> texts, std::size_t middle, std::size_t bytes) {
  if (texts.empty()) return {};
  middle = std::min(middle, texts.size() - 1);
  Cut cut{middle, middle + 1};
  std::size_t used = texts[middle].size() + kComma;
  Side before;
  Side behind;
  while (true) {
    before.is_open = before.is_open && cut.first > 0;
    behind.is_open = behind.is_open && cut.last < texts.size();
    if (!before.is_open && !behind.is_open) return cut;
    const bool goes_back = before.is_open && (!behind.is_open || before.bytes < behind.bytes);
    Side& side = goes_back ? before : behind;
    const std::size_t size = texts[goes_back ? cut.first - 1 : cut.last].size() + kComma;
    side.is_open = used + size <= bytes;
    if (!side.is_open) continue;
    used += size;
    side.bytes += size;
    if (goes_back) {
      --cut.first;
    } else {
      ++cut.last;
    }
  }
}

std::string list_of(std::span<const std::string> texts, const Cut& cut) {
  std::string list = "[";
  for (std::size_t index = cut.first; index < cut.last; ++index) {
    if (index > cut.first) list += ',';
    list += texts[index];
  }
  return list + ']';
}

}  // namespace fanfare::workers::persistence
