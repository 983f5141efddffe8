#pragma once
// A request that waits for this client's answer: what the copies of a Responder share. Any thread; the first answer
// counts.

#include <fanfare/message.hpp>

#include <atomic>
#include <memory>
#include <string_view>

#include "sdk/session/events.hpp"

namespace fanfare::transport {

class Core;

class Exchange {
 public:
  Exchange(std::weak_ptr<Core> core, session::ExchangeId id) : core_(std::move(core)), id_(id) {}
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;
  /// Without an answer the caller is told so.
  ~Exchange();

  void reply(const Reply& reply);
  void fail(std::string_view text, ErrorCode code);

  void cancel() { canceled_ = true; }
  [[nodiscard]] bool canceled() const { return canceled_; }

 private:
  void send(std::string headers, std::string payload, bool failed);

  const std::weak_ptr<Core> core_;
  const session::ExchangeId id_;
  std::atomic<bool> answered_{false};
  std::atomic<bool> canceled_{false};
};

}  // namespace fanfare::transport
