#include "workers/store/people_store.hpp"

#include <gtest/gtest.h>

#include "tests/integration/workers/store/account_stores_fixture.hpp"

namespace fanfare::workers::store::test {
namespace {

class PeopleStoreTest : public AccountStoresTest {
 protected:
  NewPerson person(const std::string& key, const std::string& skeleton) {
    return {{{common::new_id(kNow), key, key}, "de-AT", kNow}, key, skeleton, key, "hash of " + key};
  }
  bool add(const NewPerson& each) {
    return stores->people().add(each, session_of(each.profile.person.id, each.username_key)).value();
  }
  std::vector<std::string> search(const std::string& prefix, std::size_t limit = 50, const Uuid& except = {}) {
    std::vector<std::string> names;
    for (const Person& each : stores->people().search(prefix, except, limit).value()) names.push_back(each.username);
    return names;
  }
};

using Names = std::vector<std::string>;

TEST_P(PeopleStoreTest, GivesBackWhoWasAdded) {
  const NewPerson anna = person("anna", "anna");
  ASSERT_TRUE(add(anna));
  EXPECT_EQ(stores->people().find(anna.profile.person.id).value(), anna.profile);
  const auto credentials = stores->people().credentials("anna").value();
  ASSERT_TRUE(credentials);
  EXPECT_EQ(credentials->profile, anna.profile);
  EXPECT_EQ(credentials->password_hash, "hash of anna");
}

TEST_P(PeopleStoreTest, KnowsNobodyElse) {
  EXPECT_FALSE(stores->people().find(common::new_id(kNow)).value());
  EXPECT_FALSE(stores->people().credentials("anna").value());
  EXPECT_FALSE(stores->people().is_taken("anna", "anna").value());
}

TEST_P(PeopleStoreTest, GivesANameAndWhatLooksLikeItAwayOnce) {
  ASSERT_TRUE(add(person("paypal", "paypal")));
  EXPECT_FALSE(add(person("paypal", "other")));
  EXPECT_FALSE(add(person("paypa1", "paypal")));
  EXPECT_TRUE(stores->people().is_taken("paypa1", "paypal").value());
  EXPECT_TRUE(add(person("paypals", "paypals")));
}

TEST_P(PeopleStoreTest, AddsNothingOfAPersonWhoseNameIsTaken) {
  ASSERT_TRUE(add(person("anna", "anna")));
  const NewPerson second = person("anna", "anna");
  ASSERT_FALSE(add(second));
  EXPECT_FALSE(stores->people().find(second.profile.person.id).value());
}

TEST_P(PeopleStoreTest, FindsByTheBeginningOfEitherName) {
  const Uuid anna = add_person("anna", "zoe");
  add_person("annabel", "anna");
  add_person("joanna", "joe");
  add_person("zoltan", "ann");
  EXPECT_EQ(search("ann"), (Names{"anna", "annabel", "zoltan"}));
  EXPECT_EQ(search("zo"), (Names{"anna", "zoltan"}));
  EXPECT_EQ(search("ann", 2), (Names{"anna", "annabel"}));
  EXPECT_EQ(search("ann", 50, anna), (Names{"annabel", "zoltan"}));
  EXPECT_EQ(search("x"), Names{});
}

TEST_P(PeopleStoreTest, TakesWhatIsLookedForAsItIs) {
  add_person("anna", "100% anna");
  EXPECT_EQ(search("%"), Names{});
  EXPECT_EQ(search("_nna"), Names{});
  EXPECT_EQ(search("100%"), Names{"anna"});
  EXPECT_EQ(search("' OR 1=1 --"), Names{});
}

INSTANTIATE_TEST_SUITE_P(Each, PeopleStoreTest, testing::ValuesIn(account_databases()), name_of_database);

}  // namespace
}  // namespace fanfare::workers::store::test
