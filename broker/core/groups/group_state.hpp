#pragma once
// What a group keeps over a restart of the broker: how it works and how far it is. It is the sum of the changes that
// were committed to the stream `$groups`. Values; any thread.

#include <fanfare/uuid.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "broker/core/groups/interval_set.hpp"
#include "protocol/commands.hpp"

namespace fanfare::broker::core::groups {

struct GroupSettings {
  protocol::GroupOrder order = protocol::GroupOrder::any;
  std::string pattern;                         ///< empty: an exclusive group that only elects
  std::chrono::milliseconds ack_wait{30'000};  ///< for a message that is being handled, since it was or PROGRESS came
  std::uint32_t max_deliver = 5;               ///< failures after which a message goes to the dead letters; at least 1
  std::uint32_t max_pending = 1'000'000;       ///< unfinished messages the group knows of; then it reads no further
  /// Before the next try of a message that failed, by the number of its failures; the last stands for all that follow.
  std::vector<std::chrono::milliseconds> back_off{std::chrono::seconds(1), std::chrono::seconds(5),
                                                  std::chrono::seconds(30), std::chrono::minutes(2)};

  bool operator==(const GroupSettings&) const = default;
};

struct GroupState {
  std::string name;
  GroupSettings settings;
  std::string stream;                               ///< by its name; empty without a pattern
  Uuid epoch;                                       ///< of the stream, when this was last changed
  std::uint64_t floor = 0;                          ///< everything up to here is finished or none of the group's
  IntervalSet finished;                             ///< beyond the floor
  std::map<std::uint64_t, std::uint32_t> failures;  ///< of unfinished messages, by sequence; those that have any
  std::uint64_t term = 0;                           ///< of the last active member; rises with each
  IntervalSet dead;  ///< sequences in the stream `dead` that were neither retried nor dropped
  /// Dead letters that were given back and are unfinished: by the message's own sequence, that in the stream `dead`.
  std::map<std::uint64_t, std::uint64_t> returned;

  bool operator==(const GroupState&) const = default;
};

/// What happened to a group between two records of `$groups`, summed up: a message that was given back and finished
/// since is not among the returned. The order of the fields is the order they apply in.
struct GroupChanges {
  std::vector<std::uint64_t> dead;      ///< dead letters that are open from now on
  std::vector<std::uint64_t> dropped;   ///< dead letters that are open no more
  std::vector<std::uint64_t> finished;  ///< handled, or moved to the dead letters; also of messages that were returned
  std::vector<std::pair<std::uint64_t, std::uint64_t>>
      returned;  ///< message and its dead letter, which is open no more
  std::vector<std::pair<std::uint64_t, std::uint32_t>> failures;  ///< of a message, in all
  std::uint64_t floor = 0;                                        ///< 0: as it was
  std::uint64_t term = 0;                                         ///< 0: as it was

  [[nodiscard]] bool empty() const {
    return returned.empty() && dropped.empty() && dead.empty() && failures.empty() && finished.empty() && floor == 0 &&
           term == 0;
  }
};

/// `finished` takes a message out of `failures` and, if it stands there, out of `returned` and nowhere else: otherwise
/// it is added to what is finished. Then the floor moves over what is finished right behind it.
void apply(GroupState& state, const GroupChanges& changes);

/// The stream has another epoch now: whatever was finished beyond `head`, its last known sequence, may be another
/// message. Returns how many that were; the floor is at most `head` then. Letters of messages beyond it are open again.
std::uint64_t begin_epoch(GroupState& state, const Uuid& epoch, std::uint64_t head);

}  // namespace fanfare::broker::core::groups
