#pragma once
// The presence watch of one command: prints who comes and goes, until enough has been printed.
// Used on the main thread; changes come on the client's, which it has to outlive (until end()).

#include <fanfare/client.hpp>

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

#include "cli/output/line_writer.hpp"
#include "cli/waiter.hpp"

namespace fanfare::cli {

struct WatchPresenceOptions {
  std::string pattern;
  bool json = false;
  std::uint64_t count = 0;  ///< 0: without end
};

class Watching {
 public:
  Watching(const WatchPresenceOptions& options, Waiter& waiter, LineWriter& out)
      : options_(options), waiter_(waiter), out_(out) {}

  /// Returns when the broker watches, which it says on standard error. Throws what it refuses, or CommandFailure.
  void begin(Client& client);

  /// Waits for the end: kHappened by count or by a reader that left. Throws if the broker ended the watch.
  WaitEnd wait();

  /// No change is printed afterwards.
  void end() { watch_.reset(); }

 private:
  void on_change(const PresenceChange& change);
  void on_complete(bool settling);
  void on_error(const Error& error);
  bool is_over();

  const WatchPresenceOptions& options_;
  Waiter& waiter_;
  LineWriter& out_;
  std::mutex mutex_;
  std::uint64_t printed_ = 0;     // guarded by mutex_
  bool complete_ = false;         // guarded by mutex_; everything that is online was printed
  std::optional<bool> settling_;  // guarded by mutex_; as it was said
  std::optional<Error> error_;    // guarded by mutex_
  std::optional<PresenceWatch> watch_;
};

}  // namespace fanfare::cli
