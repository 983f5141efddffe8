// Reading stored messages: what the options mean to the session.
#include <algorithm>
#include <fanfare/client.hpp>
#include <utility>

#include "sdk/transport/core.hpp"
#include "sdk/transport/encoding.hpp"

namespace fanfare {
namespace {

/// Longer waits are this long.
constexpr std::chrono::hours kLongest{24};

session::OpenFetch wanted_by(std::string_view pattern, const FetchOptions& options, std::chrono::milliseconds timeout) {
  return {.pattern = std::string(pattern.substr(0, transport::kShort + 1)),
          .from = static_cast<protocol::From>(options.from.kind()),
          .start = options.from.position(),
          .time = options.from.timestamp().time_since_epoch().count(),
          .max_count = options.max_count,
          .max_bytes = options.max_bytes,
          .deadline = std::chrono::steady_clock::now() + std::min<std::chrono::milliseconds>(timeout, kLongest)};
}

}  // namespace

std::future<Fetched> Client::fetch(std::string_view pattern, const FetchOptions& options,
                                   std::chrono::milliseconds timeout) {
  std::promise<Fetched> promise;
  auto future = promise.get_future();
  core_->fetch(wanted_by(pattern, options, timeout), std::move(promise));
  return future;
}

void Client::fetch(std::string_view pattern, const FetchOptions& options, std::chrono::milliseconds timeout,
                   FetchHandler handler) {
  core_->fetch(wanted_by(pattern, options, timeout), std::move(handler));
}

}  // namespace fanfare
