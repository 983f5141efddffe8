#include "sdk/transport/registration.hpp"

#include "sdk/transport/core.hpp"

namespace fanfare::transport {
namespace {

constexpr std::chrono::seconds kHandlerPatience{10};

}  // namespace

Registration::Registration(std::weak_ptr<Core> core, protocol::Handle handle, Handler handler)
    : core_(std::move(core)), handle_(handle), handler_(std::move(handler)) {}

void Registration::end() {
  const bool was_active = active_.exchange(false, std::memory_order_seq_cst);
  const auto core = core_.lock();
  if (!core) return;
  if (was_active && std::holds_alternative<Client::AsyncWorkHandler>(handler_)) return end_membership(*core);
  if (was_active) core->forget(handle_);
  core->dispatcher().wait_for(this, std::chrono::steady_clock::now() + kHandlerPatience);
}

bool Registration::finish(std::chrono::milliseconds timeout) {
  const auto now = std::chrono::steady_clock::now();
  const auto deadline = now + timeout;
  const auto core = core_.lock();
  if (!core || !active() || !core->finish(handle_)) return true;
  const bool in_handler = core->dispatcher().on_this_thread();  // what it is at can't be settled while it waits here
  if (gone_.wait_until(in_handler ? now : deadline) != std::future_status::ready) return false;
  active_.store(false, std::memory_order_seq_cst);
  core->dispatcher().wait_for(this, deadline);
  return true;
}

void Registration::handle_presence(const PresenceNews::Item& item) const {
  if (!item.complete) {
    std::get<Client::PresenceHandler>(handler_)({.key = item.key, .state = item.after});
  } else if (on_complete) {
    on_complete(item.settling);
  }
}

void Registration::end_membership(Core& core) {
  // What the running handler says of its message goes to the broker before LEAVE.
  if (core.dispatcher().on_this_thread()) {
    const auto leave = [weak = core_, handle = handle_] {
      if (const auto alive = weak.lock()) alive->forget(handle);
    };
    if (!core.dispatcher().push(leave)) leave();
    return;
  }
  core.dispatcher().wait_for(this, std::chrono::steady_clock::now() + kHandlerPatience);
  core.forget(handle_);
}

void Registration::acknowledge() {
  if (!std::exchange(answered_, true)) promise_.set_value();
}

void Registration::refuse(const Error& error) {
  if (!std::exchange(answered_, true)) promise_.set_exception(std::make_exception_ptr(error));
}

void Registration::gone() {
  if (!std::exchange(is_gone_, true)) gone_promise_.set_value();
}

}  // namespace fanfare::transport
