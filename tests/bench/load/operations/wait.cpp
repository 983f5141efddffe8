#include "tests/bench/load/operations/wait.hpp"

#include <poll.h>

#include <array>
#include <cerrno>
#include <stdexcept>
#include <system_error>

namespace fanfare::load {

void wait(std::span<StreamSocket* const> sockets, Clock::time_point deadline) {
  std::array<pollfd, 8> polled{};
  if (sockets.size() > polled.size()) throw std::logic_error("too many sockets to wait for");
  for (std::size_t index = 0; index < sockets.size(); ++index) {
    const auto interest = sockets[index]->interest();
    const bool wants_room = (interest.events & ZMQ_POLLOUT) != 0;
    polled[index] = {
        .fd = interest.fd, .events = static_cast<short>(wants_room ? POLLIN | POLLOUT : POLLIN), .revents = 0};
  }
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left <= 0) throw std::runtime_error("the server does not answer");
    const int ready = ::poll(polled.data(), sockets.size(), static_cast<int>(left));
    if (ready > 0) return;
    if (ready < 0 && errno != EINTR) throw std::system_error(errno, std::generic_category(), "poll");
  }
}

}  // namespace fanfare::load
