#pragma once
// One group with `order: key` of the scripted broker, all on one topic: a member is handed everything at once, what is
// not acknowledged comes again at once. It keeps what the member said. Owned by the broker's thread; said() any.

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "protocol/frame.hpp"

namespace fanfare::test {

class ScriptedGroup {
 public:
  /// Messages on the topic of this number of stream 1, sequences from 1.
  ScriptedGroup(std::vector<std::string> payloads, const Uuid& epoch, std::uint32_t topic)
      : payloads_(std::move(payloads)), epoch_(epoch), topic_(topic) {}

  /// True when the command was the group's.
  bool take(const protocol::RawCommand& command, std::string& reply);

  /// "ack 1/2", "failed 1/2 why", "deferred 1/2 5000", "progress 1/2", "join work", "leave", in the order they came;
  /// 1/2 is sequence and attempt.
  [[nodiscard]] std::vector<std::string> said() const;

 private:
  void note(std::string what);
  void hand_out(std::string& reply);
  void take_back(std::uint64_t sequence, std::string& reply);
  void join(const protocol::Join& join, std::string& reply);
  void ack(const protocol::Ack& ack, std::string& reply);
  void nack(const protocol::Nack& nack, std::string& reply);

  const std::vector<std::string> payloads_;
  const Uuid epoch_;
  const std::uint32_t topic_;
  protocol::Handle handle_ = 0;
  std::map<std::uint64_t, std::uint16_t> out_;
  std::map<std::uint64_t, std::uint16_t> attempts_;
  std::map<std::uint64_t, bool> done_;

  mutable std::mutex mutex_;
  std::vector<std::string> said_;
};

}  // namespace fanfare::test
