#pragma once
// Services behind the broker, asked by the SDK. Its answers keep docs/services.md, whatever a worker sends.
// Any thread; the client has to outlive it.

#include <fanfare/client.hpp>

#include "frontends/common/services.hpp"

namespace fanfare::frontends::common {

class BrokerServices final : public Services {
 public:
  explicit BrokerServices(Client& client) : client_(client) {}

  void call(const ServiceRequest& request, AnswerHandler handler) override;

 private:
  Client& client_;
};

/// What the text of a worker's reply says; `internal` when it is not what docs/services.md promises.
[[nodiscard]] Answer read_reply(std::string_view payload);

/// What a request or publish that the broker did not carry to its end means to who asked.
[[nodiscard]] Refusal refusal_of(const Error& error, bool changes_something);

}  // namespace fanfare::frontends::common
