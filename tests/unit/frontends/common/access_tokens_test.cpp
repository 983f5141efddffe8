#include "frontends/common/access_tokens.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <span>

#include "runtime/crypto/base64url.hpp"
#include "tests/unit/frontends/common/scripted_services.hpp"

namespace fanfare::frontends::common {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::sys_seconds;

const sys_seconds kNow{std::chrono::hours(500'000)};

class AccessTokensTest : public testing::Test {
 protected:
  static std::string token(const runtime::jwt::SigningKey& key) {
    return sign_token({.person = *Uuid::parse("01890000-0000-7000-8000-000000000001"),
                       .session = *Uuid::parse("01890000-0000-7000-8000-000000000002"),
                       .issued = kNow,
                       .expires = kNow + minutes(15)},
                      key);
  }

  static Answer keys(const runtime::jwt::SigningKey& key) {
    const auto x = runtime::crypto::encode_base64url(std::span(key.pair.public_key()));
    return nlohmann::json{{"keys", {{{"kid", key.id}, {"kty", "OKP"}, {"crv", "Ed25519"}, {"x", x}}}}}.dump();
  }

  const runtime::jwt::SigningKey first_{"k1", runtime::crypto::KeyPair::generate()};
  const runtime::jwt::SigningKey second_{"k2", runtime::crypto::KeyPair::generate()};
  test::ScriptedServices services_;
  AccessTokens tokens_{services_};
};

TEST_F(AccessTokensTest, TokenOfAKnownKeyTellsWhoItIs) {
  tokens_.load();
  services_.answer(keys(first_));
  EXPECT_TRUE(tokens_.is_loaded());
  const auto identity = tokens_.check(token(first_), kNow);
  EXPECT_EQ(identity->person, "01890000-0000-7000-8000-000000000001");
  EXPECT_EQ(identity->session, "01890000-0000-7000-8000-000000000002");
  EXPECT_EQ(identity->expires, kNow + minutes(15));
  EXPECT_EQ(tokens_.check(token(first_), kNow + minutes(15)).error().code, Code::kTokenExpired);
  EXPECT_EQ(tokens_.check("abc", kNow).error().code, Code::kTokenInvalid);
}

TEST_F(AccessTokensTest, NewKeyIsFetchedOnceNotForEachForgedToken) {
  tokens_.load();
  services_.answer(keys(first_));
  EXPECT_EQ(tokens_.check(token(second_), kNow).error().code, Code::kUnavailable);
  EXPECT_EQ(tokens_.check(token(second_), kNow).error().code, Code::kTokenInvalid);
  EXPECT_EQ(services_.requests.size(), 2U);
  services_.answer(keys(second_));
  EXPECT_TRUE(tokens_.check(token(second_), kNow + seconds(1)));
}

TEST_F(AccessTokensTest, KeysThatCantBeReadChangeNothing) {
  tokens_.load();
  services_.answer(keys(first_));
  for (const char* answer :
       {"{}", "{\"keys\": 1}", "{\"keys\": []}", "{\"keys\": [{\"kid\": \"a\", \"x\": \"AA\"}]}"}) {
    bool has_come = true;
    tokens_.load([&has_come](bool came) { has_come = came; });
    services_.answer(std::string(answer));
    EXPECT_FALSE(has_come) << answer;
  }
  EXPECT_TRUE(tokens_.check(token(first_), kNow));
}

}  // namespace
}  // namespace fanfare::frontends::common
