#include "broker/journal/file_system.hpp"

#include <array>

namespace fanfare::broker::journal {

IoResult<void> File::write_zeros(std::uint64_t offset, std::size_t size) {
  const std::string zeros(size, '\0');
  if (const auto written = write(offset, std::array<std::string_view, 1>{zeros}); !written) return written;
  return sync();
}

}  // namespace fanfare::broker::journal
