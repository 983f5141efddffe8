#include "workers/store/outbox_store.hpp"

#include <gtest/gtest.h>

#include <future>

#include "tests/integration/workers/store/account_stores_fixture.hpp"

namespace fanfare::workers::store::test {
namespace {

using std::chrono::seconds;

class OutboxStoreTest : public AccountStoresTest {
 protected:
  bool claim(const std::string& holder, common::TimePoint now) {
    return stores->outbox().claim(holder, now, now + seconds(15)).value();
  }
};

TEST_P(OutboxStoreTest, IsHeldByOneUntilItsLeaseEnds) {
  EXPECT_TRUE(claim("a", kNow));
  EXPECT_TRUE(claim("a", kNow + seconds(10)));
  EXPECT_FALSE(claim("b", kNow + seconds(24)));
  EXPECT_TRUE(claim("b", kNow + seconds(25)));
  EXPECT_FALSE(claim("a", kNow + seconds(25)));
}

TEST_P(OutboxStoreTest, IsGivenBackByItsHolderOnly) {
  EXPECT_TRUE(claim("a", kNow));
  EXPECT_TRUE(stores->outbox().release("b"));
  EXPECT_FALSE(claim("b", kNow));
  EXPECT_TRUE(stores->outbox().release("a"));
  EXPECT_TRUE(claim("b", kNow));
}

TEST_P(OutboxStoreTest, GivesTheOldestRowsUntilTheyAreRemoved) {
  const Uuid anna = add_person("anna");
  for (int i = 0; i < 5; ++i) {
    EXPECT_TRUE(stores->sessions().begin(session_of(anna, std::to_string(i))));
    EXPECT_TRUE(stores->sessions().end(hash_of(std::to_string(i)), kNow));
  }
  const auto rows = stores->outbox().pending(3).value();
  ASSERT_EQ(rows.size(), 3);
  EXPECT_EQ(rows[0].change, 1);
  EXPECT_EQ(rows[2].change, 3);
  EXPECT_TRUE(stores->outbox().remove(2));
  const auto rest = stores->outbox().pending(10).value();
  ASSERT_EQ(rest.size(), 3);
  EXPECT_EQ(rest[0].change, 3);
  EXPECT_EQ(rest[0].message_id, rows[2].message_id);
}

class SigningKeyStoreTest : public AccountStoresTest {};

TEST_P(SigningKeyStoreTest, KeepsTheFirstKeyOfAllThatStartAtOnce) {
  const auto start = [this](const std::string& id) {
    const auto own = database->open();
    const SigningKeyRow candidate{id, runtime::crypto::KeyPair::generate().seed(), kNow};
    return own->signing_keys().load_or_add(candidate).value();
  };
  auto one = std::async(std::launch::async, start, "one");
  auto other = std::async(std::launch::async, start, "other");
  const auto ones = one.get();
  const auto others = other.get();
  ASSERT_EQ(ones.size(), 1);
  ASSERT_EQ(others.size(), 1);
  EXPECT_EQ(ones[0].id, others[0].id);
  EXPECT_EQ(ones[0].seed, others[0].seed);
}

INSTANTIATE_TEST_SUITE_P(Each, OutboxStoreTest, testing::ValuesIn(account_databases()), name_of_database);
INSTANTIATE_TEST_SUITE_P(Each, SigningKeyStoreTest, testing::ValuesIn(account_databases()), name_of_database);

}  // namespace
}  // namespace fanfare::workers::store::test
