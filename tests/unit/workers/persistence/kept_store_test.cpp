#include "workers/persistence/kept_store.hpp"

#include <gtest/gtest.h>

#include <sstream>

#include "tests/unit/workers/persistence/fake_message_store.hpp"

namespace fanfare::workers::persistence {
namespace {

using namespace std::chrono_literals;

class KeptStoreTest : public testing::Test {
 protected:
  /// How the call ended; counts those that have reached the database.
  bool ask(bool is_there) {
    const auto answer = kept.call([&](store::MessageStore&) -> runtime::Result<int> {
      ++asked;
      if (!is_there) return runtime::Error{"the database is away"};
      return 1;
    });
    if (answer.has_value()) return true;
    EXPECT_EQ(answer.error().code, common::RefusalCode::kUnavailable);
    return false;
  }

  common::CircuitBreaker::Clock::time_point now{1h};
  int asked = 0;
  std::ostringstream lines;
  runtime::Logger log{{}, "test", lines};
  runtime::Metrics metrics;
  test::FakeMessages database;
  common::CircuitBreaker breaker{{.figure = "fanfare_persistence_database_up",
                                  .purpose = "reading",
                                  .failures = 2,
                                  .first_back_off = 1s,
                                  .now = [this] { return now; }},
                                 log,
                                 metrics};
  KeptStore kept{[this] { return database.open(); }, log, &breaker};
};

TEST_F(KeptStoreTest, RefusesAtOnceWhileTheDatabaseIsAwayAndFindsOutThatItIsBack) {
  EXPECT_TRUE(ask(true));
  EXPECT_FALSE(ask(false));
  EXPECT_FALSE(ask(false));
  EXPECT_EQ(asked, 3);
  EXPECT_FALSE(ask(true));
  EXPECT_EQ(asked, 3);
  now += 1s;
  EXPECT_TRUE(ask(true));
  EXPECT_TRUE(ask(true));
  EXPECT_EQ(asked, 5);
}

}  // namespace
}  // namespace fanfare::workers::persistence
