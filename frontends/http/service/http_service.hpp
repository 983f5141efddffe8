#pragma once
// The program: the connection to the broker, the routes over it, the server and its acceptor. Owned by run_service().

#include <chrono>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "runtime/service/service.hpp"

namespace fanfare::frontends::http {

class HttpService final : public runtime::Service {
 public:
  explicit HttpService(const runtime::ServiceContext& context);
  ~HttpService() override;

  /// Ready when it listens; it waits a moment for the keys, so that what `fanfare up` calls ready works at once.
  runtime::Result<void> start(std::stop_token stop) override;
  void reload(const runtime::Config& config) override;
  void drain(std::chrono::steady_clock::time_point deadline) override;

 private:
  struct Parts;

  void load_keys(const std::stop_token& stop);

  const runtime::ServiceContext context_;
  std::unique_ptr<Parts> parts_;
};

}  // namespace fanfare::frontends::http
