#pragma once
// Tells everybody into the log: one line a notification. For trying things out, and the proof of the port. Owned by its
// service; the sender's thread. Promise: a line holds of a message only what `notify.preview` lets show.

#include "runtime/logging/logger.hpp"
#include "workers/notify/notifier.hpp"

namespace fanfare::workers::notify {

class LogNotifier final : public Notifier {
 public:
  explicit LogNotifier(runtime::Logger& log) : log_(log) {}

  [[nodiscard]] std::string name() const override { return "log_notifier"; }
  [[nodiscard]] bool needs_link() const override { return false; }
  [[nodiscard]] std::vector<Bucket> buckets(const std::string&) const override { return {}; }
  [[nodiscard]] Told tell(const Notification& notification, Deadline deadline) override;
  [[nodiscard]] Told change(const std::string& message, const Notification& notification, Deadline deadline) override;

 private:
  void write(std::string_view event, const Notification& notification);

  runtime::Logger& log_;
};

}  // namespace fanfare::workers::notify
