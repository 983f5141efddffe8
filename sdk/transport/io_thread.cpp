#include "sdk/transport/io_thread.hpp"

#include <algorithm>

#include "sdk/transport/desk.hpp"
#include "sdk/transport/id_source.hpp"

namespace fanfare::transport {
namespace {

using Clock = std::chrono::steady_clock;

/// Frames read in one go before anything else has its turn.
constexpr int kFramesPerRound = 16;
constexpr std::chrono::milliseconds kLongestSleep{1'000};
/// Most often something else is sent before that and takes the credit along.
constexpr std::chrono::milliseconds kCreditPatience{20};
/// How long BYE may take to leave.
constexpr std::chrono::milliseconds kFarewell{250};

session::Settings settings_of(const ClientOptions& options) {
  return {.name = options.name,
          .address = options.address,
          .software = "fanfare-sdk/0.1",
          .connect_timeout = options.connect_timeout,
          .receive_window = options.receive_window};
}

}  // namespace

IoThread::IoThread(Core& core)
    : core_(core), listener_(core), session_(settings_of(core.options()), listener_), now_(Clock::now()) {}

std::size_t IoThread::run() {
  while (true) {
    now_ = Clock::now();
    bool worked = receive();
    worked |= take_calls();
    session_.handled(core_.handled());
    session_.tick(now_);
    keep_connected();
    worked |= send(false);
    listener_.flush();
    if (session_.finished()) break;
    if (!worked) sleep();
  }
  if (connection_) connection_->linger(kFarewell);
  wind_up();
  return listener_.failures_since_close();
}

void IoThread::keep_connected() {
  if (connection_) {
    if (const auto loss = connection_->loss()) {
      // What was received before the end still counts: it may say why.
      while (receive()) {
      }
      if (loss->code() == ErrorCode::bad_credentials) {
        session_.refuse(*loss);
      } else {
        session_.lost(now_, *loss);
      }
    }
  }
  if (connection_ && !session_.has_connection() && !session_.finished()) connection_.reset();
  if (!session_.wants_connection()) return;
  try {
    connection_ = std::make_unique<DealerConnection>(context_, core_.options().address);
    session_.opened(now_, fresh_chance());
  } catch (const Error& error) {
    session_.refuse(error);
  } catch (const zmq::error_t& error) {
    session_.lost(now_, Error(ErrorCode::unreachable, error.what()));
  }
}

bool IoThread::receive() {
  bool any = false;
  for (int i = 0; connection_ && i < kFramesPerRound; ++i) {
    // A frame that no handler got is used again.
    if (!held_ || held_.use_count() > 1) held_ = std::make_shared<HeldFrame>();
    held_->names.clear();
    if (!connection_->receive(held_->frame)) break;
    any = true;
    listener_.begin_frame(held_);
    session_.received(held_->frame.to_string_view(), now_);
    listener_.flush();
    listener_.begin_frame(nullptr);
  }
  return any;
}

bool IoThread::take_calls() {
  core_.intake().take(load_);
  return run_load();
}

bool IoThread::run_load() {
  // Publishes first: a close() behind them has to see them. What else is called overtakes them in the frame anyway.
  const bool any = !load_.batches.empty() || !load_.calls.empty();
  for (auto& batch : load_.batches) {
    listener_.expect(batch);
    session_.publish({batch, &batch->publishes});
  }
  load_.batches.clear();
  Desk desk{session_, listener_, now_};
  for (auto& call : load_.calls) call(desk);
  load_.calls.clear();
  return any;
}

bool IoThread::send(bool idle) {
  bool any = false;
  while (connection_ && session_.next_frame(frame_, now_, idle)) {
    any = true;
    if (!connection_->send(frame_)) session_.lost(now_, Error(ErrorCode::unreachable, "the connection was lost"));
  }
  return any;
}

bool IoThread::send_before_sleep() {
  const auto handled = core_.handled();
  session_.handled(handled);
  if (!session_.owes_credit()) {
    credit_at_ = session::kNever;
  } else if (credit_at_ == session::kNever) {
    credit_at_ = now_ + kCreditPatience;
  }
  const bool is_time = now_ >= credit_at_ || session_.drains();
  const bool any = send(is_time);
  if (is_time) credit_at_ = session::kNever;
  // What handlers are still at is told when they are done, unless they were done just before this was asked for.
  const bool wanted = is_time && session_.owes_credit();
  core_.want_handled(wanted);
  if (wanted && core_.handled() != handled) credit_at_ = now_ + kCreditPatience;
  return any;
}

void IoThread::sleep() {
  if (send_before_sleep()) listener_.flush();
  if (!core_.intake().sleep()) return;
  const auto until = std::min({session_.next_deadline(), credit_at_, now_ + kLongestSleep});
  const auto timeout = std::chrono::ceil<std::chrono::milliseconds>(std::max(until - Clock::now(), Clock::duration(0)));
  if (connection_) {
    connection_->wait(core_.intake().descriptor(), timeout);
  } else {
    core_.intake().wait(timeout);
  }
  core_.intake().awake();
}

void IoThread::wind_up() {
  core_.intake().close(load_);
  (void)run_load();
  listener_.close();
}

}  // namespace fanfare::transport
