#include "sdk/transport/core.hpp"

#include <algorithm>

#include "sdk/transport/desk.hpp"
#include "sdk/transport/io_thread.hpp"

namespace fanfare::transport {
namespace {

/// The I/O thread keeps the deadline itself; this is what it may be late.
constexpr std::chrono::seconds kClosingSlack{2};

/// Credit is given back in pieces of this size, or of a quarter of a smaller window.
constexpr std::size_t kWorthWaking = 64U << 10U;

}  // namespace

Core::Core(ClientOptions options)
    : options_(std::move(options)),
      in_flight_(options_.max_in_flight_bytes),
      dispatcher_(std::make_shared<Dispatcher>(options_.executor, options_.on_handler_error)) {}

Core::~Core() {
  if (io_thread_.joinable()) io_thread_.detach();  // the last to hold this is that thread itself
}

void Core::start() {
  dispatcher_->start();
  io_thread_ = std::thread([core = shared_from_this()] {
    std::size_t left_open = 0;
    {
      IoThread io(*core);
      left_open = io.run();
    }
    core->ended_.set_value(left_open);
  });
}

bool Core::close(std::chrono::milliseconds timeout) {
  if (closing_.exchange(true)) return true;
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  in_flight_.close();
  auto ended = ended_.get_future();
  call([deadline](Desk& desk) { desk.session.close(desk.now, deadline); });
  bool clean = false;
  if (ended.wait_until(deadline + kClosingSlack) == std::future_status::ready) {
    clean = ended.get() == 0;
    io_thread_.join();
  } else {
    io_thread_.detach();
  }
  dispatcher_->stop(deadline);
  return clean;
}

void Core::add(const std::shared_ptr<Registration>& registration, session::Registration wanted) {
  const bool accepted = call([registration, wanted = std::move(wanted)](Desk& desk) {
    desk.listener.add(registration);
    desk.session.add(registration->handle(), wanted);
  });
  if (!accepted) registration->refuse(Error(ErrorCode::closed));
}

void Core::forget(protocol::Handle handle) {
  call([handle](Desk& desk) {
    desk.session.remove(handle);
    desk.listener.forget(handle);
  });
}

std::future<std::vector<Headers>> Core::query(QueryKind kind, std::chrono::milliseconds timeout) {
  auto rows = std::make_shared<std::promise<std::vector<Headers>>>();
  auto future = rows->get_future();
  const auto ticket = ++last_ticket_;
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  const bool accepted = call([=](Desk& desk) {
    desk.listener.expect(ticket, rows);
    desk.session.query(ticket, static_cast<protocol::QueryKind>(kind), deadline);
  });
  if (!accepted) rows->set_exception(std::make_exception_ptr(Error(ErrorCode::closed)));
  return future;
}

void Core::handled(session::DataIndex index, std::size_t size) {
  handled_ = std::max(handled_.load(), index);
  handled_untold_ += size;
  const bool wanted = handled_wanted_ && dispatcher_->idle();
  if (handled_untold_ < std::min(kWorthWaking, options_.receive_window / 4) && !wanted) return;
  handled_untold_ = 0;
  intake_.wake();
}

void Core::run_callback(Dispatcher::Work work) {
  if (!dispatcher_->push(work)) dispatcher_->guard(work);
}

}  // namespace fanfare::transport
