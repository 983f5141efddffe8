// Who is shown as online, with the npm client `centrifuge` against the shipped programs, however those end.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <optional>

#include "tests/integration/frontends/websocket/node_script.hpp"
#include "tests/integration/frontends/websocket/scripted_accounts.hpp"
#include "tests/integration/frontends/websocket/websocket_program.hpp"
#include "tests/integration/sdk/broker_process.hpp"
#include "tests/integration/sdk/scripted_broker.hpp"
#include "tests/support/eventually.hpp"

namespace fanfare::test {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const std::string kAnn = "0190a000-0000-7000-8000-00000000000a";
const std::string kBen = "0190a000-0000-7000-8000-00000000000b";
const std::string kDan = "0190a000-0000-7000-8000-00000000000d";
const std::string kEve = "0190a000-0000-7000-8000-00000000000e";
const std::string kShared = "0190c000-0000-7000-8000-000000000001";

std::string milliseconds(std::chrono::milliseconds time) { return std::to_string(patient(time).count()) + "ms"; }

/// Before the broker, which takes its settings from the environment.
struct ShortTimes {
  ShortTimes() {
    ::setenv("FANFARE_LIMITS_LEASE", milliseconds(2'000ms).c_str(), 1);
    ::setenv("FANFARE_LIMITS_HEARTBEAT", milliseconds(500ms).c_str(), 1);
    ::setenv("FANFARE_LIMITS_PRESENCE_GRACE", milliseconds(1'000ms).c_str(), 1);
  }
  ShortTimes(const ShortTimes&) = delete;
  ShortTimes& operator=(const ShortTimes&) = delete;
  ~ShortTimes() {
    for (const char* name : {"FANFARE_LIMITS_LEASE", "FANFARE_LIMITS_HEARTBEAT", "FANFARE_LIMITS_PRESENCE_GRACE"}) {
      ::unsetenv(name);
    }
  }
};

class WebSocketPresence : public testing::Test {
 protected:
  void SetUp() override {
    for (const auto& person : {kAnn, kBen, kDan}) accounts.add(kShared, person);
  }

  NodeScript page(const WebSocketProgram& at, const std::string& person, const std::string& scenario = "people") {
    return NodeScript({scenario, at.url(), "chat." + kShared, accounts.token(person)});
  }

  static std::string present(const std::string& first, const std::string& second) {
    const auto entry = [](const std::string& id) {
      return "\"" + id + R"(":{"client":")" + id + R"(","user":")" + id + "\"}";
    };
    return "present {" + entry(first) + "," + entry(second) + "} 2 2";
  }

  ShortTimes times;
  TemporaryAddress address;
  std::optional<BrokerProcess> broker{std::in_place, address.str(), address.folder()};
  ScriptedAccounts accounts{address.str()};
  WebSocketProgram here{address.str()};
};

TEST_F(WebSocketPresence, ShowsWhoIsThereAndWhoComesAndGoes) {
  auto ann = page(here, kAnn);
  ASSERT_THAT(ann.wait_for("present"), StartsWith("present")) << ann.output();
  {
    auto ben = page(here, kBen);
    EXPECT_EQ(ann.wait_for("join " + kBen), "join " + kBen + " true") << ann.output();
    auto another_tab = page(here, kBen);
    EXPECT_EQ(another_tab.wait_for("present"), present(kAnn, kBen)) << another_tab.output();
  }
  EXPECT_EQ(ann.wait_for("leave"), "leave " + kBen + " true") << ann.output();
}

TEST_F(WebSocketPresence, TellsStrangersNothing) {
  auto eve = page(here, kEve, "curious");
  EXPECT_EQ(eve.wait_for("presence"), "presence 103 103") << eve.output();
  auto ann = page(here, kAnn, "curious");
  EXPECT_EQ(ann.wait_for("presence"), "presence none none") << ann.output();
}

TEST_F(WebSocketPresence, WhoIsNoMemberAnyMoreIsGone) {
  auto ann = page(here, kAnn);
  ASSERT_THAT(ann.wait_for("present"), StartsWith("present")) << ann.output();
  auto ben = page(here, kBen);
  ASSERT_THAT(ann.wait_for("join " + kBen), StartsWith("join")) << ann.output();
  accounts.remove(kShared, kBen);
  EXPECT_EQ(ann.wait_for("leave"), "leave " + kBen + " true") << ann.output();
}

TEST_F(WebSocketPresence, APersonAtTwoFrontEndsIsOnePerson) {
  WebSocketProgram there(address.str());
  auto ann = page(here, kAnn);
  ASSERT_THAT(ann.wait_for("present"), StartsWith("present")) << ann.output();
  auto ben = page(here, kBen);
  ASSERT_THAT(ann.wait_for("join " + kBen), StartsWith("join")) << ann.output();
  auto elsewhere = page(there, kBen);
  ASSERT_THAT(elsewhere.wait_for("present"), StartsWith("present")) << elsewhere.output();
  auto dan = page(there, kDan);
  ASSERT_THAT(ann.wait_for("join " + kDan), StartsWith("join")) << ann.output();
  there.kill();
  // The first to go is the one who was nowhere else.
  EXPECT_EQ(ann.wait_for("leave"), "leave " + kDan + " true") << ann.output();
  EXPECT_THAT(ann.output(), Not(HasSubstr("leave " + kBen)));
}

TEST_F(WebSocketPresence, AKilledFrontEndsPeopleGoAndComeBackWithIt) {
  WebSocketProgram there(address.str());
  auto ann = page(here, kAnn);
  ASSERT_THAT(ann.wait_for("present"), StartsWith("present")) << ann.output();
  auto ben = page(there, kBen);
  ASSERT_THAT(ann.wait_for("join " + kBen), StartsWith("join")) << ann.output();
  there.kill();
  EXPECT_EQ(ann.wait_for("leave"), "leave " + kBen + " true") << ann.output();
  there.start();
  EXPECT_EQ(ann.wait_for("join"), "join " + kBen + " true") << ann.output();
}

TEST_F(WebSocketPresence, ABrokerThatWasKilledShowsNobodyLeaving) {
  auto ann = page(here, kAnn);
  ASSERT_THAT(ann.wait_for("present"), StartsWith("present")) << ann.output();
  auto ben = page(here, kBen);
  ASSERT_THAT(ann.wait_for("join " + kBen), StartsWith("join")) << ann.output();
  broker->kill();
  broker.emplace(address.str(), address.folder());
  // The first to go is one who comes and goes once all has settled.
  {
    auto dan = page(here, kDan);
    ASSERT_TRUE(ann.says(kDan)) << ann.output();
  }
  EXPECT_EQ(ann.wait_for("leave"), "leave " + kDan + " true") << ann.output();
  EXPECT_THAT(ann.output(), Not(HasSubstr("leave " + kBen)));
}

}  // namespace
}  // namespace fanfare::test
