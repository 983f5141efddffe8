#pragma once
// What a request has to pass before its route sees it: the page's origin, the client's rate, the form of the body, the
// access token. Owned by HttpService; it outlives the routes that were wrapped by it. Any thread.

#include <functional>
#include <mutex>
#include <optional>

#include "frontends/common/rate_limiter.hpp"
#include "frontends/http/api/backend.hpp"
#include "frontends/http/routing/router.hpp"

namespace fanfare::frontends::http {

/// Requests per client. Trying passwords and making accounts is slow work for people and should be for programs.
struct Rates {
  common::RateLimiter::Limits ordinary{.per_second = 50, .burst = 200};
  common::RateLimiter::Limits credentials{.per_second = 0.5, .burst = 30};
};

class Gate {
 public:
  using PersonHandler = std::function<Reply(const Request&, const common::Identity&)>;

  Gate(const Backend& backend, const Rates& rates)
      : backend_(backend), ordinary_(rates.ordinary), credentials_(rates.credentials) {}

  /// For whoever asks.
  [[nodiscard]] Handler anybody(Handler handler);
  /// The same at the rate for passwords and new accounts.
  [[nodiscard]] Handler with_credentials(Handler handler);
  /// For somebody logged in; who it is comes from the token, whatever else the request says.
  [[nodiscard]] Handler person(PersonHandler handler);

 private:
  std::optional<Reply> refuse(const Request& request, common::RateLimiter& rate);

  const Backend& backend_;
  std::mutex mutex_;  // guards the limiters
  common::RateLimiter ordinary_;
  common::RateLimiter credentials_;
};

}  // namespace fanfare::frontends::http
