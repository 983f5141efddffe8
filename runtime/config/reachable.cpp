#include "runtime/config/reachable.hpp"

#include <array>
#include <string_view>
#include <utility>

namespace fanfare::runtime {

std::string reachable(std::string listen) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kWildcards = {
      {{"tcp://*:", "tcp://127.0.0.1:"}, {"tcp://0.0.0.0:", "tcp://127.0.0.1:"}, {"tcp://[::]:", "tcp://[::1]:"}}};
  for (const auto& [wildcard, loopback] : kWildcards) {
    if (listen.starts_with(wildcard)) return listen.replace(0, wildcard.size(), loopback);
  }
  return listen;
}

}  // namespace fanfare::runtime
