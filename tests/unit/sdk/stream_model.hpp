#pragma once
// A broker with one stream and one client, as PROTOCOL.md §5 describes it: it answers SUBSCRIBE, replays alone and
// shared, catches up and delivers live. What it sends waits in order until the test hands it over or cuts the
// connection; then the session goes on, unless the broker has lost its memory. Chance comes from the test. Owned by one
// test; its thread.

#include <map>
#include <random>
#include <string>
#include <vector>

#include "protocol/frame.hpp"
#include "protocol/record.hpp"
#include "protocol/topic.hpp"
#include "tests/unit/sdk/broker_link.hpp"

namespace fanfare::session::test {

class StreamModel {
 public:
  struct Stored {
    Position position;
    std::uint32_t topic;
  };

  explicit StreamModel(std::mt19937_64& chance) : chance_(chance) {}

  [[nodiscard]] const std::vector<Stored>& records() const { return records_; }
  [[nodiscard]] Position head() const { return records_.empty() ? Position{epoch_, 0} : records_.back().position; }
  [[nodiscard]] static std::string name_of(std::uint32_t topic) { return "chat." + std::to_string(topic); }

  /// The next record of one of the topics.
  void publish(std::uint32_t topic);
  /// The stream begins a new life and counts on; the broker was started anew.
  void begin_epoch(const Uuid& epoch) {
    epoch_ = epoch;
    link.forget();
  }

  /// A new connection, and the HELLO that came on it.
  void connected(const std::string& hello, protocol::Welcome welcome);
  /// A frame of the client's.
  void received(std::string_view frame);
  /// One of those that catch up gets a part of what it has missed.
  void replay_some();
  /// Tells how far live delivery has come.
  void tell_position();

  [[nodiscard]] bool all_live() const;

  BrokerLink link;

 private:
  struct Subscriber {
    std::string pattern;
    bool live = false;
    Position reached = {};  ///< of its replay
    bool shared = false;
  };

  void subscribe(const std::vector<protocol::Subscribe>& all);
  void replay(std::vector<protocol::Handle> handles, protocol::Handle header);
  [[nodiscard]] std::string bytes_of(const Stored& stored) const;

  std::mt19937_64& chance_;
  Uuid epoch_;
  std::vector<Stored> records_;
  std::map<protocol::Handle, Subscriber> subscribers_;
};

}  // namespace fanfare::session::test
