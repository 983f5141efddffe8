#include "tests/integration/sdk/broker_process.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <utility>

extern char** environ;

namespace fanfare::test {

BrokerProcess::BrokerProcess(const std::string& address, const std::filesystem::path& folder) {
  std::string program = FANFARE_BIN_DIR "/fanfare-broker";
  ::setenv("FANFARE_BROKER_LISTEN", address.c_str(), 1);
  ::setenv("FANFARE_DATA_DIR", (folder / "data").c_str(), 1);
  const auto log = (folder / "log").string();
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 1, log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  posix_spawn_file_actions_adddup2(&actions, 1, 2);
  std::array<char*, 2> arguments{program.data(), nullptr};
  const int failed = ::posix_spawn(&process_, program.c_str(), &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) throw std::runtime_error("could not start " + program);
}

BrokerProcess::~BrokerProcess() { end(SIGTERM); }

void BrokerProcess::kill() { end(SIGKILL); }

void BrokerProcess::end(int signal) {
  const auto process = std::exchange(process_, -1);
  if (process < 0) return;
  ::kill(process, signal);
  ::waitpid(process, nullptr, 0);
}

}  // namespace fanfare::test
