#pragma once
// Footers of sealed segments, without their ids, for readers: those used last, within a bound of bytes. Any thread;
// reads the disk outside its lock.

#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "broker/journal/footer_format.hpp"
#include "broker/journal/segment_table.hpp"
#include "broker/journal/stream_files.hpp"

namespace fanfare::broker::journal {

class FooterCache {
 public:
  struct Footer {
    std::string bytes;
    FooterView view;
  };

  explicit FooterCache(std::uint64_t most_bytes = 64U << 20U) : most_bytes_(most_bytes) {}

  /// Null when the segment has no seal, or its footer is not as it was written. Adds what it read to `bytes_read`.
  [[nodiscard]] std::shared_ptr<const Footer> get(const StreamFiles& files, const HeldSegment& segment,
                                                  std::uint64_t& bytes_read);

 private:
  struct Entry {
    std::string path;
    std::shared_ptr<const Footer> footer;
  };

  [[nodiscard]] std::shared_ptr<const Footer> find(const std::string& path);
  void add(std::string path, std::shared_ptr<const Footer> footer);

  std::uint64_t most_bytes_;
  std::mutex mutex_;
  std::list<Entry> entries_;  ///< the last used first
  std::uint64_t bytes_ = 0;
};

}  // namespace fanfare::broker::journal
