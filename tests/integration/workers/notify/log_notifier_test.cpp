// fanfare-log-notifier with a real broker: the port's other side for trying things out.
#include "workers/notify/log/log_notifier_service.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/integration/sdk/broker_process.hpp"
#include "tests/integration/workers/notify/notify_people.hpp"
#include "tests/integration/workers/notify/quick_broker.hpp"
#include "tests/support/eventually.hpp"

namespace fanfare::workers::notify {
namespace {

using namespace std::chrono_literals;
using namespace test_support;
using fanfare::test::eventually;
using fanfare::test::patient;
using testing::HasSubstr;
using testing::Not;

/// A stream that may be written by one thread and read by another.
class SharedLines : public std::stringbuf {
 public:
  [[nodiscard]] std::string text() {
    const std::lock_guard lock(mutex_);
    return str();
  }

 protected:
  std::streamsize xsputn(const char* text, std::streamsize size) override {
    const std::lock_guard lock(mutex_);
    return std::stringbuf::xsputn(text, size);
  }
  int_type overflow(int_type character) override {
    const std::lock_guard lock(mutex_);
    return std::stringbuf::overflow(character);
  }

 private:
  std::recursive_mutex mutex_;  // the one calls the other
};

class LogNotifierTest : public testing::TestWithParam<std::size_t> {
 protected:
  const QuickBroker quick;
  NotifyDatabase people;
  const std::string address = "ipc://" + (people.folder.path() / "broker").string();
  fanfare::test::BrokerProcess broker{address, people.folder.path()};
  SharedLines lines;
  std::ostream out{&lines};
  runtime::Logger log{{}, "log-notifier", out};
  runtime::Metrics metrics;
};

TEST_P(LogNotifierTest, WritesALineForEachWithAsMuchOfTheTextAsMayBeShown) {
  execute(people.file(), make_room_sql(1, 2, 0, "nobody"));
  people.config.broker.listen = address;
  people.config.notify = {.grace = 50ms, .window = 60s, .preview = GetParam()};
  LogNotifierService service(
      {people.config, std::nullopt, log, metrics, [](const std::string& reason) { ADD_FAILURE() << reason; }});
  const auto started = service.start({});
  ASSERT_TRUE(started) << started.error().message;
  auto client = Client::connect({.address = address, .name = "test"});
  const Uuid id = id_of('m', 1);
  const std::string payload =
      nlohmann::json{{"kind", "text"}, {"id", id.to_string()}, {"client_id", "c"}, {"text", "secret words"}}.dump();
  client.publish("chat." + room().to_string(), payload, {.actor = person(0).to_string(), .id = id}).get();
  const std::string line = "person=" + person(1).to_string() + " conversation=" + room().to_string();
  EXPECT_TRUE(eventually(15s, [&] { return lines.text().find(line) != std::string::npos; })) << lines.text();
  const std::string text = lines.text();
  EXPECT_THAT(text, HasSubstr("count=1 author=p0"));
  EXPECT_THAT(text, Not(HasSubstr("person=" + person(0).to_string())));
  EXPECT_EQ(text.find("secret") != std::string::npos, GetParam() > 0);
  EXPECT_THAT(text, Not(HasSubstr("words")));
  service.drain(std::chrono::steady_clock::now() + patient(5s));
}

INSTANTIATE_TEST_SUITE_P(With, LogNotifierTest, testing::Values(0, 6),
                         [](const auto& one) { return one.param == 0 ? "NoPreview" : "APreview"; });

}  // namespace
}  // namespace fanfare::workers::notify
