#include "runtime/process/memory.hpp"

#include <unistd.h>

#include <fstream>
#include <string>

namespace fanfare::runtime {

std::optional<std::uint64_t> resident_bytes(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/statm");
  std::uint64_t all = 0;
  std::uint64_t resident = 0;
  std::optional<std::uint64_t> bytes;
  if (file >> all >> resident) bytes.emplace(resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)));
  return bytes;
}

}  // namespace fanfare::runtime
