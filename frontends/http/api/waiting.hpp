#pragma once
// A route waits for its answer: the server has threads for that (Lane::kService). Blocks up to the deadline and a
// little more, whatever the other side does; a late answer is dropped.

#include <chrono>
#include <functional>

#include "frontends/common/services.hpp"

namespace fanfare::frontends::http {

[[nodiscard]] common::Answer ask(common::Services& services, const common::ServiceRequest& request);

/// `begin` starts something that answers once. Without an answer in time it may have been done.
[[nodiscard]] common::Answer wait_for(std::chrono::milliseconds timeout,
                                      const std::function<void(common::AnswerHandler)>& begin);

}  // namespace fanfare::frontends::http
