// The whole of it with a real broker and a real database.
#include "workers/notify/notify_service.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <thread>

#include "tests/integration/sdk/broker_process.hpp"
#include "tests/integration/workers/notify/notify_people.hpp"
#include "tests/integration/workers/notify/quick_broker.hpp"
#include "tests/integration/workers/notify/scripted_notifier.hpp"
#include "tests/support/eventually.hpp"

namespace fanfare::workers::notify {
namespace {

using namespace std::chrono_literals;
using namespace test_support;
using fanfare::test::eventually;
using fanfare::test::patient;

class NotifyServiceTest : public testing::Test {
 protected:
  NotifyServiceTest() {
    people.config.broker.listen = address;
    execute(people.file(), make_room_sql(1, 3));
    options.sender.times = {.grace = 100ms, .window = 1h, .change_every = 100ms};
    options.sender.longest_idle = 50ms;
    options.intake.linger = 5ms;
    options.intake.ack_wait = patient(1s);
    options.intake.longest_back_off = 200ms;
    options.intake.preview = 100;
  }

  /// A process of the notifier.
  class Process {
   public:
    explicit Process(NotifyServiceTest& test)
        : service_(
              {.config = test.people.config,
               .notifier = test.notifier,
               .open_store = [&test](const auto& asked) -> runtime::Result<std::unique_ptr<store::NotificationStore>> {
                 if (test.is_away) return runtime::Error{"the database is away"};
                 return test.people.database->notification_store(asked);
               },
               .log = log_,
               .metrics = metrics_,
               .fail = [](const std::string& reason) { ADD_FAILURE() << reason; }},
              test.options) {
      const auto started = service_.start({});
      if (!started) ADD_FAILURE() << started.error().message;
    }
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    void stop() { service_.drain(std::chrono::steady_clock::now() + patient(5s)); }
    /// As if it had no time at all.
    void abandon() { service_.drain(std::chrono::steady_clock::now()); }
    [[nodiscard]] std::string figures() const { return metrics_.serialize(); }
    [[nodiscard]] bool counts(const std::string& line) const {
      return metrics_.serialize().find("\n" + line + "\n") != std::string::npos;
    }

   private:
    std::ostringstream lines_;
    runtime::Logger log_{{}, "notify", lines_};
    runtime::Metrics metrics_;
    NotifyService service_;
  };

  [[nodiscard]] Client connect() const {
    auto connected = Client::connect({.address = address, .name = "test"});
    EXPECT_TRUE(connected.wait_ready(patient(10s))) << connected.state().reason;
    return connected;
  }
  void publish(std::uint32_t number, std::uint32_t author = 0, std::uint32_t in = 1) {
    const Uuid id = id_of('m', number);
    const std::string payload =
        nlohmann::json{{"kind", "text"}, {"id", id.to_string()}, {"client_id", "c"}, {"text", "hello"}}.dump();
    client.publish("chat." + room(in).to_string(), payload, {.actor = person(author).to_string(), .id = id}).get();
  }
  bool calls(std::size_t count) {
    return eventually(15s, [&] { return notifier.count() >= count; });
  }
  [[nodiscard]] std::string group(const std::string& what) {
    for (const Headers& row : client.query(QueryKind::groups).get()) {
      if (row.at("group") == "scripted") return row.at(what);
    }
    return {};
  }

  const QuickBroker quick;
  NotifyDatabase people;
  const std::string address = "ipc://" + (people.folder.path() / "broker").string();
  NotifyService::Options options;
  ScriptedNotifier notifier;
  std::atomic<bool> is_away = false;
  std::optional<fanfare::test::BrokerProcess> broker{std::in_place, address, people.folder.path()};
  Client client = connect();
};

TEST_F(NotifyServiceTest, TellsThoseWhoAreAwayOfWhatIsPublished) {
  const auto there = client.hold_presence("user." + person(2).to_string());
  ASSERT_TRUE(there.wait_ready(patient(5s)));
  Process process(*this);
  publish(1);
  ASSERT_TRUE(calls(1));
  EXPECT_TRUE(eventually(10s, [&] {
    return process.counts(R"(fanfare_notify_suppressed_total{notifier="scripted",reason="online"} 1)");
  }));
  EXPECT_EQ(notifier.count(), 1U);
  EXPECT_EQ(notifier.calls()[0].notification.address, "a1");
  EXPECT_EQ(notifier.calls()[0].notification.preview, "hello");
  EXPECT_TRUE(eventually(10s, [&] { return group("pending") == "0"; }));
}

TEST_F(NotifyServiceTest, WhoComesBackWithinTheGraceIsNotTold) {
  options.sender.times.grace = patient(2s);
  auto there = client.hold_presence("user." + person(1).to_string());
  ASSERT_TRUE(there.wait_ready(patient(5s)));
  execute(people.file(), "DELETE FROM notifier_link WHERE address = 'a2'");
  Process process(*this);
  publish(1);
  there.release();
  publish(2);
  const auto back = client.hold_presence("user." + person(1).to_string());
  EXPECT_TRUE(eventually(15s, [&] {
    return process.counts(R"(fanfare_notify_suppressed_total{notifier="scripted",reason="online"} 1)");
  }));
  EXPECT_EQ(notifier.count(), 0U);
}

TEST_F(NotifyServiceTest, WhatIsDeliveredAgainIsToldOnce) {
  // One takes it, makes its rows, and is gone before it has acknowledged anything: its database fails at the commit.
  Process first(*this);
  is_away = true;
  publish(1);
  publish(2);
  EXPECT_TRUE(eventually(10s, [&] { return first.counts(R"(fanfare_notify_database_up{for="taking"} 0)"); }));
  first.abandon();
  is_away = false;
  const auto taker =
      people.database->notification_store({.notifier = "scripted", .holder = "t", .times = options.sender.times})
          .value();
  const Position position = client.fetch("chat.>", {}).get().messages.at(0).position;
  const store::Arrival arrival{room(), person(0), position, common::wall_clock(), "hello"};
  EXPECT_EQ(taker->take({&arrival, 1}).value(), 2U);
  Process second(*this);
  ASSERT_TRUE(calls(2));
  EXPECT_TRUE(eventually(10s, [&] { return group("pending") == "0" && taker->waiting().value() == 0; }));
  std::map<std::string, std::uint64_t> told;
  for (const auto& call : notifier.calls()) told[call.notification.address] = call.notification.count;
  EXPECT_EQ(told, (std::map<std::string, std::uint64_t>{{"a1", 2}, {"a2", 2}}));
  EXPECT_EQ(group("dead"), "0");
}

TEST_F(NotifyServiceTest, ADatabaseThatIsAwayIsAPause) {
  is_away = true;
  Process process(*this);
  publish(1);
  const auto end = std::chrono::steady_clock::now() + 2 * options.intake.ack_wait;
  EXPECT_TRUE(eventually(20s, [&] {
    return process.counts(R"(fanfare_notify_database_up{for="taking"} 0)") && std::chrono::steady_clock::now() > end;
  }));
  EXPECT_EQ(group("pending"), "1");
  EXPECT_EQ(notifier.count(), 0U);
  is_away = false;
  ASSERT_TRUE(calls(2));
  EXPECT_TRUE(eventually(10s, [&] { return group("pending") == "0"; }));
  EXPECT_EQ(notifier.count(), 2U);
}

TEST_F(NotifyServiceTest, StoppingWritesWhatTheGroupHasHandedOver) {
  is_away = true;
  Process process(*this);
  for (std::uint32_t number = 1; number <= 20; ++number) publish(number);
  ASSERT_TRUE(eventually(10s, [&] { return group("in_flight") == "20"; }));
  std::jthread stopping([&] { process.stop(); });
  ASSERT_TRUE(eventually(10s, [&] {
    const auto members = client.query(QueryKind::members).get();
    return members.size() == 1 && members[0].at("state") == "finishing";
  }));
  is_away = false;
  stopping.join();
  EXPECT_EQ(group("members"), "0");
  EXPECT_EQ(group("pending"), "0") << "what it gave back would be handed out again";
}

TEST_F(NotifyServiceTest, TwoProcessesTellEachPersonOnce) {
  constexpr std::uint32_t kPeople = 40;
  execute(people.file(), make_room_sql(2, kPeople + 1, 100));
  Process one(*this);
  Process two(*this);
  publish(1, 100, 2);
  ASSERT_TRUE(calls(kPeople));
  std::set<std::string> told;
  for (const auto& call : notifier.calls()) told.insert(call.notification.address);
  EXPECT_EQ(told.size(), kPeople);
  EXPECT_EQ(notifier.count(), kPeople);
  one.stop();
  two.stop();
}

TEST_F(NotifyServiceTest, NobodyIsToldWhileTheBrokerIsAwayOrSettles) {
  options.sender.times.grace = patient(1500ms);  // longer than it takes to notice
  Process process(*this);
  publish(1);
  broker->kill();
  broker.emplace(address, people.folder.path());
  const auto there = client.hold_presence("user." + person(1).to_string());
  ASSERT_TRUE(there.wait_ready(patient(10s)));
  ASSERT_TRUE(calls(1));
  EXPECT_EQ(notifier.calls()[0].notification.address, "a2");
  EXPECT_TRUE(eventually(10s, [&] {
    return process.counts(R"(fanfare_notify_suppressed_total{notifier="scripted",reason="online"} 1)");
  })) << process.figures();
  EXPECT_EQ(notifier.count(), 1U);
}

}  // namespace
}  // namespace fanfare::workers::notify
