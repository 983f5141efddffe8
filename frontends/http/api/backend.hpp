#pragma once
// What the routes need from behind this process, as three ports, so that they can be tested without a broker.
// Filled by HttpService from frontends/common/; called on any of the server's threads.

#include <functional>
#include <string_view>

#include "frontends/common/access_tokens.hpp"
#include "frontends/common/message_content.hpp"
#include "frontends/common/services.hpp"

namespace fanfare::frontends::http {

struct Backend {
  common::Services& services;
  std::function<common::OrRefusal<common::Identity>(std::string_view token)> identify;
  std::function<void(const common::OutgoingMessage&, common::AnswerHandler)> send_message;
};

}  // namespace fanfare::frontends::http
