#pragma once
// What `fanfare join` does with the messages of its group: shows each, or runs a command for each, and says what became
// of it. Used on the main thread; messages come on the client's, which it has to outlive, commands run on the pool's.
// Promise: a message counts as done only when its line is written or its command has exited with 0.

#include <fanfare/client.hpp>

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include "cli/exec/worker_pool.hpp"
#include "cli/output/line_writer.hpp"
#include "cli/waiter.hpp"
#include "cli/work/hands.hpp"

namespace fanfare::cli {

struct WorkOptions {
  std::string group;
  std::string pattern;  ///< empty: only elects
  std::string command;  ///< empty: shows the messages
  std::string server;   ///< the broker's address, for what the command runs
  bool json = false;
  std::uint64_t count = 0;  ///< 0: without end
  std::size_t max_output = 1U << 20U;
  JoinOptions join;
};

class Working {
 public:
  Working(const WorkOptions& options, Waiter& waiter, LineWriter& out);

  /// Returns when the broker has the membership. Throws what it refuses, or CommandFailure.
  void begin(Client& client);

  /// Until enough is done, nobody reads any more or a signal comes. Throws if the broker ended the membership.
  WaitEnd wait();

  /// Takes nothing new, waits for what runs, but not for ever, and leaves. Says what was not finished.
  void end();

 private:
  void on_work(const Work& work, Settler settler);
  void on_role(const Role& role);
  void on_error(const Error& error);
  void show(const Work& work, Hands::Id id);
  void run_command(const Work& work, Hands::Id id, const std::stop_token& stop);
  WaitEnd attend(Clock::time_point deadline, const std::function<bool()>& done);
  bool is_over();

  const WorkOptions& options_;
  Waiter& waiter_;
  LineWriter& out_;
  const bool escapes_;
  std::chrono::milliseconds ack_wait_;
  std::shared_ptr<Hands> hands_;
  std::atomic<std::uint64_t> term_ = 0;  ///< of an exclusive group, while this member is active
  std::mutex mutex_;
  std::optional<Error> error_;      // guarded by mutex_
  std::optional<WorkerPool> pool_;  // before the membership, whose handler adds to it
  std::optional<Membership> membership_;
};

}  // namespace fanfare::cli
