#include "broker/core/credit_pool.hpp"

#include <gtest/gtest.h>

#include <iostream>
#include <memory>
#include <random>

#include "tests/unit/broker/core_driver.hpp"

namespace fanfare::broker::core {
namespace {

using protocol::CommandType;

constexpr std::uint64_t kWindow = 1U << 20U;
constexpr std::uint64_t kLeast = CreditPool::kLeast;

/// Sends a first message, which is confirmed.
void use(Inflow& inflow) {
  ASSERT_TRUE(inflow.received(CommandType::publish, 1'000));
  ASSERT_TRUE(inflow.confirm(false, false));
}

TEST(CreditPool, GivesEachItsPartBetweenTheLeastAndTheWindow) {
  CreditPool pool(64U << 20U, kWindow);
  std::vector<std::unique_ptr<Inflow>> all;
  const auto next = [&] {
    all.push_back(std::make_unique<Inflow>(pool));
    use(*all.back());
    return all.back()->unused();
  };
  for (int i = 0; i < 63; ++i) EXPECT_EQ(next(), kWindow);
  EXPECT_EQ(next(), kWindow);
  EXPECT_EQ(next(), kLeast) << "the others have it all";
  EXPECT_EQ(pool.lent(), (64U << 20U) + kLeast);
  all.resize(10);
  EXPECT_EQ(next(), kWindow);
  all.clear();
  EXPECT_EQ(pool.lent(), 0U);
}

TEST(CreditPool, IsNotHeldByAThousandThatNeverSend) {
  CreditPool pool(64U << 20U, kWindow);
  std::vector<std::unique_ptr<Inflow>> idle;
  for (int i = 0; i < 999; ++i) idle.push_back(std::make_unique<Inflow>(pool));
  EXPECT_LE(pool.lent(), 999 * Inflow::kUntilUsed);
  Inflow one(pool);
  EXPECT_EQ(one.limit(), Inflow::kUntilUsed);
  use(one);
  EXPECT_EQ(one.unused(), (64U << 20U) / 1'000);
}

TEST(CreditPool, ShrinksAWindowOnlyByGivingLess) {
  CreditPool pool(4 * kWindow, kWindow);
  Inflow first(pool);
  use(first);
  std::vector<std::unique_ptr<Inflow>> others;
  for (int i = 0; i < 15; ++i) others.push_back(std::make_unique<Inflow>(pool));
  ASSERT_TRUE(first.received(CommandType::publish, 1'000));
  auto credit = first.confirm(true, false);
  ASSERT_TRUE(credit);
  EXPECT_EQ(credit->limit, kWindow + 1'000) << "its limit stays, though its part is a quarter of that now";
  ASSERT_TRUE(first.received(CommandType::publish, kWindow - 1'000));
  credit = first.confirm(false, false);
  ASSERT_TRUE(credit);
  EXPECT_EQ(credit->limit, kWindow + 1'000 + kWindow / 4);
  others.clear();
  ASSERT_TRUE(first.received(CommandType::publish, 1'000));
  credit = first.confirm(false, true);
  ASSERT_TRUE(credit);
  EXPECT_EQ(credit->limit, kWindow + 2'000 + kWindow) << "it has the pool for itself again";
}

TEST(CreditPool, LetsOneLargerMessagePassAShrunkWindow) {
  CreditPool pool(kWindow, kWindow);
  std::vector<std::unique_ptr<Inflow>> others;
  for (int i = 0; i < 100; ++i) others.push_back(std::make_unique<Inflow>(pool));
  Inflow one(pool);
  EXPECT_EQ(one.limit(), kLeast);
  EXPECT_TRUE(one.received(CommandType::publish, 500'000));
  EXPECT_FALSE(one.received(CommandType::publish, 1)) << "the first is not confirmed";
  ASSERT_TRUE(one.confirm(false, false));
  EXPECT_TRUE(one.received(CommandType::publish, 500'000));
}

TEST(CreditPool, ConfirmsAtOnceTheFirstDataAndWhatIsMoreThanAFewMessages) {
  for (const std::uint64_t window : {kWindow, std::uint64_t{8U << 10U}}) {  // 4 KiB, or a quarter of it
    CreditPool pool(4 * kWindow, window);
    Inflow one(pool);
    use(one);
    const auto pressing = std::min<std::uint64_t>(4U << 10U, window / 4);
    ASSERT_TRUE(one.received(CommandType::publish, pressing - 1));
    EXPECT_FALSE(one.confirm(false, false));
    ASSERT_TRUE(one.received(CommandType::publish, 1));
    EXPECT_TRUE(one.confirm(false, false));
    EXPECT_FALSE(one.confirm(true, true)) << "nothing is owed";
  }
}

TEST(CreditPool, IsNotHeldByTheDetached) {
  CreditPool pool(4 * kWindow, kWindow);
  Inflow one(pool);
  Inflow other(pool);
  one.pause();
  EXPECT_EQ(pool.lent(), Inflow::kUntilUsed);
  one.resume();
  EXPECT_EQ(one.limit(), Inflow::kUntilUsed);
  EXPECT_EQ(pool.lent(), 2 * Inflow::kUntilUsed);
}

/// Sessions come, go, are cut off and return; they send up to their limits, or one larger message with nothing
/// outstanding. What may be on its way is always bounded, and nobody who keeps to the rules is refused.
TEST(CreditPool, NeverLendsMoreThanItHasAndTheLeastOfEach) {
  const auto seed = std::random_device{}();
  std::cout << "seed " << seed << '\n';
  std::mt19937 random(seed);
  const auto below = [&](std::uint64_t bound) {
    return std::uniform_int_distribution<std::uint64_t>(0, bound - 1)(random);
  };
  struct Sender {
    explicit Sender(CreditPool& pool) : in(pool), limit(in.limit()) {}
    Inflow in;
    std::uint64_t limit;
    std::uint64_t sent = 0;
    bool unconfirmed = false;
    bool attached = true;
  };
  for (int round = 0; round < 20; ++round) {
    const std::uint64_t size = kWindow * (1 + below(64));
    CreditPool pool(size, kWindow);
    std::vector<std::unique_ptr<Sender>> senders;
    for (int step = 0; step < 3'000; ++step) {
      const auto dice = below(100);
      if (senders.empty() || dice < 12) {
        senders.push_back(std::make_unique<Sender>(pool));
      } else if (auto& one = senders[below(senders.size())]; dice < 18) {
        std::swap(one, senders.back());
        senders.pop_back();
      } else if (dice < 24) {
        one->attached ? one->in.pause() : one->in.resume();
        one->attached = !one->attached;
        one->sent = 0;
        one->unconfirmed = false;
        one->limit = one->in.limit();
      } else if (one->attached && dice < 70) {
        const auto left = one->limit - std::min(one->limit, one->sent);
        const auto bytes = one->unconfirmed ? below(left + 1) : below(2 * kWindow);
        if (bytes > 0) {
          ASSERT_TRUE(one->in.received(CommandType::publish, bytes));
          one->sent += bytes;
          one->unconfirmed = true;
        }
      } else if (one->attached) {
        const bool due = below(2) == 1;
        const auto credit = one->in.confirm(false, due);
        if (due || !one->unconfirmed) {
          ASSERT_EQ(credit.has_value(), one->unconfirmed);
        }
        if (credit) {
          ASSERT_GE(credit->limit, one->limit) << "limits never fall";
          ASSERT_GE(credit->limit, one->sent);
          one->limit = credit->limit;
          one->unconfirmed = false;
        }
      }
      std::uint64_t open = 0;
      for (const auto& one : senders) {
        if (one->attached) open += one->limit - std::min(one->limit, one->sent);
      }
      ASSERT_EQ(open, pool.lent());
      ASSERT_LE(open, size + senders.size() * kLeast);
    }
  }
}

TEST(CreditPool, BoundsWhatAThousandSessionsMaySend) {
  auto settings = CoreDriver::settings();
  settings.publish_pool = 32U << 20U;
  CoreDriver driver(settings);
  std::vector<ConnectionId> peers;
  for (int i = 0; i < 1'000; ++i) peers.push_back(driver.peer("peer" + std::to_string(i)));
  EXPECT_LE(driver.core().figures().lent, settings.publish_pool + 1'000 * kLeast);
  EXPECT_GE(driver.core().figures().lent, settings.publish_pool);
  // A message larger than its window is still taken, again and again.
  for (int i = 0; i < 3; ++i) {
    driver.publish(peers.back(), "demo", std::string(200'000, 'x'));
    EXPECT_TRUE(driver.has<protocol::Credit>(peers.back()));
    driver.take(peers.back());
  }
  for (const auto peer : peers) driver.core().disconnected(peer);
  EXPECT_EQ(driver.core().figures().lent, 0U);
}

}  // namespace
}  // namespace fanfare::broker::core
