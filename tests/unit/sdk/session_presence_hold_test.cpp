#include "tests/unit/sdk/session_fixture.hpp"

namespace fanfare::session::test {
namespace {

using protocol::PresenceAction;
using protocol::PresenceCommand;

class SessionPresenceHold : public SessionTest {
 protected:
  static std::vector<std::string> names(const PresenceCommand& command) {
    return {command.keys.begin(), command.keys.end()};
  }
  /// Holds it and has it acknowledged.
  void held(Handle handle, std::string_view key) {
    session.hold(handle, key);
    receive(protocol::Ok{.request = sent().one<PresenceCommand>().request, .positions = {}});
  }
};

TEST_F(SessionPresenceHold, ManyKeysAreFewCommands) {
  connect();
  for (Handle handle = 1; handle <= 2'500; ++handle) session.hold(handle, "user." + std::to_string(handle));
  const auto frame = sent();
  const auto commands = frame.all<PresenceCommand>();
  ASSERT_EQ(commands.size(), 3U);
  EXPECT_EQ(commands[0].keys.size(), 1'000U);
  EXPECT_EQ(commands[0].keys.front(), "user.1");
  EXPECT_EQ(commands[2].keys.size(), 500U);
  for (const auto& command : commands) {
    EXPECT_EQ(command.action, PresenceAction::hold);
    receive(protocol::Ok{.request = command.request, .positions = {}});
  }
  EXPECT_EQ(told.registered.size(), 2'500U);
}

TEST_F(SessionPresenceHold, LongKeysFillACommandEarlier) {
  connect();
  for (Handle handle = 1; handle <= 300; ++handle) {
    session.hold(handle, std::to_string(handle) + "." + std::string(200, 'x'));
  }
  const auto frame = sent();
  const auto commands = frame.all<PresenceCommand>();
  ASSERT_EQ(commands.size(), 2U);
  EXPECT_GT(commands[0].keys.size(), 150U);
}

TEST_F(SessionPresenceHold, SeveralHoldersOfAKeyAreOne) {
  connect();
  held(1, "user.42");
  session.hold(2, "user.42");
  EXPECT_EQ(told.registered, (std::vector<Handle>{1, 2})) << "the broker has it";
  EXPECT_TRUE(sent().empty());
  session.remove(1);
  EXPECT_TRUE(sent().empty());
  session.remove(2);
  const auto frame = sent();
  EXPECT_EQ(frame.one<PresenceCommand>().action, PresenceAction::release);
  EXPECT_EQ(names(frame.one<PresenceCommand>()), std::vector<std::string>{"user.42"});
}

TEST_F(SessionPresenceHold, WhatCameAndWentIsNotTold) {
  connect();
  session.hold(1, "user.1");
  session.remove(1);
  EXPECT_TRUE(sent().empty());
  held(2, "user.2");
  session.remove(2);
  session.hold(3, "user.2");
  EXPECT_TRUE(sent().empty());
  EXPECT_EQ(told.registered, (std::vector<Handle>{2, 3}));
}

TEST_F(SessionPresenceHold, ReleasedAndHeldAgainAreToldInThatOrder) {
  connect();
  held(1, "user.1");
  session.remove(1);
  const auto released = sent().one<PresenceCommand>().request;
  session.hold(2, "user.1");
  const auto again = sent().one<PresenceCommand>().request;
  EXPECT_GT(again, released);
  receive(protocol::Ok{.request = released, .positions = {}});
  EXPECT_EQ(told.registered, std::vector<Handle>{1});
  receive(protocol::Ok{.request = again, .positions = {}});
  EXPECT_EQ(told.registered, (std::vector<Handle>{1, 2}));
}

TEST_F(SessionPresenceHold, AReleaseBeforeTheAnswerIsNoHold) {
  connect();
  session.hold(1, "user.1");
  const auto number = sent().one<PresenceCommand>().request;
  session.remove(1);
  EXPECT_EQ(sent().one<PresenceCommand>().action, PresenceAction::release);
  receive(protocol::Ok{.request = number, .positions = {}});
  EXPECT_TRUE(told.registered.empty());
}

TEST_F(SessionPresenceHold, AKeyThatIsNoneIsRefusedAloneBeforeItIsSent) {
  connect();
  session.hold(1, "user.1");
  session.hold(2, "no key");
  session.hold(3, "$presence.x");
  session.hold(4, std::string(246, 'x'));
  session.hold(5, std::string(245, 'x'));
  session.hold(6, "user.*");
  const auto frame = sent();
  EXPECT_EQ(frame.one<PresenceCommand>().keys.size(), 2U);
  EXPECT_EQ(told.refused.size(), 4U);
  for (const Handle handle : {2U, 3U, 4U, 6U}) EXPECT_EQ(told.refused.at(handle), ErrorCode::bad_topic);
}

TEST_F(SessionPresenceHold, ABrokerThatRefusesOneOfManyIsAskedForEach) {
  connect();
  for (Handle handle = 1; handle <= 3; ++handle) session.hold(handle, "user." + std::to_string(handle));
  receive(protocol::Error{.request = sent().one<PresenceCommand>().request,
                          .command = protocol::CommandType::presence,
                          .code = ErrorCode::bad_topic});
  EXPECT_TRUE(told.refused.empty());
  session.remove(3);
  const auto frame = sent();
  const auto commands = frame.all<PresenceCommand>();
  ASSERT_EQ(commands.size(), 2U);
  receive(
      protocol::Ok{.request = commands[0].request, .positions = {}},
      protocol::Error{
          .request = commands[1].request, .command = protocol::CommandType::presence, .code = ErrorCode::bad_topic});
  EXPECT_EQ(told.registered, std::vector<Handle>{1});
  EXPECT_EQ(told.refused, (std::map<Handle, ErrorCode>{{2, ErrorCode::bad_topic}}));
  EXPECT_TRUE(sent().empty());
}

TEST_F(SessionPresenceHold, TooManyKeysAreRefusedAndHeldNoMore) {
  connect();
  session.hold(1, "user.1");
  session.hold(2, "user.1");
  receive(protocol::Error{.request = sent().one<PresenceCommand>().request,
                          .command = protocol::CommandType::presence,
                          .code = ErrorCode::too_many_presence_keys});
  EXPECT_EQ(told.refused.size(), 2U);
  session.remove(1);
  reconnect();
  EXPECT_TRUE(sent().empty());
  held(3, "user.1");
  EXPECT_EQ(told.registered, std::vector<Handle>{3});
}

TEST_F(SessionPresenceHold, ANewSessionHoldsAllAgain) {
  connect();
  held(1, "user.1");
  held(2, "user.2");
  session.lost(now, Error(ErrorCode::unreachable));
  session.remove(2);
  session.hold(3, "user.3");
  wait(10s);
  connect();
  const auto frame = sent();
  auto keys = names(frame.one<PresenceCommand>());
  std::ranges::sort(keys);
  EXPECT_EQ(keys, (std::vector<std::string>{"user.1", "user.3"}));
  EXPECT_EQ(frame.one<PresenceCommand>().action, PresenceAction::hold);
  receive(protocol::Ok{.request = frame.one<PresenceCommand>().request, .positions = {}});
  EXPECT_EQ(told.registered.size(), 4U);
}

TEST_F(SessionPresenceHold, AResumedSessionSaysNothingTwice) {
  connect();
  held(1, "user.1");
  session.hold(2, "user.2");
  const auto number = sent().one<PresenceCommand>().request;
  auto resumed = welcome();
  resumed.flags = protocol::Welcome::kResumed;
  resumed.received = 1;
  reconnect(resumed);
  const auto again = sent();
  EXPECT_EQ(again.one<PresenceCommand>().request, number);
  EXPECT_EQ(names(again.one<PresenceCommand>()), std::vector<std::string>{"user.2"});
  receive(protocol::Ok{.request = number, .positions = {}});
  EXPECT_EQ(told.registered, (std::vector<Handle>{1, 2}));
}

TEST_F(SessionPresenceHold, ABrokerThatGoesIsAskedAgainAfterwards) {
  connect();
  session.hold(1, "user.1");
  receive(protocol::Error{.request = sent().one<PresenceCommand>().request,
                          .command = protocol::CommandType::presence,
                          .code = ErrorCode::draining});
  EXPECT_TRUE(sent().empty());
  EXPECT_TRUE(told.refused.empty());
  reconnect();
  EXPECT_EQ(sent().one<PresenceCommand>().keys.size(), 1U);
}

TEST_F(SessionPresenceHold, EndsWithTheClient) {
  connect();
  held(1, "user.1");
  session.watch(2, "user.>");
  session.refuse(Error(ErrorCode::bad_credentials));
  EXPECT_EQ(told.refused.size(), 2U);
  session.hold(3, "user.3");
  session.watch(4, "user.>");
  EXPECT_EQ(told.refused.size(), 4U);
}

}  // namespace
}  // namespace fanfare::session::test
