#include "tests/integration/frontends/websocket/websocket_program.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <utility>

#include "tests/support/eventually.hpp"

namespace fanfare::test {

using namespace std::chrono_literals;

WebSocketProgram::WebSocketProgram(std::string broker) : broker_(std::move(broker)) { start(); }

void WebSocketProgram::start() {
  process_.emplace(
      runtime::ChildProcess::spawn({{FANFARE_BIN_DIR "/fanfare-websocket"},
                                    {{"FANFARE_BROKER_LISTEN", broker_},
                                     {"FANFARE_FRONTENDS_WEBSOCKET_LISTEN", "127.0.0.1:" + std::to_string(port_)}}})
          .value());
  std::string log;
  ASSERT_TRUE(eventually(20s, [&] {
    log += process_->read_output();
    return log.find("connected to the broker") != std::string::npos && log.find(" port=") != std::string::npos;
  })) << log;
  port_ = std::stoi(log.substr(log.find(" port=") + 6));
}

void WebSocketProgram::kill() {
  process_->send_signal(SIGKILL);
  process_->wait(patient(5s));
  process_.reset();
}

}  // namespace fanfare::test
