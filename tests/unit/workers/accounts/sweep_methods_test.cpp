#include "tests/unit/workers/accounts/methods_fixture.hpp"

namespace fanfare::workers::accounts::test {
namespace {

using SweepMethods = MethodsTest;

TEST_F(SweepMethods, ForgetsSessionsThatAreOverAndKeysThatCountNoMore) {
  const std::string anna = id_of(register_person("anna"));
  const json paul = register_person("paul");
  ok("accounts.logout", {{"refresh_token", paul["refresh_token"]}});
  const json room = {{"kind", "room"}, {"title", "Room"}, {"members", {id_of(paul)}}};
  EXPECT_TRUE(json::parse(table.answer("conversations.create", anna, room.dump(), common::Deadline::max(), "key"))
                  .contains("ok"));
  EXPECT_EQ(ok("accounts.sweep", json::object()), (json{{"sessions", 1}, {"idempotency_keys", 0}, {"more", false}}));
  now += std::chrono::hours(25);
  EXPECT_EQ(ok("accounts.sweep", json::object())["idempotency_keys"], 1);
  now += std::chrono::hours(24 * 30);
  EXPECT_EQ(ok("accounts.sweep", json::object())["sessions"], 1);
}

TEST_F(SweepMethods, IsNotDoneForAPerson) {
  EXPECT_EQ(error_of("accounts.sweep", json::object(), id_of(register_person("anna"))), "permission_denied");
  EXPECT_EQ(error_of("accounts.sweep", {{"sessions", 1}}), "invalid");
}

}  // namespace
}  // namespace fanfare::workers::accounts::test
