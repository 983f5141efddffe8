#include "runtime/service/signals.hpp"

#include <pthread.h>
#include <sys/signalfd.h>

#include <csignal>

namespace fanfare::runtime {

FileDescriptor take_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int number : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals, number);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  return FileDescriptor(::signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC));
}

std::optional<int> next_signal(const FileDescriptor& signals) {
  signalfd_siginfo info{};
  if (::read(signals.get(), &info, sizeof(info)) != static_cast<ssize_t>(sizeof(info))) return std::nullopt;
  return static_cast<int>(info.ssi_signo);
}

}  // namespace fanfare::runtime
