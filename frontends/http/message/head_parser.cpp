#include "frontends/http/message/head_parser.hpp"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/rfc7230.hpp>
#include <limits>
#include <optional>
#include <utility>

#include "frontends/http/message/target.hpp"

namespace fanfare::frontends::http {
namespace {

namespace beast = boost::beast::http;
using Parser = beast::request_parser<beast::empty_body>;

/// More headers than any browser sends behind any proxy.
constexpr std::size_t kMaxHeaders = 100;

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return result;
}

Rejection to_rejection(const boost::system::error_code& error) {
  if (error == beast::error::bad_version) {
    return {505, "version_not_supported", "this server speaks HTTP/1.1 and HTTP/1.0"};
  }
  if (error == beast::error::header_limit) return {431, "headers_too_large", "the headers are too large"};
  return {400, "bad_request", "not an HTTP request: " + error.message()};
}

/// What Beast lets pass and this server does not. The order matters: the length of the body decides what comes next.
std::optional<Rejection> check(const beast::request_header<>& fields, unsigned version) {
  using beast::field;
  if (fields.count(field::transfer_encoding) > 0) {
    return Rejection{411, "length_required", "send the body with a Content-Length; chunks are not taken"};
  }
  if (fields.count(field::content_length) > 1) return Rejection{.detail = "more than one Content-Length"};
  if (fields[field::content_length].find_first_not_of("0123456789") != boost::beast::string_view::npos) {
    return Rejection{.detail = "the Content-Length is no number"};  // Beast takes `5, 5` as RFC 9112 §6.3 allows it to
  }
  if (fields.count(field::host) > 1) return Rejection{.detail = "more than one Host"};
  const auto host = fields.find(field::host);
  if (host == fields.end()) {
    if (version == 11) return Rejection{.detail = "no Host header"};
  } else if (!is_host({host->value().data(), host->value().size()})) {
    return Rejection{.detail = "the Host header is no name or address"};
  }
  if (std::distance(fields.begin(), fields.end()) > static_cast<std::ptrdiff_t>(kMaxHeaders)) {
    return Rejection{431, "headers_too_large", "more than " + std::to_string(kMaxHeaders) + " headers"};
  }
  const auto expect = fields.find(field::expect);
  if (expect != fields.end() && lower({expect->value().data(), expect->value().size()}) != "100-continue") {
    return Rejection{417, "expectation_failed", "only Expect: 100-continue is known"};
  }
  return std::nullopt;
}

}  // namespace

std::variant<RequestHead, Rejection> parse_head(std::string_view head) {
  Parser parser;
  parser.header_limit(std::numeric_limits<std::uint32_t>::max());  // the caller has bounded it
  parser.body_limit(boost::none);                                  // and bounds this by content_length
  boost::system::error_code error;
  parser.put(boost::asio::buffer(head.data(), head.size()), error);
  if (error) return to_rejection(error);
  if (!parser.is_header_done()) return Rejection{.detail = "not an HTTP request"};
  const auto& fields = parser.get();
  if (auto rejection = check(fields, fields.version())) return std::move(*rejection);

  RequestHead result;
  result.method.assign(fields.method_string().data(), fields.method_string().size());
  result.target.assign(fields.target().data(), fields.target().size());
  result.content_length = parser.content_length().value_or(0);
  result.keep_alive = parser.keep_alive();
  result.expects_continue = fields.version() == 11 && fields.count(beast::field::expect) > 0;
  for (const auto& field : fields) {
    const auto name = field.name_string();
    result.headers.push_back({lower({name.data(), name.size()}), {field.value().data(), field.value().size()}});
  }
  return result;
}

}  // namespace fanfare::frontends::http
