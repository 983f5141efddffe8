#pragma once
// The broker as a service: one thread that owns the socket and runs the core over it. Owned by run_service().
// start(), drain() and reload() come from other threads and reach that one through flags, one slot for the newest
// configuration, and a wake-up.

#include <atomic>
#include <chrono>
#include <memory>
#include <thread>

#include "runtime/process/wake_up.hpp"
#include "runtime/service/service.hpp"

namespace fanfare::broker::server {

class Server final : public runtime::Service {
 public:
  explicit Server(const runtime::ServiceContext& context);
  ~Server() override;

  runtime::Result<void> start(std::stop_token stop) override;
  void reload(const runtime::Config& config) override;
  /// Its thread has turned since the last time this was asked.
  bool is_alive() override;
  void drain(std::chrono::steady_clock::time_point deadline) override;

 private:
  class Loop;

  void stop();

  const runtime::ServiceContext context_;
  const runtime::Config started_with_;
  std::unique_ptr<Loop> loop_;
  std::jthread thread_;
};

}  // namespace fanfare::broker::server
