#pragma once
// The broker's side of one membership in a group with `order: key`, as the session sees it: what is out, what comes
// back, what is answered. Free commands may overtake deliveries that have not left; a cut loses whatever is under way,
// and the session goes on or is a new one.

#include <cstdint>
#include <deque>
#include <map>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "protocol/frame.hpp"
#include "tests/unit/sdk/broker_link.hpp"
#include "tests/unit/sdk/session_fixture.hpp"

namespace fanfare::session::test {

class GroupModel {
 public:
  static constexpr std::uint32_t kTopics = 4;

  explicit GroupModel(std::mt19937_64& chance) : chance_(chance) {}

  [[nodiscard]] static std::uint32_t topic_of(std::uint64_t sequence) {
    return 1 + static_cast<std::uint32_t>(sequence * 7 / 3 % kTopics);
  }

  void publish() { ++head_; }
  /// A new connection, and the HELLO that came on it.
  void connected(const std::string& hello, const protocol::Welcome& welcome);
  void received(const std::string& frame);
  /// Hands out something, if there is anything.
  void hand_out();
  /// A deadline passes: one comes back, and those behind it.
  void take_back_one();
  /// Answers what is committed.
  void commit();

  [[nodiscard]] bool has_frames() const { return link.has_frames() || !free_.empty() || !data_.empty(); }
  [[nodiscard]] std::string take_frame();
  [[nodiscard]] bool all_finished() const { return finished_.size() == head_; }
  /// What was said of deliveries that this session was never given.
  [[nodiscard]] std::size_t strangers() const { return strangers_; }

  BrokerLink link;

 private:
  struct Way {
    std::uint64_t order;
    std::string command;
  };

  template <class Command>
  void send(const Command& command) {
    std::string bytes;
    protocol::append_command(bytes, command);
    auto& way = Command::kType == protocol::CommandType::deliver ? data_ : free_;
    way.push_back({++order_, std::move(bytes)});
  }
  void take(const protocol::RawCommand& command);
  [[nodiscard]] bool is_out(std::uint64_t sequence, std::uint16_t attempt);
  void take_back_behind(std::uint64_t sequence, bool itself);

  std::mt19937_64& chance_;
  const Uuid epoch_ = uuid(9);
  std::uint64_t head_ = 0;
  std::set<std::uint64_t> finished_;
  std::map<std::uint64_t, std::uint16_t> attempts_;          ///< of the last delivery
  std::map<std::uint64_t, std::uint16_t> out_;               ///< in this session
  std::set<std::pair<std::uint64_t, std::uint16_t>> given_;  ///< in this session
  bool joined_ = false;
  std::deque<std::string> uncommitted_;  ///< answers
  std::deque<Way> free_;
  std::deque<Way> data_;
  std::uint64_t order_ = 0;
  std::size_t strangers_ = 0;
};

}  // namespace fanfare::session::test
