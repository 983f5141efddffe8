#include "workers/notify/notify_figures.hpp"

namespace fanfare::workers::notify {
namespace {

/// From the shortest graces to a night's quiet hours.
const std::vector<double> kSeconds{1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 900, 3'600, 14'400, 43'200};

}  // namespace

NotifyFigures::NotifyFigures(const std::string& notifier, runtime::Metrics& metrics)
    : new_(metrics.counter("fanfare_notify_told_total", "Notifications, by whether one was new or changed.",
                           {{"notifier", notifier}, {"how", "new"}})),
      changed_(metrics.counter("fanfare_notify_told_total", "Notifications, by whether one was new or changed.",
                               {{"notifier", notifier}, {"how", "changed"}})),
      coalesced_(metrics.counter("fanfare_notify_coalesced_total",
                                 "Messages that were told of together with one before them.",
                                 {{"notifier", notifier}})),
      flood_waits_(metrics.counter("fanfare_notify_flood_waits_total", "Times that the other side wanted us to wait.",
                                   {{"notifier", notifier}})),
      unreachable_(metrics.counter("fanfare_notify_unreachable_total", "Links that ended because nobody is there.",
                                   {{"notifier", notifier}})),
      unknown_(metrics.counter("fanfare_notify_unknown_total",
                               "Notifications that may have been told, and so are not sent again.",
                               {{"notifier", notifier}})),
      skipped_(metrics.counter("fanfare_notify_skipped_total", "Records on chat.> that are no messages.",
                               {{"notifier", notifier}})),
      due_(metrics.gauge("fanfare_notify_due", "Rows that wait to be told, of all processes.",
                         {{"notifier", notifier}})),
      after_(metrics.histogram("fanfare_notify_told_after_seconds",
                               "From when a person was away and a message there until they were told of it.", kSeconds,
                               {{"notifier", notifier}})) {
  for (std::size_t why = 0; why < kWhys; ++why) {
    suppressed_.push_back(
        metrics.counter("fanfare_notify_suppressed_total", "Rows that were not told, by the reason.",
                        {{"notifier", notifier}, {"reason", std::string(name_of(static_cast<Why>(why)))}}));
  }
}

void NotifyFigures::told(bool is_change, std::uint64_t count, std::chrono::milliseconds after) {
  (is_change ? changed_ : new_).add();
  coalesced_.add(static_cast<double>(is_change ? count : count - 1));
  if (!is_change) after_.observe(std::chrono::duration<double>(after).count());
}

}  // namespace fanfare::workers::notify
