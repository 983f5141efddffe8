#pragma once
// A request that waits for this client's answer: what the copies of a Responder share. Any thread; the first answer
// counts. The destructor runs where the last copy goes.

#include <fanfare/message.hpp>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "sdk/session/events.hpp"

namespace fanfare::transport {

class Core;

class Exchange {
 public:
  /// `patience`: how long the caller waits for the first part, as the request came.
  Exchange(std::weak_ptr<Core> core, session::ExchangeId id, std::chrono::milliseconds patience)
      : core_(std::move(core)), id_(id), patience_(patience) {}
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;
  /// Without an answer the caller is told so.
  ~Exchange();

  void reply(const Reply& reply);
  void fail(std::string_view text, ErrorCode code);
  /// Waits while too much is under way already; false when nobody waits for it any more.
  [[nodiscard]] bool part(const Reply& part);

  [[nodiscard]] bool canceled() const;

  // ---- The I/O thread.

  void cancel();
  /// So many bytes of parts have gone on to the caller.
  void passed(std::uint64_t bytes);

 private:
  void send(std::string headers, std::string payload, bool failed);

  const std::weak_ptr<Core> core_;
  const session::ExchangeId id_;
  const std::chrono::milliseconds patience_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool answered_ = false;
  bool canceled_ = false;
  std::uint64_t sent_ = 0;  ///< bytes of parts
  std::uint64_t passed_ = 0;
};

}  // namespace fanfare::transport
