#include "sdk/transport/exchange.hpp"

#include "protocol/header_map.hpp"
#include "sdk/session/failure_reply.hpp"
#include "sdk/transport/core.hpp"
#include "sdk/transport/desk.hpp"
#include "sdk/transport/encoding.hpp"

namespace fanfare::transport {

Exchange::~Exchange() {
  if (!answered_ && !canceled_) {
    fail("the service let go of the request without answering it", ErrorCode::service_failed);
  }
}

void Exchange::reply(const Reply& reply) {
  if (const auto refusal = refusal_of(reply.headers)) return fail("the reply's headers", *refusal);
  send(protocol::encode_headers(reply.headers), reply.payload, false);
}

void Exchange::fail(std::string_view text, ErrorCode code) {
  send(session::failure_headers(code), std::string(text), true);
}

void Exchange::send(std::string headers, std::string payload, bool failed) {
  if (answered_.exchange(true) || canceled_) return;
  const auto core = core_.lock();
  if (!core) return;
  core->call([id = id_, headers = std::move(headers), payload = std::move(payload), failed](Desk& desk) {
    desk.session.reply(id, headers, payload, failed);
    desk.listener.forget_exchange(id);
  });
}

}  // namespace fanfare::transport
