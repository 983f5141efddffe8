#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <fanfare/metrics_report.hpp>

#include <atomic>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <vector>

#include "tests/integration/sdk/broker_process.hpp"
#include "tests/integration/sdk/scripted_broker.hpp"
#include "tests/support/eventually.hpp"

namespace fanfare::test {
namespace {

using namespace std::chrono_literals;

class MetricsReportTest : public testing::Test {
 protected:
  void SetUp() override {
    broker_.emplace(address_.str(), address_.folder());
    ASSERT_TRUE(client_.wait_ready(patient(10s)));
    watch_.emplace(client_.subscribe("$sys.metrics.billing.>", [this](const Message& message) {
      const std::lock_guard lock(mutex_);
      topics_.emplace_back(message.topic);
      payloads_.emplace_back(message.payload);
    }));
    ASSERT_TRUE(watch_->wait_ready(patient(10s)));
  }

  bool has_come(const std::string& payload) {
    const std::lock_guard lock(mutex_);
    return std::ranges::find(payloads_, payload) != payloads_.end();
  }

  const TemporaryAddress address_;
  std::mutex mutex_;
  std::vector<std::string> topics_;
  std::vector<std::string> payloads_;
  std::optional<BrokerProcess> broker_;
  Client client_ = Client::connect({.address = address_.str(), .name = "billing"});
  std::optional<Subscription> watch_;
};

TEST_F(MetricsReportTest, PublishesWhatIsCollectedAgainAndAgainUntilItStops) {
  std::atomic<int> count = 0;
  MetricsReport report(
      client_, "billing", "host.example-7", [&] { return std::to_string(++count); }, 10ms);
  EXPECT_EQ(report.topic(), "$sys.metrics.billing.host_example-7");
  EXPECT_TRUE(eventually(10s, [&] { return has_come("1") && has_come("3"); }));
  report.stop();
  const int last = count;
  EXPECT_TRUE(eventually(10s, [&] { return has_come(std::to_string(last)); }));
  EXPECT_EQ(count, last);
  const std::lock_guard lock(mutex_);
  EXPECT_THAT(topics_, testing::Each(report.topic()));
}

TEST_F(MetricsReportTest, ACollectThatThrowsOrGivesNothingCostsThatReportOnly) {
  std::atomic<int> count = 0;
  const auto collect = [&]() -> std::string {
    const int now = ++count;
    if (now == 1) throw std::runtime_error("not yet");
    return now == 2 ? "" : std::to_string(now);
  };
  MetricsReport report(client_, "billing", "a", collect, 10ms);
  EXPECT_TRUE(eventually(10s, [&] { return has_come("3"); }));
  report.stop();
  EXPECT_FALSE(has_come(""));
}

TEST_F(MetricsReportTest, GoesOnAfterTheBrokerWasAway) {
  std::atomic<int> count = 0;
  MetricsReport report(
      client_, "billing", "a", [&] { return std::to_string(++count); }, 10ms);
  EXPECT_TRUE(eventually(10s, [&] { return has_come("1"); }));
  broker_->kill();
  EXPECT_TRUE(eventually(10s, [&] { return client_.state().connection != Connection::ready; }));
  const int before = count + 1;
  broker_.emplace(address_.str(), address_.folder());
  EXPECT_TRUE(eventually(20s, [&] { return has_come(std::to_string(before + 1)); }));
  report.stop();
}

}  // namespace
}  // namespace fanfare::test
