#pragma once
// The topics the broker knows by number, and which stream each belongs to. A topic that no publisher has announced any
// more and that is in no stream is forgotten when many such have gathered. Owned by the core; its thread only.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "broker/core/settings.hpp"
#include "broker/core/subscription_index.hpp"
#include "protocol/commands.hpp"

namespace fanfare::broker::core {

struct Topic {
  std::string name;
  protocol::StreamNumber stream = protocol::kNoStream;
  std::uint32_t number = 0;      ///< within the stream; 0 until the first record needs it
  std::uint32_t publishers = 0;  ///< sessions' numbers that name it

  std::vector<ListenerId> audiences;  ///< the match of `generation`
  std::uint64_t generation = 0;
};

using TopicPtr = std::shared_ptr<Topic>;

class TopicTable {
 public:
  explicit TopicTable(const std::vector<StreamSettings>& streams);

  /// The topic of this (valid) name.
  [[nodiscard]] TopicPtr find_or_add(std::string_view name);

  /// The broker's number of `topic`, given at its first use.
  std::uint32_t number(Topic& topic);

  /// A publisher's number names it from now on.
  void claim(Topic& topic);

  /// One publisher's number less names it.
  void release(Topic& topic);

  /// Ephemeral topics forgotten since the last call; the caller tells the sessions (FORGET).
  [[nodiscard]] std::vector<TopicPtr> sweep();

  [[nodiscard]] std::size_t size() const { return topics_.size(); }

 private:
  static constexpr std::size_t kIdleBeforeSweep = 10'000;

  [[nodiscard]] protocol::StreamNumber stream_of(std::string_view name) const;

  std::vector<StreamSettings> streams_;
  std::unordered_map<std::string_view, TopicPtr> topics_;  // keys are views of the topics' own names
  std::vector<std::uint32_t> last_number_;                 // per stream; [0]: ephemeral
  std::size_t idle_ = 0;
};

}  // namespace fanfare::broker::core
