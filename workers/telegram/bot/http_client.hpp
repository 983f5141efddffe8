#pragma once
// Posts JSON to an HTTP server over one connection that is kept alive (libcurl). Owned by one thread; only the stop
// token may be used by others. Promise: a call ends by its deadline, within moments of a stop, reads no more than it
// was allowed to, and neither URL nor body get into an error's text, because the URL holds the bot's token.

#include <boost/system/result.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

namespace fanfare::workers::telegram::bot {

using Deadline = std::chrono::steady_clock::time_point;

struct HttpAnswer {
  int status = 0;
  std::string body;
  std::chrono::seconds retry_after{0};  ///< of the header, 0 where there is none
};

struct HttpFailure {
  enum class Kind : std::uint8_t {
    kUnreachable,  ///< no connection, or not one to be trusted
    kTimeout,
    kStopped,
    kCut,       ///< the answer is not whole, or no HTTP
    kTooLarge,  ///< more than was allowed
    kUnusable,  ///< the URL is none for http or https
  };

  Kind kind = Kind::kUnreachable;
  bool may_have_arrived = false;  ///< false: nothing of the request was written
  std::string reason;
};

using HttpResult = boost::system::result<HttpAnswer, HttpFailure>;

struct HttpRequest {
  std::string url;
  std::string_view json;
  bool is_repeatable = false;          ///< may be written again where a kept connection turns out to be dead
  std::size_t most_bytes = 1U << 20U;  ///< of the answer's body
};

class HttpClient {
 public:
  /// `proxy` as libcurl takes it; empty: none, whatever the environment says.
  explicit HttpClient(std::string proxy = {});
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  /// Redirects are answers like any other.
  [[nodiscard]] HttpResult post(const HttpRequest& request, Deadline deadline, const std::stop_token& stop = {});

 private:
  struct Handles;
  std::unique_ptr<Handles> handles_;
};

}  // namespace fanfare::workers::telegram::bot
