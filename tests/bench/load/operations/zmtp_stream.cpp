#include "tests/bench/load/operations/zmtp_stream.hpp"

#include <endian.h>

#include <array>
#include <cstring>
#include <stdexcept>

namespace fanfare::load {
namespace {

using namespace std::chrono_literals;

constexpr auto kPatience = 5s;
constexpr std::size_t kGreeting = 64;
constexpr std::size_t kLongHeader = 9;
constexpr unsigned kMore = 1;
constexpr unsigned kLong = 2;
constexpr unsigned kCommand = 4;

std::string without_scheme(const std::string& address) {
  constexpr std::string_view kTcp = "tcp://";
  return address.starts_with(kTcp) ? address.substr(kTcp.size()) : address;
}

std::string greeting() {
  std::string bytes(kGreeting, '\0');
  bytes[0] = '\xFF';  // the signature: 0xFF, padding, 0x7F
  bytes[9] = '\x7F';
  bytes[10] = 3;  // version 3.0
  std::memcpy(bytes.data() + 12, "NULL", 4);
  return bytes;
}

/// A short command frame: its name, then the one property that NULL asks for.
std::string ready() {
  std::string body = "\x05READY\x0BSocket-Type";
  body += std::string_view("\0\0\0\x06", 4);
  body += "DEALER";
  return std::string{static_cast<char>(kCommand), static_cast<char>(body.size())} + body;
}

}  // namespace

ZmtpStream::ZmtpStream(const std::string& address) : socket_(without_scheme(address)) {
  socket_.send_small(greeting() + ready());
  const auto theirs = take(kGreeting);
  if (theirs[0] != '\xFF' || theirs[10] < 3) throw std::runtime_error("the server does not speak ZMTP 3");
  const auto header = take(2);
  if (header[0] != static_cast<char>(kCommand)) throw std::runtime_error("no READY came");
  static_cast<void>(take(static_cast<unsigned char>(header[1])));
}

std::string ZmtpStream::take(std::size_t size) {
  socket_.wait_for([&] { return socket_.input().size() >= size; }, kPatience);
  std::string taken(socket_.input().substr(0, size));
  socket_.consume(size);
  return taken;
}

void ZmtpStream::send(std::string_view message) {
  std::array<char, kLongHeader> header{static_cast<char>(kLong)};
  const std::uint64_t size = htobe64(message.size());
  std::memcpy(header.data() + 1, &size, sizeof size);
  socket_.send_small({header.data(), header.size()});
  socket_.send_small(message);
}

std::optional<std::string_view> ZmtpStream::next() {
  const auto in = socket_.input();
  if (in.size() < 2) return std::nullopt;
  const auto flags = static_cast<unsigned char>(in[0]);
  std::size_t header = 2;
  std::uint64_t size = static_cast<unsigned char>(in[1]);
  if ((flags & kLong) != 0) {
    header = kLongHeader;
    if (in.size() < header) return std::nullopt;
    std::memcpy(&size, in.data() + 1, sizeof size);
    size = be64toh(size);
  }
  if ((flags & (kMore | kCommand)) != 0) throw std::runtime_error("something else than a message of one part came");
  if (size > in.size() - header) return std::nullopt;
  socket_.consume(header + size);
  return in.substr(header, size);
}

}  // namespace fanfare::load
