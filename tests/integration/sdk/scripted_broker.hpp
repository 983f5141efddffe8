#pragma once
// A broker of a few lines on a ROUTER socket, to be told how to behave: it greets, acknowledges, delivers what is
// published to the publisher itself, and replays, pages and hands out to a group a stream that holds what it was given.
// Runs on a thread of its own; the counters may be read from any.

#include <fanfare/error_code.hpp>

#include <atomic>
#include <filesystem>
#include <optional>
#include <string>
#include <thread>
#include <vector>
#include <zmq.hpp>

#include "protocol/frame.hpp"
#include "tests/integration/sdk/scripted_group.hpp"

namespace fanfare::test {

class ScriptedBroker {
 public:
  struct Script {
    bool greets = true;
    std::optional<ErrorCode> refuses = {};  ///< the answer to HELLO
    bool acknowledges = true;
    bool delivers = false;                 ///< what is published, to the connection that published it
    std::vector<std::string> stored = {};  ///< the payloads on `chat.1` in the stream `chat`, sequences from 1
  };

  ScriptedBroker(const std::string& address, Script script);
  explicit ScriptedBroker(const std::string& address) : ScriptedBroker(address, Script()) {}
  ScriptedBroker(const ScriptedBroker&) = delete;
  ScriptedBroker& operator=(const ScriptedBroker&) = delete;
  ~ScriptedBroker();

  std::atomic<bool> acknowledges;
  std::atomic<int> hellos{0};
  std::atomic<int> subscribes{0};
  std::atomic<int> publishes{0};
  std::atomic<int> byes{0};
  std::atomic<int> fetches{0};
  std::atomic<bool> client_handled_all{false};  ///< some data was sent, and the last CREDIT gave all of it back

  static constexpr Uuid kEpoch{{1, 2, 3}};

  [[nodiscard]] const ScriptedGroup& group() const { return group_; }

 private:
  void run(std::stop_token stop);
  void answer(const std::string& peer, std::string_view frame);
  void take(const protocol::RawCommand& command, std::string& reply);
  void count_data(std::string_view reply);
  void publish(const protocol::Publish& publish, std::string& reply);
  void subscribe(const protocol::Subscribe& subscribe, std::string& reply) const;
  void fetch(const protocol::Fetch& fetch, std::string& reply) const;
  /// The stored records beyond `sequence`, at most `count`.
  [[nodiscard]] std::string records(std::uint64_t sequence, std::uint64_t count) const;

  const Script script_;
  ScriptedGroup group_;
  zmq::context_t context_{1};
  zmq::socket_t socket_;
  std::uint64_t received_ = 0;    // counted commands of the client
  std::uint64_t sent_bytes_ = 0;  // of data, to it
  std::uint64_t first_limit_ = 0;
  std::uint64_t handled_bytes_ = 0;
  std::uint64_t unanswered_first_ = 0;
  std::uint32_t unanswered_ = 0;
  std::jthread thread_;
};

/// An address nobody else uses, gone with its folder.
class TemporaryAddress {
 public:
  TemporaryAddress();
  TemporaryAddress(const TemporaryAddress&) = delete;
  TemporaryAddress& operator=(const TemporaryAddress&) = delete;
  ~TemporaryAddress();

  [[nodiscard]] std::string str() const { return "ipc://" + (folder_ / "broker").string(); }
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

 private:
  std::filesystem::path folder_;
};

}  // namespace fanfare::test
