#pragma once
// The server with sessions that let everybody in, without a broker, and with the limits of the test. For tests only.

#include <gtest/gtest.h>

#include "frontends/websocket/server/server.hpp"
#include "tests/integration/frontends/websocket/open_backend.hpp"
#include "tests/support/eventually.hpp"

namespace fanfare::test {

class LoneServer {
 public:
  struct Limits {
    frontends::websocket::session::Limits session = {};
    frontends::websocket::server::Limits server = {};
    frontends::websocket::server::Seats::Limits seats = {};
  };

  explicit LoneServer(const Limits& limits)
      : limits_(limits),
        server_(io_, log_, metrics_,
                [this](frontends::websocket::session::Outlet& outlet) {
                  return frontends::websocket::session::Session::make(
                      "c", {outlet, backend_, channels_, presence_, now, "test", limits_.session});
                },
                {.listen = "127.0.0.1:0",
                 .origins = {{"self"}, 8080, true},
                 .limits = limits.server,
                 .seats = limits.seats,
                 .tick = std::chrono::milliseconds(20)}) {
    const auto started = server_.start();
    EXPECT_TRUE(started) << started.error().message;
    io_.start();
  }
  LoneServer(const LoneServer&) = delete;
  LoneServer& operator=(const LoneServer&) = delete;
  ~LoneServer() {
    stop();
    io_.stop();
  }

  void stop() {
    if (std::exchange(runs_, false)) server_.stop(std::chrono::steady_clock::now() + patient(std::chrono::seconds(5)));
  }
  [[nodiscard]] std::uint16_t port() const { return server_.port(); }
  [[nodiscard]] bool has(int connections) const {
    return metrics_.serialize().find("fanfare_websocket_connections " + std::to_string(connections) + "\n") !=
           std::string::npos;
  }

 private:
  static frontends::websocket::session::Instant now() {
    return {std::chrono::steady_clock::now(), std::chrono::system_clock::now()};
  }

  const Limits limits_;
  OpenBackend backend_;
  QuietChannels channels_;
  NobodyThere presence_;
  runtime::Logger log_{runtime::LogConfig{}, "websocket"};
  runtime::Metrics metrics_;
  frontends::websocket::server::IoThread io_;
  frontends::websocket::server::Server server_;
  bool runs_ = true;
};

}  // namespace fanfare::test
