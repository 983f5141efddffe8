#include "runtime/process/instance.hpp"

#include <unistd.h>

#include <array>

namespace fanfare::runtime {

std::string instance_name() {
  std::array<char, 256> host{};
  if (::gethostname(host.data(), host.size() - 1) != 0) host = {'h', 'o', 's', 't'};
  return std::string(host.data()) + "-" + std::to_string(::getpid());
}

}  // namespace fanfare::runtime
