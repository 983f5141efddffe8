#pragma once
// The way of one traced message: collects the hops that the components publish, and prints them in order of time.
// Made before the message is published; used on the main thread, hops come on the client's.

#include <fanfare/client.hpp>

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "cli/waiter.hpp"

namespace fanfare::cli {

struct Hop {
  std::string component;
  std::string hop;
  std::int64_t at = 0;  ///< microseconds since 1970, by the clock of the machine where it happened

  bool operator==(const Hop&) const = default;
};

/// Nothing if these are not the headers of a hop.
std::optional<Hop> read_hop(const Headers& headers);

/// A line per hop, earliest first, with the microseconds since that one: a table, or JSON.
std::string describe_hops(std::vector<Hop> hops, bool json);

class Trace {
 public:
  /// Returns once the broker has the subscription, so that no hop is missed. Throws when it refuses or a signal came.
  Trace(Client& client, Waiter& waiter, const Uuid& id);

  /// Waits until no more hops come. Called when the message has been acknowledged.
  std::vector<Hop> collect();

 private:
  void add(const Message& message);

  Waiter& waiter_;
  std::mutex mutex_;
  std::vector<Hop> hops_;       // guarded by mutex_
  Clock::time_point last_hop_;  // guarded by mutex_
  Subscription subscription_;   // last, so that no handler runs when the rest goes
};

}  // namespace fanfare::cli
