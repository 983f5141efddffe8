// What the session tells of groups.
#include "sdk/transport/core.hpp"
#include "sdk/transport/delivered.hpp"
#include "sdk/transport/session_listener.hpp"

namespace fanfare::transport {

void SessionListener::on(session::WorkArrived& arrived) {
  const auto& arrival = arrived.arrival;
  if (!latest_ || latest_->handle() != arrival.handle) latest_ = find(arrival.handle);
  if (!latest_) return;
  held_->keep(arrival.topic);
  Delivery::Run run{.records = arrival.bytes,
                    .topic = arrival.topic.get(),
                    .epoch = arrival.epoch,
                    .attempt = arrived.attempt,
                    .delivered = std::make_shared<Delivered>(core_.weak_from_this(), arrived.work)};
  if (!arrived.begins) {
    waiting_works_.emplace(arrived.work, WaitingWork{held_, latest_, std::move(run)});
    return;
  }
  works_[arrived.work] = run.delivered;
  run.delivered->hand_over(std::move(arrived.run));
  if (!delivery_) delivery_ = std::make_shared<Delivery>(held_);
  delivery_->add(std::move(run), latest_, arrival.data);
}

void SessionListener::on(session::WorkBegun& begun) {
  auto node = waiting_works_.extract(begun.work);
  if (!node) return;
  flush();
  auto& waiting = node.mapped();
  works_[begun.work] = waiting.run.delivered;
  waiting.run.delivered->hand_over(std::move(begun.run));
  auto delivery = std::make_shared<Delivery>(std::move(waiting.held));
  delivery->add(std::move(waiting.run), waiting.registration, 0);
  core_.dispatcher().push([core = core_.shared_from_this(), delivery] { delivery->run(*core); });
}

void SessionListener::on(session::WorkRevoked& revoked) {
  waiting_works_.erase(revoked.work);
  if (const auto node = works_.extract(revoked.work)) {
    if (const auto delivered = node.mapped().lock()) delivered->revoke();
  }
}

void SessionListener::on(session::Settled& settled) {
  const auto node = settlements_.extract(settled.ticket);
  if (!node) return;
  core_.dispatcher().push([told = node.mapped(), error = std::move(settled.error)] { (*told)(error); });
}

void SessionListener::on(session::MembershipFinished& finished) {
  const auto registration = find(finished.handle);
  if (!registration) return;
  registration->refuse(Error(ErrorCode::canceled, "it finished before it had begun"));
  registration->gone();
  forget(finished.handle);
}

void SessionListener::on(session::Managed& managed) {
  const auto node = actions_.extract(managed.ticket);
  if (!node) return;
  if (managed.error) {
    node.mapped()->set_exception(std::make_exception_ptr(*managed.error));
  } else {
    node.mapped()->set_value();
  }
}

}  // namespace fanfare::transport
