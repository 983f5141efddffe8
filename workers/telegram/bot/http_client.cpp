#include "workers/telegram/bot/http_client.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <cassert>
#include <new>
#include <optional>
#include <thread>
#include <utility>

#include "runtime/version.hpp"

// A request that libcurl writes on a kept connection which turns out to be dead is written once more on another one,
// by itself. The first may have been read, though: somebody would be told twice. So the callback before each writing
// counts, and lets the second pass only where the request is repeatable.
//
// The multi interface instead of curl_easy_perform(), because another thread can wake it up.

namespace fanfare::workers::telegram::bot {
namespace {

using namespace std::chrono_literals;
using FailureKind = HttpFailure::Kind;

constexpr std::size_t kMostHeaderBytes = 64U << 10U;
constexpr std::chrono::milliseconds kLongestConnect = 10s;
constexpr std::chrono::milliseconds kLongestPoll = 1s;
/// Servers close what is idle for a minute or so: what is closed just when it is used again is a request in doubt.
constexpr std::chrono::seconds kLongestIdle = 30s;

/// What the callbacks of one request share.
struct Exchange {
  const HttpRequest& request;
  std::string body = {};
  std::size_t header_bytes = 0;
  bool is_written = false;
  bool is_too_large = false;
};

std::size_t take_body(const char* data, std::size_t, std::size_t size, void* user) {
  auto& exchange = *static_cast<Exchange*>(user);
  exchange.is_too_large = size > exchange.request.most_bytes - exchange.body.size();
  if (exchange.is_too_large) return 0;
  exchange.body.append(data, size);
  return size;
}

std::size_t take_header(const char*, std::size_t, std::size_t size, void* user) {
  auto& exchange = *static_cast<Exchange*>(user);
  exchange.header_bytes += size;
  exchange.is_too_large = exchange.header_bytes > kMostHeaderBytes;
  return exchange.is_too_large ? 0 : size;
}

int before_writing(void* user, char*, char*, int, int) {
  auto& exchange = *static_cast<Exchange*>(user);
  if (exchange.is_written && !exchange.request.is_repeatable) return CURL_PREREQFUNC_ABORT;
  exchange.is_written = true;
  return CURL_PREREQFUNC_OK;
}

FailureKind kind_of(CURLcode code, const Exchange& exchange) {
  if (exchange.is_too_large) return FailureKind::kTooLarge;
  if (code == CURLE_OPERATION_TIMEDOUT) return FailureKind::kTimeout;
  if (exchange.is_written) return FailureKind::kCut;
  const bool is_unusable = code == CURLE_URL_MALFORMAT || code == CURLE_UNSUPPORTED_PROTOCOL;
  return is_unusable ? FailureKind::kUnusable : FailureKind::kUnreachable;
}

HttpFailure failure(FailureKind kind, const Exchange& exchange, std::string reason) {
  return {kind, exchange.is_written, std::move(reason)};
}

/// libcurl's own words for the code. Its longer ones may quote the URL.
HttpFailure failure_of(CURLcode code, const Exchange& exchange) {
  const FailureKind kind = kind_of(code, exchange);
  if (kind == FailureKind::kTooLarge) return failure(kind, exchange, "the answer is too large");
  if (kind == FailureKind::kCut && code == CURLE_ABORTED_BY_CALLBACK) {
    return failure(kind, exchange, "the connection was closed before the answer");
  }
  return failure(kind, exchange, curl_easy_strerror(code));
}

}  // namespace

struct HttpClient::Handles {
  explicit Handles(std::string proxy_) : proxy(std::move(proxy_)) {
    static const CURLcode initialised = curl_global_init(CURL_GLOBAL_DEFAULT);
    multi = curl_multi_init();
    easy = curl_easy_init();
    headers = curl_slist_append(nullptr, "Content-Type: application/json");
    if (initialised != CURLE_OK || multi == nullptr || easy == nullptr || headers == nullptr) {
      release();
      throw std::bad_alloc();  // libcurl has no other reason here
    }
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, 1L);
  }
  ~Handles() { release(); }
  Handles(const Handles&) = delete;
  Handles& operator=(const Handles&) = delete;

  void release() {
    if (easy != nullptr) curl_easy_cleanup(easy);
    if (multi != nullptr) curl_multi_cleanup(multi);
    curl_slist_free_all(headers);
  }

  void prepare(const HttpRequest& request, Exchange& exchange, std::chrono::milliseconds remaining) const;
  std::optional<HttpFailure> run(const Exchange& exchange, Deadline deadline, const std::stop_token& stop) const;
  [[nodiscard]] HttpAnswer answer(Exchange& exchange) const;

  std::string proxy;
  CURLM* multi = nullptr;
  CURL* easy = nullptr;
  curl_slist* headers = nullptr;
  std::thread::id owner;
};

void HttpClient::Handles::prepare(const HttpRequest& request, Exchange& exchange,
                                  std::chrono::milliseconds remaining) const {
  const auto set = [this](CURLoption option, auto value) {
    [[maybe_unused]] const CURLcode code = curl_easy_setopt(easy, option, value);
    assert(code == CURLE_OK);
  };
  curl_easy_reset(easy);  // the connection stays
  set(CURLOPT_URL, request.url.c_str());
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  set(CURLOPT_PROXY, proxy.c_str());  // the empty text turns the environment's off
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_QUICK_EXIT, 1L);  // who stops does not wait for a name server
  set(CURLOPT_TCP_KEEPALIVE, 1L);
  set(CURLOPT_MAXAGE_CONN, static_cast<long>(kLongestIdle.count()));
  set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(std::min(kLongestConnect, remaining).count()));
  set(CURLOPT_USERAGENT, "fanfare");
  set(CURLOPT_HTTPHEADER, headers);
  set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.json.size()));
  set(CURLOPT_POSTFIELDS, request.json.data());
  set(CURLOPT_WRITEFUNCTION, &take_body);
  set(CURLOPT_WRITEDATA, static_cast<void*>(&exchange));
  set(CURLOPT_HEADERFUNCTION, &take_header);
  set(CURLOPT_HEADERDATA, static_cast<void*>(&exchange));
  set(CURLOPT_PREREQFUNCTION, &before_writing);
  set(CURLOPT_PREREQDATA, static_cast<void*>(&exchange));
}

/// Nothing when the answer is there.
std::optional<HttpFailure> HttpClient::Handles::run(const Exchange& exchange, Deadline deadline,
                                                    const std::stop_token& stop) const {
  int running = 1;
  while (true) {
    curl_multi_perform(multi, &running);
    if (running == 0) break;
    if (stop.stop_requested()) return failure(FailureKind::kStopped, exchange, "stopped");
    const auto remaining = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (remaining <= 0ms) return failure(FailureKind::kTimeout, exchange, "no answer in time");
    curl_multi_poll(multi, nullptr, 0, static_cast<int>(std::min(remaining, kLongestPoll).count()), nullptr);
  }
  int left = 0;
  const CURLMsg* message = curl_multi_info_read(multi, &left);
  const CURLcode code = message == nullptr ? CURLE_FAILED_INIT : message->data.result;
  if (code != CURLE_OK) return failure_of(code, exchange);
  return std::nullopt;
}

HttpAnswer HttpClient::Handles::answer(Exchange& exchange) const {
  long status = 0;
  curl_off_t retry_after = 0;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(easy, CURLINFO_RETRY_AFTER, &retry_after);
  return {static_cast<int>(status), std::move(exchange.body), std::chrono::seconds(retry_after)};
}

HttpClient::HttpClient(std::string proxy) : handles_(std::make_unique<Handles>(std::move(proxy))) {}

HttpClient::~HttpClient() = default;

HttpResult HttpClient::post(const HttpRequest& request, Deadline deadline, const std::stop_token& stop) {
  if (handles_->owner == std::thread::id()) handles_->owner = std::this_thread::get_id();
  assert(handles_->owner == std::this_thread::get_id());

  Exchange exchange{request};
  const auto remaining = std::chrono::floor<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
  if (stop.stop_requested()) return failure(FailureKind::kStopped, exchange, "stopped");
  if (remaining <= 0ms) return failure(FailureKind::kTimeout, exchange, "no time left");
  handles_->prepare(request, exchange, remaining);

  const std::stop_callback wake(stop, [multi = handles_->multi] { curl_multi_wakeup(multi); });
  curl_multi_add_handle(handles_->multi, handles_->easy);
  auto failed = handles_->run(exchange, deadline, stop);
  curl_multi_remove_handle(handles_->multi, handles_->easy);  // closes the connection of what is not finished
  if (failed) return std::move(*failed);
  return handles_->answer(exchange);
}

}  // namespace fanfare::workers::telegram::bot
