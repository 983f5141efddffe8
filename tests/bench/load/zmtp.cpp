#include "tests/bench/load/zmtp.hpp"

#include <endian.h>

#include <chrono>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace fanfare::load {
namespace {

using namespace std::chrono_literals;

constexpr auto kPatience = 5s;
constexpr std::size_t kGreetingSize = 64;
constexpr std::size_t kShortHead = 2;
constexpr std::size_t kLongHead = 9;
constexpr unsigned kLong = 0x02;
constexpr unsigned kCommand = 0x04;
constexpr unsigned kMore = 0x01;

std::string greeting() {
  std::string bytes(kGreetingSize, '\0');
  bytes[0] = '\xFF';  // the signature
  bytes[9] = '\x7F';
  bytes[10] = 3;  // the version, 3.0
  std::memcpy(bytes.data() + 12, "NULL", 4);
  return bytes;
}

/// The command READY with the one property that is needed.
std::string ready(std::string_view type) {
  std::string body = "\x05READY\x0BSocket-Type";
  body.append(3, '\0').push_back(static_cast<char>(type.size()));
  body += type;
  return std::string{static_cast<char>(kCommand), static_cast<char>(body.size())} + body;
}

void write_long_head(char* to, std::size_t size) {
  *to = static_cast<char>(kLong);
  const std::uint64_t big_endian = htobe64(size);
  std::memcpy(to + 1, &big_endian, sizeof big_endian);
}

}  // namespace

std::string zmtp_head(std::size_t size) {
  if (size < 256) return {'\0', static_cast<char>(size)};
  std::string head(kLongHead, '\0');
  write_long_head(head.data(), size);
  return head;
}

std::optional<std::size_t> take_zmtp_head(std::string_view& input) {
  if (input.size() < kShortHead) return std::nullopt;
  const auto flags = static_cast<unsigned char>(input[0]);
  if ((flags & (kMore | kCommand)) != 0) throw std::runtime_error("something else than a message of one part came");
  if ((flags & kLong) == 0) {
    const auto size = static_cast<unsigned char>(input[1]);
    input.remove_prefix(kShortHead);
    return size;
  }
  if (input.size() < kLongHead) return std::nullopt;
  std::uint64_t size = 0;
  std::memcpy(&size, input.data() + 1, sizeof size);
  input.remove_prefix(kLongHead);
  return be64toh(size);
}

StreamSocket connect_zmtp(const std::string& address, std::string_view type) {
  constexpr std::string_view kScheme = "tcp://";
  if (!address.starts_with(kScheme)) throw std::runtime_error("not an address of TCP: " + address);
  StreamSocket stream(address.substr(kScheme.size()));
  stream.send_small(greeting() + ready(type));
  // The other side's greeting, and its READY: a command that is short.
  stream.wait_for(
      [&] {
        const auto input = stream.input();
        if (input.size() < kGreetingSize + kShortHead) return false;
        const auto size = static_cast<unsigned char>(input[kGreetingSize + 1]);
        if (input[0] != '\xFF' || input[10] < 3 || input[kGreetingSize] != static_cast<char>(kCommand)) {
          throw std::runtime_error("what answers at " + address + " does not speak ZMTP 3");
        }
        if (input.size() < kGreetingSize + kShortHead + size) return false;
        stream.consume(kGreetingSize + kShortHead + size);
        return true;
      },
      kPatience);
  return stream;
}

ZmtpBlock::ZmtpBlock(Encoding encoding, std::size_t payload_size, std::uint64_t capacity)
    : block_({.prefix = std::string(kLongHead, '\0') + encoding.prefix,
              .head = std::move(encoding.head),
              .tail = std::move(encoding.tail)},
             payload_size, capacity) {}

std::string_view ZmtpBlock::stamp(std::uint64_t first, std::uint64_t count) {
  const auto bytes = block_.stamp(first, count);
  write_long_head(block_.data(), bytes.size() - kLongHead);
  return bytes;
}

}  // namespace fanfare::load
