#include "runtime/process/instance.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>

namespace fanfare::runtime {

std::string instance_name() {
  std::array<char, 256> host{};
  if (::gethostname(host.data(), host.size() - 1) != 0) host = {'h', 'o', 's', 't'};
  const auto stands_in_a_token = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  };
  constexpr std::size_t kLongest = 64;
  std::string name = std::string(host.data()).substr(0, kLongest);
  std::ranges::replace_if(
      name, [&](char c) { return !stands_in_a_token(c); }, '_');
  return name + "-" + std::to_string(::getpid());
}

}  // namespace fanfare::runtime
