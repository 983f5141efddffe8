#pragma once
// The port to everything that works behind the front-ends: a request to a service, for a person. Implemented by
// BrokerServices; tests answer by themselves. Any thread.

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include "frontends/common/refusal.hpp"

namespace fanfare::frontends::common {

/// The text of the JSON object in `{"ok": …}`, unread.
using Answer = OrRefusal<std::string>;
using AnswerHandler = std::function<void(const Answer&)>;

struct ServiceRequest {
  std::string topic;    ///< `conversations.list`
  std::string payload;  ///< a JSON object
  std::string actor;    ///< the person it is made for; empty: nobody
  std::chrono::milliseconds timeout{5'000};
  bool changes_something = false;    ///< without an answer in time it may have been done: `outcome_unknown`
  std::string idempotency_key = {};  ///< the service does it once per key; empty: none
  bool is_idempotent = false;        ///< done twice it is as if done once: it needs no key
};

class Services {
 public:
  virtual ~Services() = default;

  /// Returns at once. The handler runs once, on the SDK's dispatcher thread (or here, when it fails at once): it hands
  /// over what takes long.
  virtual void call(const ServiceRequest& request, AnswerHandler handler) = 0;
};

}  // namespace fanfare::frontends::common
