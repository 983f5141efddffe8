#include "workers/common/delivery_keeper.hpp"

#include <gtest/gtest.h>

#include "tests/support/eventually.hpp"
#include "tests/unit/workers/common/fake_delivery.hpp"

namespace fanfare::workers::common {
namespace {

using namespace std::chrono_literals;
using test::eventually;
using test::FakeDelivery;

class DeliveryKeeperTest : public testing::Test {
 protected:
  std::shared_ptr<FakeDelivery> add(std::uint64_t sequence) {
    auto delivery = std::make_shared<FakeDelivery>();
    keeper.add({{}, sequence}, delivery);
    return delivery;
  }

  static bool is_told(const std::shared_ptr<FakeDelivery>& delivery, int more = 2) {
    const int before = delivery->told;
    return eventually(5s, [&] { return delivery->told >= before + more; });
  }

  DeliveryKeeper keeper{1ms};
};

TEST_F(DeliveryKeeperTest, TellsOfTheOneThatHasWaitedLongestAgainAndAgain) {
  const auto first = add(1);
  const auto second = add(2);
  EXPECT_TRUE(is_told(first, 3));
  EXPECT_EQ(second->told, 0);
}

TEST_F(DeliveryKeeperTest, TellsOfTheNextOneWhenThatIsSettled) {
  auto first = add(1);
  const auto second = add(2);
  EXPECT_TRUE(is_told(first));
  first.reset();
  EXPECT_TRUE(is_told(second));
}

TEST_F(DeliveryKeeperTest, TellsOfTheLowestToo) {
  const auto first = add(7);
  const auto second = add(8);
  const auto lowest = add(3);
  EXPECT_TRUE(is_told(lowest));
  EXPECT_TRUE(is_told(first));
  EXPECT_EQ(second->told, 0);
}

TEST_F(DeliveryKeeperTest, GoesOnWithWhatItHasOnceToldOf) {
  const auto first = add(7);
  const auto lower = add(3);
  EXPECT_TRUE(is_told(lower));
  const auto lowest = add(2);
  EXPECT_TRUE(is_told(lowest));
  EXPECT_TRUE(is_told(lower));
}

TEST_F(DeliveryKeeperTest, ForgetsWhatWasRevoked) {
  const auto first = add(1);
  const auto second = add(2);
  first->is_revoked = true;
  EXPECT_TRUE(is_told(second));
  EXPECT_EQ(keeper.size(), 1U);
}

TEST(DeliveryKeeper, HoldsNoMoreThanWhatIsNotSettled) {
  DeliveryKeeper keeper(1h);
  for (std::uint64_t sequence = 1; sequence <= 1'000; ++sequence) {
    keeper.add({{}, sequence}, std::make_shared<FakeDelivery>());
  }
  EXPECT_LE(keeper.size(), 1U);
}

}  // namespace
}  // namespace fanfare::workers::common
