#include "sdk/transport/core.hpp"
#include "sdk/transport/desk.hpp"
#include "sdk/transport/encoding.hpp"

namespace fanfare::transport {

void Core::fetch(session::OpenFetch wanted, FetchCompletion target) {
  if (wanted.pattern.size() > kShort) {
    return fail(target, Error(ErrorCode::bad_pattern, std::string_view(wanted.pattern).substr(0, kShort)));
  }
  wanted.to_handler = std::holds_alternative<Client::FetchHandler>(target);
  const auto ticket = ++last_ticket_;
  const auto shared = std::make_shared<FetchCompletion>(std::move(target));
  const bool accepted = call([ticket, shared, wanted = std::move(wanted)](Desk& desk) {
    desk.listener.expect(ticket, shared);
    desk.session.fetch(ticket, wanted);
  });
  if (!accepted) fail(*shared, Error(ErrorCode::closed));
}

void Core::fail(FetchCompletion& target, const Error& error) {
  if (auto* promise = std::get_if<std::promise<Fetched>>(&target)) {
    promise->set_exception(std::make_exception_ptr(error));
  } else {
    run_callback([handler = std::move(std::get<Client::FetchHandler>(target)), error] { handler(error); });
  }
}

}  // namespace fanfare::transport
