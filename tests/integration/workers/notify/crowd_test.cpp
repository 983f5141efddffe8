// Three processes, two thousand people away and ten thousand messages: each is told, nobody twice, and the buckets
// hold, as counted here from what the other side saw.
#include <gtest/gtest.h>

#include <atomic>
#include <map>

#include "tests/integration/workers/notify/notify_people.hpp"
#include "tests/integration/workers/notify/notify_process.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/postgres.hpp"
#include "workers/notify/sender.hpp"

namespace fanfare::workers::notify {
namespace {

using namespace std::chrono_literals;
using namespace test_support;
using fanfare::test::patient;

constexpr std::uint32_t kRooms = 500;
constexpr std::uint32_t kReaders = 4;  // of each room
constexpr std::uint32_t kPeople = kRooms * kReaders;
constexpr std::uint64_t kMessages = 20;  // of each room
constexpr double kAllCapacity = 20;
constexpr double kAllPerSecond = 200;
constexpr double kEachPerSecond = 2;
const store::NotifyTimes kTimes{.grace = 0ms, .window = 1h, .change_every = 1s};

class NotifyCrowd : public testing::Test {
 protected:
  NotifyCrowd() {
    config.data_dir = folder.path();
    config.database.url = postgres.url();
    std::string sql;
    for (std::uint32_t number = 0; number < kRooms; ++number) {
      sql += make_room_sql(number, kReaders + 1, number * (kReaders + 1));
    }
    postgres.execute(sql);
  }

  /// Tells until the parent has written the file "over".
  int tell(const std::string& holder) const {
    const auto database = store::Database::open(config, {.patience = patient(5s)}).value();
    FileNotifier notifier(folder.path() / "told");
    notifier.make_buckets = [](const std::string& address) {
      return std::vector<Bucket>{{"all", kAllCapacity, kAllPerSecond}, {address, 1, kEachPerSecond}};
    };
    std::atomic<std::int64_t> last_now = 0;  // what the token was taken at: the sender asks for nothing in between
    notifier.time = [&] { return last_now.load(); };
    std::ostringstream lines;
    runtime::Logger log({}, "test", lines);
    runtime::Metrics metrics;
    NotifyFigures figures("scripted", metrics);
    PresenceView presence(0ms);
    presence.connection_is({.connection = Connection::ready});
    presence.completed(false);
    Sender::Options options{.times = kTimes, .claim = 16, .lease = patient(30s), .longest_idle = 20ms};
    options.now = [&] {
      const auto now = common::wall_clock();
      last_now = now.time_since_epoch().count();
      return now;
    };
    Sender sender({notifier, presence, log, metrics, figures, {}}, options,
                  ReopenedStore([&](const auto& asked) { return database->notification_store(asked); },
                                {.notifier = "scripted", .holder = holder, .times = kTimes}));
    const bool is_over =
        fanfare::test::eventually(120s, [&] { return std::filesystem::exists(folder.path() / "over"); });
    sender.close(std::chrono::steady_clock::now() + patient(5s));
    sender.finish();
    return is_over ? 0 : 1;
  }

  void take_all() const {
    const auto database = store::Database::open(config, {.patience = patient(5s)}).value();
    const auto taker =
        database->notification_store({.notifier = "scripted", .holder = "taker", .times = kTimes}).value();
    const auto began = std::chrono::steady_clock::now();
    for (std::uint64_t message = 0; message < kMessages; ++message) {
      std::vector<store::Arrival> batch;
      for (std::uint32_t number = 0; number < kRooms; ++number) {
        batch.push_back({room(number),
                         person(number * (kReaders + 1)),
                         {id_of('e', 1), message * kRooms + number + 1},
                         common::wall_clock(),
                         "text"});
      }
      ASSERT_TRUE(taker->take(batch).has_value());
    }
    const std::chrono::duration<double> time = std::chrono::steady_clock::now() - began;
    std::cout << kMessages * kRooms << " messages taken in " << time.count() << " s\n";
    EXPECT_TRUE(fanfare::test::eventually(60s, [&] { return taker->waiting().value() == 0; }));
  }

  const fanfare::test::TemporaryFolder folder;
  const fanfare::test::PostgresTestDatabase postgres;
  runtime::Config config = runtime::default_config();
};

/// In no span are there more than the bucket allows; `times` in milliseconds.
void expect_held(std::vector<std::int64_t> times, double capacity, double per_second, const std::string& bucket) {
  std::ranges::sort(times);
  for (std::size_t first = 0; first < times.size(); ++first) {
    for (std::size_t last = first + 1; last < times.size(); ++last) {
      const double seconds = static_cast<double>(times[last] - times[first] + 1) / 1e3;
      const auto count = static_cast<double>(last - first + 1);
      ASSERT_LE(count, capacity + per_second * seconds + 0.01) << bucket << " from " << times[first];
    }
  }
}

TEST_F(NotifyCrowd, IsToldEachAndNobodyTwiceWithinTheBuckets) {
  std::vector<pid_t> processes;
  for (const char* holder : {"one", "two", "three"}) processes.push_back(in_process([&] { return tell(holder); }));
  take_all();
  std::ofstream(folder.path() / "over") << "over" << std::flush;
  for (const pid_t process : processes) EXPECT_EQ(end_of(process), 0);

  const auto told = told_lines(folder.path() / "told");
  std::map<std::string, int> new_ones;
  std::map<std::string, std::uint64_t> says;
  std::map<std::string, std::vector<std::int64_t>> times;
  std::vector<std::int64_t> all;
  for (const ToldLine& line : told) {
    if (line.how == "new") ++new_ones[line.address];
    EXPECT_GT(line.count, says[line.address]) << line.address;  // in their order
    says[line.address] = line.count;
    times[line.address].push_back(line.time);
    all.push_back(line.time);
  }
  EXPECT_EQ(new_ones.size(), kPeople);
  for (const auto& [address, count] : new_ones) EXPECT_EQ(count, 1) << address;
  for (const auto& [address, count] : says) EXPECT_EQ(count, kMessages) << address;
  expect_held(all, kAllCapacity, kAllPerSecond, "all");
  for (const auto& [address, own] : times) expect_held(own, 1, kEachPerSecond, address);
  RecordProperty("notifications", static_cast<int>(told.size()));
  std::cout << told.size() << " notifications in " << (all.back() - all.front()) << " ms\n";
}

}  // namespace
}  // namespace fanfare::workers::notify
