#include "workers/accounts/once_methods.hpp"

#include "tests/unit/workers/accounts/failing_stores.hpp"
#include "tests/unit/workers/accounts/methods_fixture.hpp"

namespace fanfare::workers::accounts::test {
namespace {

class OnceMethods : public MethodsTest {
 protected:
  json create(const std::string& key, const std::string& title = "Friends") {
    const json request = {{"kind", "room"}, {"title", title}, {"members", {paul}}};
    return json::parse(table.answer("conversations.create", anna, request.dump(), common::Deadline::max(), key));
  }
  std::size_t conversations() { return ok("conversations.list", json::object(), anna)["conversations"].size(); }

  const std::string anna = id_of(register_person("anna"));
  const std::string paul = id_of(register_person("paul"));
};

TEST_F(OnceMethods, ARepeatGetsTheFirstOnesAnswer) {
  const json first = create("k-1");
  EXPECT_EQ(first["ok"]["created"], true);
  EXPECT_EQ(create("k-1"), first);
  EXPECT_EQ(conversations(), 1U);
}

TEST_F(OnceMethods, TheOutboxIsLookedAtOnceItIsCommitted) {
  create("k-1");
  EXPECT_EQ(changes, 2);  // the method's own comes before the commit
  create("k-1");
  EXPECT_EQ(changes, 2);
}

TEST_F(OnceMethods, AnotherRequestUnderAKeyIsAConflict) {
  create("k-1");
  EXPECT_EQ(create("k-1", "Enemies")["error"]["code"], "id_conflict");
  EXPECT_EQ(create("k-2", "Enemies")["ok"]["created"], true);
}

TEST_F(OnceMethods, WithoutAKeyEachIsDone) {
  create("");
  create("");
  EXPECT_EQ(conversations(), 2U);
}

TEST_F(OnceMethods, AKeyHasAForm) {
  EXPECT_EQ(create("with space")["error"]["code"], "invalid");
  EXPECT_EQ(create(std::string(256, 'k'))["error"]["code"], "invalid");
  EXPECT_EQ(create("\xc3\xa4")["error"]["code"], "invalid");
  EXPECT_EQ(conversations(), 0U);
  EXPECT_EQ(create(std::string(255, 'k'))["ok"]["created"], true);
}

TEST_F(OnceMethods, ARefusalIsNotKept) {
  EXPECT_EQ(create("k-1", "")["error"]["code"], "invalid");
  EXPECT_EQ(create("k-1")["ok"]["created"], true);
}

TEST_F(OnceMethods, AreUnavailableWithTheirDatabase) {
  FailingStores away;
  const auto once = make_once(shared, away);
  const auto answer = once({Uuid(), "k", "t", "{}"}, [] { return common::Answer("{}"); });
  EXPECT_EQ(answer.error().code, common::RefusalCode::kUnavailable);
}

}  // namespace
}  // namespace fanfare::workers::accounts::test
