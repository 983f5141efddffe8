#include "sdk/transport/exchange.hpp"

#include <algorithm>
#include <utility>

#include "protocol/header_map.hpp"
#include "protocol/limits.hpp"
#include "sdk/session/failure_reply.hpp"
#include "sdk/transport/core.hpp"
#include "sdk/transport/desk.hpp"
#include "sdk/transport/encoding.hpp"

namespace fanfare::transport {
namespace {

/// The broker takes a request back whose caller takes no part for its timeout. A member whose broker is gone hears of
/// nothing: this long it waits for room.
constexpr std::chrono::minutes kLongestPatience{1};

}  // namespace

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

bool Exchange::part(const Reply& part) {
  if (const auto refusal = refusal_of(part.headers)) {
    fail("the headers of a part of the reply", *refusal);
    return false;
  }
  auto headers = protocol::encode_headers(part.headers);
  const auto size = headers.size() + part.payload.size();
  const auto core = core_.lock();
  if (!core) return false;

  std::unique_lock lock(mutex_);
  const auto has_room = [&] { return sent_ == passed_ || sent_ - passed_ + size <= protocol::kPartsInFlight; };
  const auto deadline =
      std::chrono::steady_clock::now() + std::max<std::chrono::milliseconds>(patience_, kLongestPatience);
  const bool in_time = changed_.wait_until(lock, deadline, [&] { return canceled_ || answered_ || has_room(); });
  if (!in_time) canceled_ = true;
  if (canceled_ || answered_) return false;
  sent_ += size;
  lock.unlock();
  return core->call([id = id_, headers = std::move(headers), payload = part.payload](Desk& desk) {
    desk.session.part(id, headers, payload);
  });
}

void Exchange::send(std::string headers, std::string payload, bool failed) {
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(answered_, true) || canceled_) return;
  }
  changed_.notify_all();
  const auto core = core_.lock();
  if (!core) return;
  core->call([id = id_, headers = std::move(headers), payload = std::move(payload), failed](Desk& desk) {
    desk.session.reply(id, headers, payload, failed);
    desk.listener.forget_exchange(id);
  });
}

bool Exchange::canceled() const {
  const std::lock_guard lock(mutex_);
  return canceled_;
}

void Exchange::cancel() {
  {
    const std::lock_guard lock(mutex_);
    canceled_ = true;
  }
  changed_.notify_all();
}

void Exchange::passed(std::uint64_t bytes) {
  {
    const std::lock_guard lock(mutex_);
    passed_ = bytes;
  }
  changed_.notify_all();
}

}  // namespace fanfare::transport
