#pragma once
// The built fanfare-websocket as a child process; it can be killed and comes back on the same port. For tests; one
// thread.

#include <optional>
#include <string>

#include "runtime/process/child_process.hpp"

namespace fanfare::test {

class WebSocketProgram {
 public:
  explicit WebSocketProgram(std::string broker);

  void start();
  void kill();

  [[nodiscard]] std::string url() const { return "ws://127.0.0.1:" + std::to_string(port_) + "/connection/websocket"; }

 private:
  const std::string broker_;
  int port_ = 0;
  std::optional<runtime::ChildProcess> process_;
};

}  // namespace fanfare::test
