#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <fanfare/metrics_report.hpp>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>

namespace fanfare {
namespace {

/// How soon after the session it has one that a report goes out.
constexpr std::chrono::milliseconds kLook{100};
constexpr std::size_t kLongestToken = 100;

std::string token_of(std::string_view text) {
  const auto stands_in_a_token = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  };
  std::string token(text.substr(0, kLongestToken));
  std::ranges::replace_if(
      token, [&](char c) { return !stands_in_a_token(c); }, '_');
  return token.empty() ? "_" : token;
}

}  // namespace

class MetricsReport::Loop {
 public:
  Loop(Client& client, std::string topic, Collect collect, std::chrono::milliseconds interval)
      : topic_(std::move(topic)), client_(client), collect_(std::move(collect)), interval_(interval) {
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
  }

  void stop() {
    thread_.request_stop();
    if (thread_.joinable()) thread_.join();
  }

  [[nodiscard]] const std::string& topic() const { return topic_; }

 private:
  void run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      const bool is_ready = client_.state().connection == Connection::ready;
      if (is_ready && !*outstanding_) publish();
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, stop, is_ready ? interval_ : std::min(interval_, kLook), [] { return false; });
    }
  }

  void publish() {
    try {
      const std::string report = collect_();
      if (report.empty()) return;
      *outstanding_ = true;
      client_.publish(topic_, report, {}, [outstanding = outstanding_](const Outcome<Ack>&) { *outstanding = false; });
    } catch (const std::exception&) {  // the next one holds what this one would have
      *outstanding_ = false;
    }
  }

  const std::string topic_;
  Client& client_;
  const Collect collect_;
  const std::chrono::milliseconds interval_;
  const std::shared_ptr<std::atomic<bool>> outstanding_ = std::make_shared<std::atomic<bool>>(false);
  std::mutex mutex_;  // of changed_ alone, which only a stop interrupts
  std::condition_variable_any changed_;
  std::jthread thread_;  // last: it uses the others
};

MetricsReport::MetricsReport(Client& client, std::string_view component, std::string_view instance, Collect collect,
                             std::chrono::milliseconds interval)
    : loop_(std::make_unique<Loop>(client, "$sys.metrics." + token_of(component) + "." + token_of(instance),
                                   std::move(collect), interval)) {}

MetricsReport::MetricsReport(MetricsReport&&) noexcept = default;
MetricsReport& MetricsReport::operator=(MetricsReport&&) noexcept = default;
MetricsReport::~MetricsReport() = default;

void MetricsReport::stop() {
  if (loop_) loop_->stop();
}

const std::string& MetricsReport::topic() const { return loop_->topic(); }

}  // namespace fanfare
