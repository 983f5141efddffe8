#include "tests/support/served_port.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <stdexcept>

namespace fanfare::test {

/// Only this process holds the writing end of its standard input.
ServedPort::ServedPort(const std::string& script_and_arguments) {
  int input[2] = {};
  if (::pipe2(input, O_CLOEXEC) != 0 || ::fcntl(input[0], F_SETFD, 0) != 0) throw std::runtime_error("pipe");
  const std::string command = "/usr/bin/python3 '" FANFARE_SOURCE_DIR "/tests/support/'" + script_and_arguments +
                              " </dev/fd/" + std::to_string(input[0]);  // <& takes one digit only
  pipe_ = ::popen(command.c_str(), "r");
  ::close(input[0]);
  input_ = input[1];
  std::array<char, 16> line{};
  if (pipe_ == nullptr || std::fgets(line.data(), static_cast<int>(line.size()), pipe_) == nullptr) {
    throw std::runtime_error("does not serve: " + command);
  }
  port_ = std::to_string(std::atoi(line.data()));
}

ServedPort::~ServedPort() {
  ::close(input_);
  ::pclose(pipe_);
}

}  // namespace fanfare::test
