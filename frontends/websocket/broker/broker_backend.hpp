#pragma once
// What sessions ask, answered with the services behind the broker. Asked on the I/O thread, its answers come there by
// the handover. What it is given outlives it.

#include <fanfare/client.hpp>

#include <string>

#include "frontends/common/access_tokens.hpp"
#include "frontends/common/conversation_access.hpp"
#include "frontends/common/message_sender.hpp"
#include "frontends/common/services.hpp"
#include "frontends/websocket/broker/handover.hpp"
#include "frontends/websocket/session/ports.hpp"

namespace fanfare::frontends::websocket::broker {

class BrokerBackend final : public session::Backend {
 public:
  struct Parts {
    Client& client;
    common::Services& services;
    common::AccessTokens& tokens;
    common::ConversationAccess& access;
    common::MessageSender& sender;
    Handover& handover;
    std::chrono::milliseconds request_timeout;
  };
  explicit BrokerBackend(const Parts& parts) : parts_(parts) {}

  /// Without the broker all but known tokens is refused at once.
  void set_available(bool available) { available_ = available; }

  void check_token(const std::string& token, session::OnAnswer<session::Identity> done) override;
  void check_member(const std::string& person, const std::string& conversation, session::OnAnswer<void> done) override;
  void publish_typing(const std::string& person, const std::string& conversation,
                      session::OnAnswer<void> done) override;
  void call(const std::string& person, const std::string& method, const std::string& data,
            session::OnAnswer<std::string> done) override;

 private:
  void send_message(const std::string& person, const std::string& data, session::OnAnswer<std::string> done);
  common::AnswerHandler on_io(session::OnAnswer<std::string> done);

  const Parts parts_;
  bool available_ = false;
};

/// A change may name its Idempotency-Key as a member of the data, `idempotency_key`, which is no part of the payload:
/// takes it out. `invalid` when it is none.
[[nodiscard]] common::OrRefusal<void> take_key(common::ServiceRequest& request);

/// As docs/services.md maps it.
[[nodiscard]] protocol::Refusal refusal_of(const common::Refusal& refusal);

}  // namespace fanfare::frontends::websocket::broker
