#include "workers/persistence/lag_figures.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "workers/persistence/chat_group.hpp"

namespace fanfare::workers::persistence {
namespace {

/// The report's thread waits for it, and who stops the report for that thread.
constexpr std::chrono::milliseconds kTimeout{300};

double age_of(std::chrono::sys_time<std::chrono::milliseconds> time) {
  const std::chrono::duration<double> age = std::chrono::system_clock::now() - time;
  return std::max(age.count(), 0.0);  // it is the broker's clock
}

}  // namespace

LagFigures::LagFigures(Client& client, const Writer& writer, runtime::Metrics& metrics)
    : client_(client),
      writer_(writer),
      records_(metrics.gauge("fanfare_persistence_lag", "Records that the group has not finished, of all processes.")),
      seconds_(metrics.gauge("fanfare_persistence_lag_seconds",
                             "Age of the oldest record that this process has and that is not stored; 0: none.")) {}

void LagFigures::update() {
  const auto oldest = writer_.oldest();
  seconds_.set(oldest ? age_of(*oldest) : 0);
  try {
    for (const Headers& row : client_.query(QueryKind::groups, kTimeout).get()) {
      const auto group = row.find("group");
      const auto lag = row.find("lag");
      if (group == row.end() || group->second != kChatGroup || lag == row.end()) continue;
      std::uint64_t records = 0;
      const std::string& text = lag->second;
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), records);
      if (error == std::errc() && end == text.data() + text.size()) records_.set(static_cast<double>(records));
    }
  } catch (const fanfare::Error&) {  // the next report asks again
  }
}

}  // namespace fanfare::workers::persistence
