#pragma once
// A file past the system's cache (open(2), O_DIRECT): whole pages from memory that begins at one. Bytes that go through
// the cache cost a page each, which the kernel finds, fills and lets go again; on a virtual machine it often has to ask
// its host for it first. Used beside another descriptor of the same file; by one thread at a time.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>
#include <string_view>

#include "broker/journal/page.hpp"

namespace fanfare::broker::journal {

class DirectFile {
 public:
  /// The file that `descriptor` has open, whatever its name is by now.
  explicit DirectFile(int descriptor);
  ~DirectFile();
  DirectFile(const DirectFile&) = delete;
  DirectFile& operator=(const DirectFile&) = delete;

  /// False where the file system knows no such thing, such as tmpfs.
  [[nodiscard]] bool is_open() const { return descriptor_ >= 0; }

  /// `before` and then the parts, from `offset` on: a multiple of kPage, as is the sum of their sizes. Errno, 0 when
  /// all is written; EINVAL when the disk wants larger blocks.
  int write(std::uint64_t offset, std::string_view before, std::span<const std::string_view> parts);

  /// Both multiples of kPage; errno or 0.
  int write_zeros(std::uint64_t offset, std::size_t size);

 private:
  struct Free {
    void operator()(char* memory) const { std::free(memory); }
  };

  int write_buffer(std::uint64_t& offset);
  int write_aligned(std::uint64_t offset, const char* from, std::size_t size);

  int descriptor_;
  std::unique_ptr<char, Free> buffer_;
  std::size_t filled_ = 0;
};

}  // namespace fanfare::broker::journal
