#include "sdk/transport/delivered.hpp"

#include <utility>

#include "sdk/transport/core.hpp"
#include "sdk/transport/desk.hpp"

namespace fanfare::transport {

Delivered::~Delivered() {
  if (settled_) return;
  if (begun_) {
    settle({.kind = session::Verdict::Kind::failed, .reason = "the handler let go of it without settling it"}, {});
  } else if (const auto core = core_.lock(); core && handed_over_) {
    core->call([work = work_](Desk& desk) {
      desk.session.skip(work);
      desk.listener.forget_work(work);
    });
  }
}

void Delivered::hand_over(std::shared_ptr<session::Run> run) {
  handed_over_ = true;
  run_ = std::move(run);
}

bool Delivered::begin() {
  if (revoked_ || (run_ && run_->broken)) return false;
  const auto core = core_.lock();
  if (core && !core->connected()) {
    settle({.kind = session::Verdict::Kind::deferred, .delay = {}, .reason = {}}, {});
    return false;
  }
  return begun_ = true;
}

void Delivered::settle(session::Verdict verdict, Settler::Settled settled) {
  const auto core = core_.lock();
  if (!core) {
    if (settled) settled(Error(ErrorCode::closed));
    return;
  }
  if (settled_.exchange(true)) return core->tell(std::move(settled), Error(ErrorCode::stale, "it was settled before"));
  if (verdict.back() && run_) run_->broken = true;
  core->settle(work_, std::move(verdict), std::move(settled));
}

void Delivered::progress() {
  if (settled_ || revoked_) return;
  if (const auto core = core_.lock()) core->call([work = work_](Desk& desk) { desk.session.progress(work); });
}

}  // namespace fanfare::transport
