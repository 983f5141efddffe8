#include "sdk/transport/id_source.hpp"

#include <sys/random.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <system_error>

namespace fanfare::transport {
namespace {

/// Random bytes of this thread, drawn from the system a page at a time: a system call for each id would cost more than
/// publishing the message.
class RandomBytes {
 public:
  template <std::size_t size>
  std::array<std::uint8_t, size> take() {
    if (pool_.size() - used_ < size) refill();
    std::array<std::uint8_t, size> bytes;
    std::memcpy(bytes.data(), pool_.data() + used_, size);
    used_ += size;
    return bytes;
  }

 private:
  void refill() {
    std::size_t filled = 0;
    while (filled < pool_.size()) {
      const auto got = ::getrandom(pool_.data() + filled, pool_.size() - filled, 0);
      if (got < 0 && errno != EINTR) throw std::system_error(errno, std::generic_category(), "getrandom");
      if (got > 0) filled += static_cast<std::size_t>(got);
    }
    used_ = 0;
  }

  std::array<std::uint8_t, 4096> pool_{};
  std::size_t used_ = pool_.size();
};

RandomBytes& random_bytes() {
  thread_local RandomBytes bytes;
  return bytes;
}

}  // namespace

Uuid fresh_id() {
  const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(since_epoch).count();
  return Uuid::version7(static_cast<std::uint64_t>(milliseconds), random_bytes().take<16>());
}

double fresh_chance() {
  std::uint32_t number = 0;
  const auto bytes = random_bytes().take<sizeof number>();
  std::memcpy(&number, bytes.data(), sizeof number);
  return number / 4294967295.0;
}

}  // namespace fanfare::transport
