#pragma once
// A process's figures, told to whoever shows them: published on `$sys.metrics.<component>.<instance>` again and again,
// from a thread of its own, until the owner lets go. Movable, owned by the caller, ends before its Client.

#include <fanfare/client.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace fanfare {

class [[nodiscard]] MetricsReport {
 public:
  /// The figures as protocol/schemas/metrics.json has them, all of them and cumulative: reports may be lost. Called on
  /// the thread of the report, while there is a session; when it throws, or gives nothing, that report falls out.
  using Collect = std::function<std::string()>;

  /// The first report goes out with the first session, then one every `interval`; one that was not acknowledged yet is
  /// not followed by another. `component` and `instance` (one of its kind in the system: host and process) become
  /// tokens of the topic; what may not stand there becomes `_`.
  MetricsReport(Client& client, std::string_view component, std::string_view instance, Collect collect,
                std::chrono::milliseconds interval = std::chrono::seconds(5));
  MetricsReport(MetricsReport&&) noexcept;
  MetricsReport& operator=(MetricsReport&&) noexcept;
  /// stop()
  ~MetricsReport();

  /// Nothing is collected or published any more. Waits for a collect() that runs, and for a publish() that waits for
  /// room in the client: not at all with WhenFull::fail.
  void stop();

  [[nodiscard]] const std::string& topic() const;

 private:
  class Loop;
  std::unique_ptr<Loop> loop_;
};

}  // namespace fanfare
