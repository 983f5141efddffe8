#include "frontends/http/message/reply.hpp"

#include <array>
#include <ctime>
#include <utility>

namespace fanfare::frontends::http {
namespace {

/// The only form RFC 9110 §5.6.7 allows to send.
std::string http_date(std::chrono::system_clock::time_point time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  std::array<char, 40> text{};
  const std::size_t length = std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return {text.data(), length};
}

bool fits_one_line(const Header& header) {
  return (header.name + header.value).find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos;
}

}  // namespace

Reply make_reply(int status, std::string content_type, std::string body) {
  return {status, {{"Content-Type", std::move(content_type)}}, std::make_shared<const std::string>(std::move(body))};
}

std::string_view reason_phrase(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 204:
      return "No Content";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 411:
      return "Length Required";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 417:
      return "Expectation Failed";
    case 422:
      return "Unprocessable Content";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 503:
      return "Service Unavailable";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Unknown";
  }
}

bool is_without_content(int status) { return status < 200 || status == 204 || status == 304; }

std::string head_of(const Reply& reply, bool keep_alive, std::chrono::system_clock::time_point now) {
  std::string head = "HTTP/1.1 " + std::to_string(reply.status) + " " + std::string(reason_phrase(reply.status)) +
                     "\r\nDate: " + http_date(now) + "\r\n";
  for (const Header& header : reply.headers) {
    if (fits_one_line(header)) head += header.name + ": " + header.value + "\r\n";
  }
  if (!is_without_content(reply.status)) {
    head += "Content-Length: " + std::to_string(reply.body ? reply.body->size() : 0) + "\r\n";
  }
  head += keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
  return head;
}

}  // namespace fanfare::frontends::http
