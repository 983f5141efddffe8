#pragma once
// The page of a file that was written last, so that what comes behind it can be written with it. A value.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include "broker/journal/page.hpp"

namespace fanfare::broker::journal {

class LastPage {
 public:
  void forget() { size_ = 0; }

  /// What lies in the page of `offset` before it; empty if that is nothing, or not known.
  [[nodiscard]] std::string_view before(std::uint64_t offset) const {
    const auto within = static_cast<std::size_t>(offset % kPage);
    return offset - within == at_ && within <= size_ ? std::string_view(bytes_.data(), within) : std::string_view();
  }

  /// The parts were written at `offset`, one after the other.
  void wrote(std::uint64_t offset, std::span<const std::string_view> parts) {
    for (auto part : parts) {
      while (!part.empty()) {
        const auto within = static_cast<std::size_t>(offset % kPage);
        // Pages that a part fills and goes beyond need not be looked at.
        const auto skipped = within == 0 && part.size() > kPage ? (part.size() - 1) / kPage * kPage : 0;
        const auto some = skipped > 0 ? skipped : std::min(part.size(), kPage - within);
        if (skipped == 0) add(offset - within, within, part.substr(0, some));
        offset += some;
        part.remove_prefix(some);
      }
    }
  }

 private:
  void add(std::uint64_t page, std::size_t within, std::string_view bytes) {
    const auto goes_on = page == at_ && within <= size_;
    if (!goes_on && within > 0) return forget();  // what lies before is not known
    if (!goes_on || within == 0) size_ = 0;
    at_ = page;
    std::memcpy(bytes_.data() + within, bytes.data(), bytes.size());
    size_ = std::max(size_, within + bytes.size());
  }

  std::uint64_t at_ = 0;
  std::size_t size_ = 0;  ///< known from its beginning; 0: nothing
  std::array<char, kPage> bytes_{};
};

}  // namespace fanfare::broker::journal
