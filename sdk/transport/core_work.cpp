// What is said of deliveries, and what operators do to groups.
#include "sdk/transport/core.hpp"
#include "sdk/transport/desk.hpp"
#include "sdk/transport/encoding.hpp"

namespace fanfare::transport {

void Core::settle(session::WorkId work, session::Verdict verdict, Settler::Settled settled) {
  const session::Ticket ticket = settled ? ++last_ticket_ : 0;
  const auto shared = std::make_shared<Settler::Settled>(std::move(settled));
  const bool accepted = call([work, ticket, shared, verdict = std::move(verdict)](Desk& desk) {
    if (ticket != 0) desk.listener.expect(ticket, shared);
    desk.session.settle(work, ticket, verdict);
    desk.listener.forget_work(work);
  });
  if (!accepted) tell(std::move(*shared), Error(ErrorCode::closed));
}

bool Core::finish(protocol::Handle handle) {
  return call([handle](Desk& desk) { desk.session.finish_membership(handle); });
}

void Core::tell(Settler::Settled settled, const Error& error) {
  if (settled) run_callback([settled = std::move(settled), error] { settled(error); });
}

std::future<void> Core::manage(session::OpenAction action) {
  auto promise = std::make_shared<std::promise<void>>();
  auto future = promise->get_future();
  const auto ticket = ++last_ticket_;
  const bool accepted = call([ticket, promise, action = std::move(action)](Desk& desk) {
    desk.listener.expect(ticket, promise);
    desk.session.manage(ticket, action);
  });
  if (!accepted) promise->set_exception(std::make_exception_ptr(Error(ErrorCode::closed)));
  return future;
}

}  // namespace fanfare::transport
