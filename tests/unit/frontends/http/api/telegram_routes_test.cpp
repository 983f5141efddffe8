#include "tests/unit/frontends/http/api/routes_fixture.hpp"

namespace fanfare::frontends::http {
namespace {

class TelegramRoutesTest : public test::RoutesFixture {
 protected:
  static constexpr const char* kLink = "/api/v1/telegram/link";
};

TEST_F(TelegramRoutesTest, EachAsksItsServiceAsThePerson) {
  struct Case {
    std::string method;
    std::string topic;
    int status;
    bool changes_something;
  };
  for (const Case& one : std::vector<Case>{{"GET", "telegram.status", 200, false},
                                           {"POST", "telegram.link", 201, true},
                                           {"DELETE", "telegram.unlink", 200, true}}) {
    EXPECT_EQ(ask(request(one.method, kLink)).status, one.status) << one.method;
    EXPECT_EQ(services_.requests.back().topic, one.topic);
    EXPECT_EQ(services_.requests.back().actor, "ada");
    EXPECT_EQ(services_.requests.back().changes_something, one.changes_something);
    EXPECT_EQ(services_.requests.back().is_idempotent, one.changes_something);
    EXPECT_EQ(asked(), nlohmann::json::object());
  }
}

TEST_F(TelegramRoutesTest, WithoutFanfareTelegramTheyAreUnavailable) {
  services_.answer = common::Refusal{.code = common::Code::kUnavailable, .message = "nobody answers this"};
  for (const std::string method : {"GET", "POST", "DELETE"}) {
    const Reply reply = ask(request(method, kLink));
    EXPECT_EQ(reply.status, 503) << method;
    EXPECT_EQ(code_of(reply), "unavailable");
  }
}

TEST_F(TelegramRoutesTest, TheyAreForPeopleWhoAreLoggedIn) {
  for (const std::string method : {"GET", "POST", "DELETE"}) {
    EXPECT_EQ(ask(request(method, kLink, "", "")).status, 401) << method;
  }
  EXPECT_TRUE(services_.requests.empty());
}

}  // namespace
}  // namespace fanfare::frontends::http
