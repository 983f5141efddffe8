#include "tests/unit/sdk/session_work_fixture.hpp"

namespace fanfare::session::test {
namespace {

class SessionRole : public SessionWorkTest {
 protected:
  void SetUp() override { work_in(protocol::GroupOrder::exclusive); }

  void elect(std::uint64_t term) {
    receive(protocol::Role{.handle = 1, .role = protocol::RoleKind::active, .term = term});
  }
};

TEST_F(SessionRole, IsToldWithItsTerm) {
  receive(protocol::Role{.handle = 1, .role = protocol::RoleKind::standby});
  elect(7);
  ASSERT_EQ(told.roles.size(), 2U);
  EXPECT_FALSE(told.roles[0].second.active);
  EXPECT_TRUE(told.roles[1].second.active);
  EXPECT_EQ(told.roles[1].second.term, 7U);
}

TEST_F(SessionRole, WithoutAConnectionItIsStandby) {
  elect(7);
  session.lost(now, Error(ErrorCode::unreachable));
  ASSERT_EQ(told.roles.size(), 2U);
  EXPECT_FALSE(told.roles[1].second.active);
}

TEST_F(SessionRole, ANewSessionHasToBeElectedAgain) {
  elect(7);
  reconnect();
  agree();
  EXPECT_EQ(told.roles.size(), 2U);
  elect(8);
  EXPECT_EQ(told.roles.back().second.term, 8U);
}

TEST_F(SessionRole, AResumedSessionHasTheRoleItHad) {
  elect(7);
  session.lost(now, Error(ErrorCode::unreachable));
  wait(10s);
  auto again = welcome();
  again.flags = protocol::Welcome::kResumed;
  again.received = 1;
  connect(again);
  EXPECT_TRUE(told.roles.back().second.active);
  EXPECT_EQ(told.roles.back().second.term, 7U);
}

TEST_F(SessionRole, WhenTheGroupIsDroppedItIsStandbyBeforeItEnds) {
  elect(7);
  receive(protocol::Error{
      .request = join_request, .command = protocol::CommandType::join, .code = ErrorCode::no_such_group});
  EXPECT_FALSE(told.roles.back().second.active);
  EXPECT_EQ(told.refused.at(1), ErrorCode::no_such_group);
}

TEST_F(SessionRole, AClosedClientIsStandby) {
  elect(7);
  session.close(now, now);
  EXPECT_FALSE(told.roles.back().second.active);
}

}  // namespace
}  // namespace fanfare::session::test
