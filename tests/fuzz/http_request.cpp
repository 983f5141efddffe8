// However its bytes are cut into segments, a connection's input is read as the same requests, and what is accepted
// keeps the rules that routes rely on. The first byte of the input says where it is cut.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "frontends/http/message/request_reader.hpp"

namespace {

using fanfare::frontends::http::Header;
using fanfare::frontends::http::ReadLimits;
using fanfare::frontends::http::Rejection;
using fanfare::frontends::http::Request;
using fanfare::frontends::http::RequestReader;

constexpr ReadLimits kLimits{.head = 512, .body = 256};

void require(bool holds) {
  if (!holds) std::abort();
}

bool has_control(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

void check(const Request& request) {
  require(!request.method.empty() && request.body.size() <= kLimits.body);
  require(request.path == "*" || request.path.starts_with('/'));
  require(!has_control(request.path));
  for (const auto& [name, value] : request.query) require(!has_control(name) && !has_control(value));
  for (const Header& header : request.headers) {
    require(!header.name.empty() && header.value.find_first_of("\r\n") == std::string::npos);
  }
  require(std::ranges::count(request.headers, "host", &Header::name) <= 1);
  require(std::ranges::count(request.headers, "content-length", &Header::name) <= 1);
  require(!request.header("transfer-encoding"));
}

/// A line for each request and for the refusal that ends it.
std::string read(std::string_view bytes, std::size_t cut) {
  RequestReader reader(kLimits);
  std::string seen;
  for (const std::string_view segment : {bytes.substr(0, cut), bytes.substr(cut)}) {
    if (!reader.append(segment)) return seen + "too much";
    for (;;) {
      const auto next = reader.next();
      if (std::holds_alternative<RequestReader::Incomplete>(next)) break;
      if (const auto* rejection = std::get_if<Rejection>(&next)) {
        return seen + std::to_string(rejection->status) + rejection->code;
      }
      const auto& complete = std::get<RequestReader::Complete>(next);
      check(complete.request);
      seen += complete.request.method + " " + complete.request.path + " " + complete.request.body + "\n";
    }
  }
  return seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kReadAtOnce = 2 * (512 + 256);  // beyond it, what is too much depends on the segments
  if (size == 0 || size > kReadAtOnce) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  require(read(bytes, 0) == read(bytes, std::min<std::size_t>(data[0], bytes.size())));
  return 0;
}
