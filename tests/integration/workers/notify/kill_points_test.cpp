// kill -9 at every point of one notification: its process is ended before or after the n-th thing that it does with the
// database or the other side; the message is delivered again, and another process goes on.
//
// Told is exactly once, wherever that was, but where the row had been marked and nothing says whether the request has
// been written since: there it is not told again, and at most once.
#include <gtest/gtest.h>

#include <csignal>
#include <set>

#include "tests/integration/workers/notify/notify_people.hpp"
#include "tests/integration/workers/notify/notify_process.hpp"
#include "tests/support/eventually.hpp"
#include "workers/notify/sender.hpp"

namespace fanfare::workers::notify {
namespace {

using namespace std::chrono_literals;
using namespace test_support;
using fanfare::test::patient;
using runtime::Result;
using store::DueNotification;

/// Counts moments, and ends the process at one of them, whose name it leaves behind.
class Moments {
 public:
  Moments(int last, std::filesystem::path file) : last_(last), file_(std::move(file)) {}
  void pass(const std::string& name) {
    if (++passed_ != last_) return;
    std::ofstream(file_) << name << std::flush;
    ::kill(::getpid(), SIGKILL);
  }

 private:
  const int last_;
  const std::filesystem::path file_;
  int passed_ = 0;
};

/// NotificationStore, with a moment before and after each call.
class MomentousStore final : public store::NotificationStore {
 public:
  MomentousStore(std::unique_ptr<store::NotificationStore> inner, Moments& moments)
      : inner_(std::move(inner)), moments_(moments) {}

  Result<std::uint64_t> take(std::span<const store::Arrival> arrivals) override {
    return around("take", [&] { return inner_->take(arrivals); });
  }
  Result<std::vector<DueNotification>> claim(common::TimePoint now, std::chrono::milliseconds lease,
                                             std::size_t limit) override {
    return around("claim", [&] { return inner_->claim(now, lease, limit); });
  }
  Result<std::optional<common::TimePoint>> next_due(common::TimePoint now) override {
    return around("next_due", [&] { return inner_->next_due(now); });
  }
  Result<bool> postpone(const DueNotification& due, common::TimePoint until) override {
    return around("postpone", [&] { return inner_->postpone(due, until); });
  }
  Result<bool> suppress(const DueNotification& due, common::TimePoint now) override {
    return around("suppress", [&] { return inner_->suppress(due, now); });
  }
  Result<store::Begun> begin(const DueNotification& due, bool is_change, std::span<const store::TokenBucket> buckets,
                             common::TimePoint now, std::chrono::milliseconds lease) override {
    return around("begin", [&] { return inner_->begin(due, is_change, buckets, now, lease); });
  }
  Result<bool> told(const DueNotification& due, const store::ToldOutcome& outcome) override {
    return around("told", [&] { return inner_->told(due, outcome); });
  }
  Result<bool> unknown(const DueNotification& due, common::TimePoint now) override {
    return around("unknown", [&] { return inner_->unknown(due, now); });
  }
  Result<bool> not_told(const DueNotification& due, common::TimePoint until, bool can_change) override {
    return around("not_told", [&] { return inner_->not_told(due, until, can_change); });
  }
  Result<bool> give_up(const DueNotification& due, common::TimePoint now) override {
    return around("give_up", [&] { return inner_->give_up(due, now); });
  }
  Result<bool> move_link(const DueNotification& due, const std::string& address) override {
    return around("move_link", [&] { return inner_->move_link(due, address); });
  }
  Result<bool> end_link(const DueNotification& due, const std::string& reason, common::TimePoint now) override {
    return around("end_link", [&] { return inner_->end_link(due, reason, now); });
  }
  Result<void> block(const std::string& bucket, common::TimePoint until) override {
    return around("block", [&] { return inner_->block(bucket, until); });
  }
  Result<std::uint64_t> sweep_sending(common::TimePoint now) override {
    return around("sweep_sending", [&] { return inner_->sweep_sending(now); });
  }
  Result<store::SweptNotifications> sweep(common::TimePoint before) override {
    return around("sweep", [&] { return inner_->sweep(before); });
  }
  Result<void> fix_clock(common::TimePoint now, bool is_certain) override {
    return around("fix_clock", [&] { return inner_->fix_clock(now, is_certain); });
  }
  Result<std::uint64_t> waiting() override {
    return around("waiting", [&] { return inner_->waiting(); });
  }

 private:
  template <class Call>
  auto around(const std::string& name, Call call) -> decltype(call()) {
    moments_.pass("before " + name);
    auto result = call();
    moments_.pass("after " + name);
    return result;
  }

  const std::unique_ptr<store::NotificationStore> inner_;
  Moments& moments_;
};

class KillPoints : public testing::Test {
 protected:
  KillPoints() {
    // Nothing of SQLite's may be open across a fork.
    execute(people.file(), make_room_sql(1, 2));
    people.database.reset();
  }

  /// Takes the message, as whenever it is delivered, and tells until nothing waits.
  int run(int last, const std::string& holder) const {
    Moments moments(last, people.folder.path() / "moment");
    const auto database = store::Database::open(people.config).value();
    const store::NotifyTimes times{.grace = 0ms, .window = 1h, .change_every = 0ms};
    const OpenStore open =
        [&](const store::NotificationStoreOptions& asked) -> Result<std::unique_ptr<store::NotificationStore>> {
      return std::unique_ptr<store::NotificationStore>(
          std::make_unique<MomentousStore>(database->notification_store(asked).value(), moments));
    };
    const store::NotificationStoreOptions options{.notifier = "scripted", .holder = holder, .times = times};
    const store::Arrival arrival{room(), person(0), {id_of('e', 1), 1}, common::wall_clock(), "text"};
    open(options).value()->take({&arrival, 1}).value();

    FileNotifier notifier(people.folder.path() / "told");
    notifier.at_moment = [&](const char* moment) { moments.pass(moment); };
    std::ostringstream lines;
    runtime::Logger log({}, "test", lines);
    runtime::Metrics metrics;
    NotifyFigures figures("scripted", metrics);
    PresenceView presence(0ms);
    presence.connection_is({.connection = Connection::ready});
    presence.completed(false);
    Sender sender({notifier, presence, log, metrics, figures, {}},
                  {.times = times, .lease = patient(300ms), .longest_idle = 20ms}, ReopenedStore(open, options));
    const auto watcher = database->notification_store(options).value();
    return fanfare::test::eventually(10s, [&] { return watcher->waiting().value() == 0; }) ? 0 : 1;
  }

  NotifyDatabase people;
};

TEST_F(KillPoints, OfOneNotificationAreToldOnceOrNotToldAgain) {
  const std::set<std::string> in_doubt{"after begin", "before the request is written", "after the request is written",
                                       "after the reply is read", "before told"};
  constexpr int kPoints = 20;
  int in_doubt_met = 0;
  std::string points;
  for (int point = 1; point <= kPoints; ++point) {
    const auto fresh = people.folder.path() / "fresh.db";
    if (point == 1) std::filesystem::copy_file(people.file(), fresh);
    for (const char* rest : {"", "-wal", "-shm"}) std::filesystem::remove(people.file().string() + rest);
    std::filesystem::copy_file(fresh, people.file());
    std::filesystem::remove(people.folder.path() / "told");
    std::filesystem::remove(people.folder.path() / "moment");

    const int killed = end_of(in_process([&] { return run(point, "first"); }));
    ASSERT_TRUE(WIFSIGNALED(killed) && WTERMSIG(killed) == SIGKILL) << "point " << point << ": " << killed;
    std::string moment;
    std::getline(std::ifstream(people.folder.path() / "moment"), moment);
    points += moment + "\n";
    ASSERT_EQ(end_of(in_process([&] { return run(0, "second"); })), 0) << moment;

    const auto told = told_lines(people.folder.path() / "told");
    if (moment == "after begin" || moment == "before the request is written") {
      EXPECT_EQ(told.size(), 0U) << moment;
    } else {
      EXPECT_EQ(told.size(), 1U) << moment;
    }
    if (in_doubt.contains(moment)) ++in_doubt_met;
  }
  EXPECT_EQ(in_doubt_met, 5) << points;
}

}  // namespace
}  // namespace fanfare::workers::notify
