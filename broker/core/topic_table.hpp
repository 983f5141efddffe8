#pragma once
// The topics the broker knows by name and by number, and which stream each belongs to. A topic of a stream stays as
// long as a record of it is held; one outside that no publisher names any more is forgotten when many such have
// gathered. Owned by the core; its thread only.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "broker/core/journal.hpp"
#include "broker/core/settings.hpp"
#include "broker/core/subscription_index.hpp"
#include "protocol/commands.hpp"

namespace fanfare::broker::core {

struct Route;

struct Topic {
  std::string name;
  protocol::StreamNumber stream = protocol::kNoStream;
  bool forgotten = false;         ///< its last record is gone, and its number with it: the name is to be found anew
  std::uint32_t number = 0;       ///< within the stream; 0 until the first record needs it; never another one
  std::uint32_t publishers = 0;   ///< sessions' numbers that name it
  std::uint32_t uncommitted = 0;  ///< records that wait for their commit
  std::uint64_t head = 0;         ///< sequence of its last committed record

  Route* route = nullptr;  ///< whom it reaches, in `generation`
  std::uint64_t generation = 0;

  std::vector<ListenerId> groups;  ///< whose pattern matches it; the match of `groups_generation`
  std::uint64_t groups_generation = 0;
};

using TopicPtr = std::shared_ptr<Topic>;

class TopicTable {
 public:
  explicit TopicTable(const std::vector<StreamSettings>& streams);

  /// A stream's topics of an earlier run. One whose name lies in another stream by now keeps its number only.
  void restore(protocol::StreamNumber stream, const Kept& kept);

  /// The topic of this (valid) name.
  [[nodiscard]] TopicPtr find_or_add(std::string_view name);
  /// Nullptr when it is not known.
  [[nodiscard]] const Topic* find(std::string_view name) const;
  /// The stream's topic of this number; nullptr when it is not known.
  [[nodiscard]] TopicPtr by_number(protocol::StreamNumber stream, std::uint32_t number) const;

  /// The broker's number of `topic`, given at its first use.
  std::uint32_t number(const TopicPtr& topic) { return topic->number != 0 ? topic->number : give_number(topic); }

  /// A publisher's number names it from now on.
  void claim(Topic& topic);

  /// One publisher's number less names it.
  void release(Topic& topic);

  /// The stream holds no record of these any more. Their numbers are still known until the next call, for what was read
  /// just before.
  void forget(protocol::StreamNumber stream, const std::vector<std::uint32_t>& numbers);

  /// Ephemeral topics forgotten since the last call; the caller tells the sessions (FORGET).
  [[nodiscard]] std::vector<TopicPtr> sweep();

  [[nodiscard]] std::size_t size() const { return topics_.size(); }
  /// How many of a stream have a number.
  [[nodiscard]] std::size_t numbered(protocol::StreamNumber stream) const { return by_number_[stream].size(); }

 private:
  static constexpr std::size_t kIdleBeforeSweep = 10'000;

  [[nodiscard]] protocol::StreamNumber stream_of(std::string_view name) const;
  std::uint32_t give_number(const TopicPtr& topic);
  void drop(const Topic& topic);

  std::vector<StreamSettings> streams_;
  std::unordered_map<std::string_view, TopicPtr> topics_;               // keys are views of the topics' own names
  std::vector<std::unordered_map<std::uint32_t, TopicPtr>> by_number_;  // per stream; [0] stays empty
  std::vector<std::vector<std::uint32_t>> forgotten_;                   // by the last call, per stream
  std::vector<std::uint32_t> last_number_;                              // per stream; [0]: ephemeral
  std::size_t idle_ = 0;
};

}  // namespace fanfare::broker::core
