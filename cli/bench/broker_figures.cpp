#include "cli/bench/broker_figures.hpp"

#include "cli/connection/query.hpp"
#include "cli/format/row.hpp"

namespace fanfare::cli {

std::optional<BrokerFigures> read_broker_figures(Headers row) {
  const auto cpu = take_number(row, "cpu_microseconds");
  const auto memory = take_number(row, "memory_bytes");
  if (!cpu || !memory) return std::nullopt;
  return BrokerFigures{std::chrono::microseconds(*cpu), *memory};
}

std::optional<BrokerFigures> ask_broker_figures(Client& client, Waiter& waiter) {
  try {
    const auto rows = query(client, waiter, QueryKind::broker);
    return rows.empty() ? std::nullopt : read_broker_figures(rows.front());
  } catch (const Error&) {
    return std::nullopt;
  }
}

}  // namespace fanfare::cli
