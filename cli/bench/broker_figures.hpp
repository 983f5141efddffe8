#pragma once
// What the broker says that its process has used, asked over the wire: it may be on another machine. Values; asked on
// the main thread.

#include <fanfare/client.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "cli/waiter.hpp"

namespace fanfare::cli {

struct BrokerFigures {
  std::chrono::microseconds cpu{};  ///< of all threads, since it began
  std::uint64_t memory_bytes = 0;   ///< resident

  bool operator==(const BrokerFigures&) const = default;
};

/// Nothing if the row does not say both.
[[nodiscard]] std::optional<BrokerFigures> read_broker_figures(Headers row);

/// Nothing if the broker does not say, or is not there any more. Throws CommandFailure after a signal.
[[nodiscard]] std::optional<BrokerFigures> ask_broker_figures(Client& client, Waiter& waiter);

}  // namespace fanfare::cli
