#include "cli/input/confirm.hpp"

#include <unistd.h>

#include <iostream>

#include "cli/exit_code.hpp"
#include "cli/input/line_reader.hpp"

namespace fanfare::cli {

void confirm(Waiter& waiter) {
  if (::isatty(STDIN_FILENO) != 1) throw CommandFailure("nothing was changed: --yes does it", kWrongUsage);
  std::cerr << "Type yes to do it: " << std::flush;
  const auto answer = LineReader(STDIN_FILENO, waiter).next();
  if (waiter.interrupted()) throw CommandFailure("", kInterrupted);
  if (answer != "yes") throw CommandFailure("nothing was changed");
}

}  // namespace fanfare::cli
