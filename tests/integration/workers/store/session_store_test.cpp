#include "workers/store/session_store.hpp"

#include <gtest/gtest.h>

#include <future>

#include "tests/integration/workers/store/account_stores_fixture.hpp"

namespace fanfare::workers::store::test {
namespace {

TokenRule always(TokenVerdict verdict) {
  return [verdict](const TokenState&) { return verdict; };
}

class SessionStoreTest : public AccountStoresTest {
 protected:
  std::optional<Renewed> renew(const std::string& shown, const std::string& next, const TokenRule& rule,
                               common::TimePoint now = kNow) {
    return stores->sessions().renew(hash_of(shown), {hash_of(next), now, now + std::chrono::hours(720)}, rule).value();
  }
  /// What is known of a token; nothing if it is not.
  std::optional<TokenState> state(const std::string& token) {
    std::optional<TokenState> seen;
    renew(token, "unused", [&](const TokenState& known) {
      seen = known;
      return TokenVerdict::kRefuse;
    });
    return seen;
  }
  std::size_t changes() { return stores->outbox().pending(1000).value().size(); }

  const Uuid anna = add_person("anna");  // with the token anna-1
};

TEST_P(SessionStoreTest, BeginsWithTheFirstGeneration) {
  const auto known = state("anna-1");
  ASSERT_TRUE(known);
  EXPECT_EQ(known->generation, 1);
  EXPECT_EQ(known->session_generation, 1);
  EXPECT_EQ(known->siblings, 1);
  EXPECT_EQ(known->rotated_at, kNow);
  EXPECT_EQ(known->expires_at, kNow + std::chrono::hours(720));
  EXPECT_FALSE(known->is_ended);
}

TEST_P(SessionStoreTest, RotatesToTheNextGeneration) {
  const auto later = kNow + std::chrono::hours(1);
  const auto renewed = renew("anna-1", "anna-2", always(TokenVerdict::kRotate), later);
  ASSERT_TRUE(renewed);
  EXPECT_EQ(renewed->profile.person.id, anna);
  EXPECT_EQ(state("anna-1")->generation, 1);
  EXPECT_EQ(state("anna-1")->session_generation, 2);
  EXPECT_EQ(state("anna-2")->generation, 2);
  EXPECT_EQ(state("anna-2")->rotated_at, later);
  EXPECT_EQ(state("anna-2")->expires_at, later + std::chrono::hours(720));
}

TEST_P(SessionStoreTest, ReissuesWithinTheGeneration) {
  const auto first = renew("anna-1", "anna-2", always(TokenVerdict::kRotate));
  const auto second = renew("anna-1", "anna-2b", always(TokenVerdict::kReissue));
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->session, second->session);
  EXPECT_EQ(state("anna-2")->generation, 2);
  EXPECT_EQ(state("anna-2b")->generation, 2);
  EXPECT_EQ(state("anna-2b")->siblings, 2);
}

TEST_P(SessionStoreTest, KnowsNoOtherTokens) {
  EXPECT_FALSE(renew("unknown", "next", always(TokenVerdict::kRotate)));
  EXPECT_FALSE(state("next"));
}

TEST_P(SessionStoreTest, RevokingEndsTheSessionAndTellsOnce) {
  EXPECT_FALSE(renew("anna-1", "anna-2", always(TokenVerdict::kRevoke)));
  EXPECT_FALSE(renew("anna-1", "anna-2", always(TokenVerdict::kRevoke)));
  EXPECT_TRUE(state("anna-1")->is_ended);
  EXPECT_FALSE(state("anna-2"));
  const auto rows = stores->outbox().pending(10).value();
  ASSERT_EQ(rows.size(), 1);
  EXPECT_EQ(rows[0].kind, ChangeKind::kPersonChanged);
  EXPECT_EQ(rows[0].person, anna);
}

TEST_P(SessionStoreTest, EndsByAnyOfItsTokens) {
  renew("anna-1", "anna-2", always(TokenVerdict::kRotate));
  EXPECT_TRUE(stores->sessions().end(hash_of("anna-1"), kNow));
  EXPECT_TRUE(state("anna-2")->is_ended);
  EXPECT_TRUE(stores->sessions().end(hash_of("unknown"), kNow));
  EXPECT_EQ(changes(), 1);
}

TEST_P(SessionStoreTest, LeavesOtherSessionsAlone) {
  EXPECT_TRUE(stores->sessions().begin(session_of(anna, "other-1")));
  renew("anna-1", "x", always(TokenVerdict::kRevoke));
  EXPECT_FALSE(state("other-1")->is_ended);
}

TEST_P(SessionStoreTest, ForgetsWhatIsOverAtTheNextLogin) {
  EXPECT_TRUE(stores->sessions().end(hash_of("anna-1"), kNow));
  EXPECT_TRUE(stores->sessions().begin(session_of(anna, "other-1")));
  EXPECT_FALSE(state("anna-1"));
}

TEST_P(SessionStoreTest, KeepsAHundredSessionsOfAPerson) {
  for (int i = 0; i < 100; ++i) {
    NewSession session = session_of(anna, "login-" + std::to_string(i));
    session.now = kNow + std::chrono::seconds(i + 1);
    EXPECT_TRUE(stores->sessions().begin(session));
  }
  EXPECT_FALSE(state("anna-1"));
  EXPECT_TRUE(state("login-0"));
  EXPECT_TRUE(state("login-99"));
}

TEST_P(SessionStoreTest, KeepsALimitedNumberOfOldTokens) {
  for (int i = 1; i <= 300; ++i) {
    renew("anna-" + std::to_string(i), "anna-" + std::to_string(i + 1), always(TokenVerdict::kRotate));
  }
  EXPECT_FALSE(state("anna-1"));
  EXPECT_TRUE(state("anna-100"));
  EXPECT_EQ(state("anna-301")->generation, 301);
}

TEST_P(SessionStoreTest, LetsOneOfTwoAtTheSameTimeBeFirst) {
  const auto rotate_once = [this](const std::string& next) {
    const auto own = database->open();
    bool was_first = false;
    own->sessions()
        .renew(hash_of("anna-1"), {hash_of(next), kNow, kNow + std::chrono::hours(1)},
               [&](const TokenState& token) {
                 was_first = token.generation == token.session_generation;
                 return was_first ? TokenVerdict::kRotate : TokenVerdict::kRefuse;
               })
        .value();
    return was_first;
  };
  auto one = std::async(std::launch::async, rotate_once, "a");
  auto other = std::async(std::launch::async, rotate_once, "b");
  EXPECT_NE(one.get(), other.get());
}

TEST_P(SessionStoreTest, SweepForgetsWhatIsOverAPartAtATime) {
  add_person("paul");
  EXPECT_TRUE(stores->sessions().end(hash_of("paul-1"), kNow).has_value());
  const auto later = kNow + std::chrono::hours(720);
  const Uuid eve = add_person("eve");
  EXPECT_TRUE(
      stores->sessions().begin({common::new_id(kNow), eve, hash_of("eve-2"), kNow, later + std::chrono::hours(1)}));
  EXPECT_EQ(stores->sessions().sweep(kNow, 10).value(), 1U);  // paul's
  EXPECT_FALSE(state("paul-1"));
  EXPECT_TRUE(state("anna-1"));
  EXPECT_EQ(stores->sessions().sweep(later, 1).value(), 1U);
  EXPECT_EQ(stores->sessions().sweep(later, 10).value(), 1U);
  EXPECT_EQ(stores->sessions().sweep(later, 10).value(), 0U);
  EXPECT_FALSE(state("anna-1"));
  EXPECT_FALSE(state("eve-1"));
  EXPECT_TRUE(state("eve-2"));
}

INSTANTIATE_TEST_SUITE_P(Each, SessionStoreTest, testing::ValuesIn(account_databases_and_pgbouncer()),
                         name_of_database);

}  // namespace
}  // namespace fanfare::workers::store::test
