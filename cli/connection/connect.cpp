#include "cli/connection/connect.hpp"

#include <iostream>
#include <memory>

#include "cli/exit_code.hpp"

namespace fanfare::cli {
namespace {

/// Long enough for a broker that is just starting; with what the end takes it stays below the promised five seconds.
constexpr std::chrono::milliseconds kPatience{3'500};

/// Nothing is open that could be lost when a command ends, so its end need not take long.
constexpr std::chrono::milliseconds kCloseTimeout{1'000};

/// Says each loss and return once, however many attempts lie between. Used where the client's callbacks run.
class StateReporter {
 public:
  void operator()(const State& state) {
    if (state.connection == Connection::ready) {
      if (lost_) std::cerr << "connected again\n";
      was_ready_ = true;
      lost_ = false;
    } else if (was_ready_ && !lost_ && state.connection != Connection::closed) {
      std::cerr << "connection lost" << (state.reason.empty() ? "" : ": ") << state.reason << "\n";
      lost_ = true;
    }
  }

 private:
  bool was_ready_ = false;
  bool lost_ = false;
};

}  // namespace

Client connect(const std::string& address, const std::string& command, Waiter& waiter, StateReports reports) {
  ClientOptions options{.address = address, .name = "fanfare-" + command, .close_timeout = kCloseTimeout};
  options.on_state = [&waiter, reports, reporter = std::make_shared<StateReporter>()](const State& state) {
    if (reports == StateReports::kOnStandardError) (*reporter)(state);
    waiter.wake();
  };
  Client client = Client::connect(std::move(options));
  const auto settled = [&client] {
    const Connection connection = client.state().connection;
    return connection == Connection::ready || connection == Connection::refused;
  };
  const WaitEnd end = waiter.wait(Clock::now() + kPatience, settled);
  const State state = client.state();
  if (state.connection == Connection::ready) return client;
  client.close(std::chrono::milliseconds(0));
  if (end == WaitEnd::kSignaled) throw CommandFailure("", kInterrupted);
  if (state.connection == Connection::refused) throw CommandFailure("refused by " + address + ": " + state.reason);
  throw CommandFailure(no_broker_at(address));
}

std::string no_broker_at(const std::string& address) {
  return "no broker at " + address + " – start one with `fanfare up`";
}

}  // namespace fanfare::cli
