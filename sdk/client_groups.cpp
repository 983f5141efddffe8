// What is said of deliveries, and what operators do to groups.
#include <algorithm>
#include <fanfare/client.hpp>
#include <limits>
#include <utility>

#include "protocol/topic.hpp"
#include "sdk/transport/core.hpp"
#include "sdk/transport/delivered.hpp"

namespace fanfare {
namespace {

using session::Verdict;

/// Longer waits are this long.
constexpr std::chrono::hours kLongestWait{24};

std::optional<Error> refusal_of(const GroupAction& action) {
  if (!protocol::is_name(action.group)) return Error(ErrorCode::bad_name, "of a group");
  if (action.kind == GroupAction::Kind::reset && action.from.kind() == From::Kind::time) {
    return Error(ErrorCode::not_supported, "a group begins at all, now, after or at");
  }
  if (action.dead_letters.size() > std::numeric_limits<std::uint16_t>::max()) {
    return Error(ErrorCode::frame_too_large, "at most 65535 dead letters at once");
  }
  return std::nullopt;
}

}  // namespace

std::future<void> Client::manage(const GroupAction& action, std::chrono::milliseconds timeout) {
  if (const auto error = refusal_of(action)) {
    std::promise<void> refused;
    refused.set_exception(std::make_exception_ptr(*error));
    return refused.get_future();
  }
  return core_->manage(
      {.action = static_cast<protocol::ManageAction>(action.kind),
       .from = static_cast<protocol::From>(action.from.kind()),
       .position = action.from.position(),
       .group = action.group,
       .sequences = action.dead_letters,
       .deadline = std::chrono::steady_clock::now() + std::min<std::chrono::milliseconds>(timeout, kLongestWait)});
}

Settler::Settler(std::shared_ptr<transport::Delivered> delivered) : delivered_(std::move(delivered)) {}

void Settler::ack(Settled settled) { delivered_->settle({}, std::move(settled)); }

void Settler::fail(std::string_view reason, std::optional<std::chrono::milliseconds> delay, Settled settled) {
  // 0 is the group's back-off.
  const auto wait = delay ? std::max(*delay, std::chrono::milliseconds(1)) : std::chrono::milliseconds(0);
  delivered_->settle({.kind = Verdict::Kind::failed, .delay = wait, .reason = std::string(reason)}, std::move(settled));
}

void Settler::defer(std::chrono::milliseconds delay, Settled settled) {
  delivered_->settle({.kind = Verdict::Kind::deferred, .delay = delay, .reason = {}}, std::move(settled));
}

void Settler::progress() { delivered_->progress(); }

bool Settler::revoked() const { return delivered_->revoked(); }

}  // namespace fanfare
