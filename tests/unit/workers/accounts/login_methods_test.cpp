#include "workers/accounts/login_methods.hpp"

#include <gtest/gtest.h>

#include "tests/unit/workers/accounts/methods_fixture.hpp"

namespace fanfare::workers::accounts::test {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

class LoginMethodsTest : public MethodsTest {
 protected:
  json refresh(const json& token) { return ask("accounts.refresh", {{"refresh_token", token}}); }
  std::string refresh_error(const json& token) { return refresh(token).value("/error/code"_json_pointer, ""); }
  json next_token(const json& token) { return refresh(token).value("/ok/refresh_token"_json_pointer, json()); }
  std::string field_problem(const json& request, const std::string& field) {
    return ask("accounts.register", request).value(json::json_pointer("/error/fields/" + field), "");
  }
  std::string log_in(const std::string& name, const std::string& password) {
    return error_of("accounts.login", {{"username", name}, {"password", password}});
  }
};

TEST_F(LoginMethodsTest, RegisteringGivesTokensThatHoldForThePerson) {
  const json tokens =
      ok("accounts.register",
         {{"username", "Anna"}, {"password", kPassword}, {"display_name", "Anna \u00DC"}, {"locale", "de-AT"}});
  EXPECT_EQ(tokens["user"]["username"], "Anna");
  EXPECT_EQ(tokens["user"]["display_name"], "Anna \u00DC");
  EXPECT_EQ(tokens["user"]["locale"], "de-AT");
  EXPECT_EQ(tokens["user"]["created_at"], "2026-09-21T14:13:20.000Z");
  EXPECT_EQ(tokens["expires_in"], 900);
  EXPECT_EQ(tokens["refresh_token"].get<std::string>().size(), 43);
  const auto claims = runtime::jwt::verify_token(tokens["access_token"].get<std::string>(), {{"k1", pair.public_key()}},
                                                 std::chrono::floor<seconds>(now));
  EXPECT_EQ(claims.value().person.to_string(), id_of(tokens));
  EXPECT_EQ(claims.value().expires - claims.value().issued, minutes(15));
}

TEST_F(LoginMethodsTest, RegisteringNeedsLittle) {
  const json user = register_person("anna")["user"];
  EXPECT_EQ(user["display_name"], "anna");
  EXPECT_EQ(user["locale"], json());
}

TEST_F(LoginMethodsTest, ALookAlikeOfATakenNameIsRefused) {
  register_person("paypal");
  for (const char* name : {"paypal", "PayPal", "paypa1", "paypaI", "\uFF50\uFF41\uFF59\uFF50\uFF41\uFF4C"}) {
    const json answer = ask("accounts.register", {{"username", name}, {"password", kPassword}});
    EXPECT_EQ(answer.value("/error/code"_json_pointer, ""), "already_exists") << name;
    EXPECT_TRUE(answer.contains("/error/fields/username"_json_pointer)) << name;
  }
  EXPECT_EQ(error_of("accounts.register", {{"username", "p\u0430ypal"}, {"password", kPassword}}), "invalid");
  register_person("pay");
  EXPECT_EQ(error_of("accounts.register", {{"username", "\u0440\u0430\u0443"}, {"password", kPassword}}),
            "already_exists");
}

TEST_F(LoginMethodsTest, APasswordHasItsBounds) {
  const auto problem = [this](const std::string& password) {
    return field_problem({{"username", "anna-maria"}, {"password", password}}, "password");
  };
  EXPECT_EQ(problem("1234567"), "must have 8 to 256 characters");
  EXPECT_EQ(problem(std::string(257, 'x')), "must have 8 to 256 characters");
  EXPECT_EQ(problem("anna-maria"), "must not be the user name");
  EXPECT_EQ(problem("a\tbcdefgh"), "must not hold control characters");
  ok("accounts.register", {{"username", "anna-maria"}, {"password", std::string(256, 'x')}});
}

TEST_F(LoginMethodsTest, ALocaleIsALanguageTag) {
  const auto problem = [this](const std::string& locale) {
    return field_problem({{"username", "anna"}, {"password", kPassword}, {"locale", locale}}, "locale");
  };
  for (const char* locale : {"de_AT", "d3", "de-", "-de", "languages-x", "\u00FC\u00FC"})
    EXPECT_NE(problem(locale), "") << locale;
  ok("accounts.register", {{"username", "anna"}, {"password", kPassword}, {"locale", "zh-Hant-TW"}});
}

TEST_F(LoginMethodsTest, LoggingInTakesTheNameHoweverItIsTyped) {
  const json tokens = register_person("Anna");
  for (const char* name : {"Anna", "anna", "ANNA", "\uFF21nna"}) {
    EXPECT_EQ(id_of(ok("accounts.login", {{"username", name}, {"password", kPassword}})), id_of(tokens));
  }
}

TEST_F(LoginMethodsTest, AWrongNameAndAWrongPasswordAreToldTheSame) {
  register_person("anna");
  const json wrong_name = ask("accounts.login", {{"username", "paul"}, {"password", kPassword}});
  const json wrong_password = ask("accounts.login", {{"username", "anna"}, {"password", "wrong horse"}});
  EXPECT_EQ(wrong_name, wrong_password);
  EXPECT_EQ(wrong_name["error"]["code"], "bad_credentials");
  EXPECT_EQ(log_in("ann1", kPassword), "bad_credentials") << "a look-alike does not log in";
}

TEST_F(LoginMethodsTest, TriesUnderOneNameAreLimited) {
  register_person("anna");
  for (int i = 0; i < 10; ++i) EXPECT_EQ(log_in("anna", "wrong horse"), "bad_credentials");
  EXPECT_EQ(log_in("anna", kPassword), "too_many_requests");
  EXPECT_EQ(log_in("ANNA", kPassword), "too_many_requests");
  EXPECT_EQ(log_in("paul", kPassword), "bad_credentials");
  now += minutes(5);
  EXPECT_EQ(log_in("anna", kPassword), "");
}

TEST_F(LoginMethodsTest, TriesUnderANameThatDoesNotExistAreLimitedTheSame) {
  for (int i = 0; i < 10; ++i) EXPECT_EQ(log_in("nobody", kPassword), "bad_credentials");
  EXPECT_EQ(log_in("nobody", kPassword), "too_many_requests");
}

TEST_F(LoginMethodsTest, ARefreshTokenIsGoodForOneUse) {
  const json first = register_person("anna")["refresh_token"];
  const json second = next_token(first);
  EXPECT_NE(second, first);
  now += hours(1);
  const json third = next_token(second);
  ASSERT_TRUE(third.is_string());
  now += hours(1);
  EXPECT_EQ(refresh_error(second), "token_invalid");
  EXPECT_EQ(refresh_error(third), "token_invalid") << "the family has ended";
  EXPECT_GT(changes, 0);
}

TEST_F(LoginMethodsTest, ALostAnswerDoesNotLogOut) {
  const json first = register_person("anna")["refresh_token"];
  now += hours(1);
  next_token(first);  // its answer is lost
  now += seconds(10);
  const json again = next_token(first);
  ASSERT_TRUE(again.is_string());
  now += hours(1);
  EXPECT_TRUE(next_token(again).is_string());
}

TEST_F(LoginMethodsTest, ASecondChanceEndsAfterTenSeconds) {
  const json first = register_person("anna")["refresh_token"];
  const json second = next_token(first);
  now += seconds(10) + milliseconds(1);
  EXPECT_EQ(refresh_error(first), "token_invalid");
  EXPECT_EQ(refresh_error(second), "token_invalid");
}

TEST_F(LoginMethodsTest, TwoTabsThatRefreshAtTheSameTimeBothGoOn) {
  const json first = register_person("anna")["refresh_token"];
  const json one = next_token(first);
  const json other = next_token(first);
  now += hours(1);
  EXPECT_TRUE(next_token(one).is_string());
  EXPECT_TRUE(next_token(other).is_string()) << "within ten seconds of the first";
}

TEST_F(LoginMethodsTest, ARefreshTokenEndsWhenNobodyComesBack) {
  const json first = register_person("anna")["refresh_token"];
  now += hours(719);
  const json second = next_token(first);
  now += hours(719);
  const json third = next_token(second);
  ASSERT_TRUE(third.is_string());
  now += hours(720);
  EXPECT_EQ(refresh_error(third), "token_invalid");
}

TEST_F(LoginMethodsTest, LoggingOutEndsTheSession) {
  const json token = register_person("anna")["refresh_token"];
  EXPECT_EQ(ok("accounts.logout", {{"refresh_token", token}}), json::object());
  EXPECT_EQ(refresh_error(token), "token_invalid");
  EXPECT_EQ(ok("accounts.logout", {{"refresh_token", token}}), json::object());
  EXPECT_EQ(ok("accounts.logout", {{"refresh_token", "never seen"}}), json::object());
}

TEST_F(LoginMethodsTest, TellWhichFieldsAreWrong) {
  const json error = ask("accounts.register", {{"username", "a b"}, {"email", "x"}})["error"];
  EXPECT_EQ(error["code"], "invalid");
  EXPECT_EQ(error["fields"], (json{{"username", "must be made of letters, digits, _ . and -"},
                                   {"password", "is required"},
                                   {"email", "is not known here"}}));
}

}  // namespace
}  // namespace fanfare::workers::accounts::test
