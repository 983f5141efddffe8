#include "runtime/jwt/token.hpp"

#include <gtest/gtest.h>

#include <string>

#include "runtime/crypto/base64url.hpp"

namespace fanfare::runtime::jwt {
namespace {

using std::chrono::seconds;
using std::chrono::sys_seconds;

constexpr sys_seconds kIssued{seconds(1'790'000'000)};
constexpr sys_seconds kExpires{seconds(1'790'000'900)};
constexpr std::string_view kHeader = R"({"alg":"EdDSA","kid":"k1","typ":"JWT"})";
const std::string kPerson = "0199a1b2-0000-7000-8000-000000000001";
const std::string kSession = "0199a1b2-0000-7000-8000-000000000002";
const std::string kClaims =
    R"({"exp":1790000900,"iat":1790000000,"iss":"fanfare","sid":")" + kSession + R"(","sub":")" + kPerson + R"("})";

class Token : public testing::Test {
 protected:
  [[nodiscard]] std::string with(std::string_view header, std::string_view body) const {
    const std::string text = crypto::encode_base64url(header) + '.' + crypto::encode_base64url(body);
    return text + '.' + crypto::encode_base64url(key.pair.sign(text));
  }
  [[nodiscard]] TokenResult check(std::string_view token, sys_seconds now = kIssued) const {
    return verify_token(token, keys, now);
  }
  void expect_invalid(std::string_view token) const {
    const auto result = check(token);
    ASSERT_TRUE(result.has_error()) << token;
    EXPECT_EQ(result.error(), TokenFault::kInvalid) << token;
  }

  const SigningKey key{"k1", crypto::KeyPair::generate()};
  const KeySet keys{{"k1", key.pair.public_key()}};
  const AccessClaims claims{*Uuid::parse(kPerson), *Uuid::parse(kSession), kIssued, kExpires};
};

TEST_F(Token, SaysWhatItWasMadeFor) { EXPECT_EQ(check(sign_token(claims, key)).value(), claims); }

TEST_F(Token, HasTheFormOfTheContract) { EXPECT_EQ(sign_token(claims, key), with(kHeader, kClaims)); }

TEST_F(Token, IsGoodUntilTheSecondItExpires) {
  const std::string token = sign_token(claims, key);
  EXPECT_TRUE(check(token, kExpires - seconds(1)));
  EXPECT_EQ(check(token, kExpires).error(), TokenFault::kExpired);
}

TEST_F(Token, OfAnUnknownKeyIsToldApart) {
  EXPECT_EQ(verify_token(sign_token(claims, key), {}, kIssued).error(), TokenFault::kUnknownKey);
}

TEST_F(Token, OfAnotherKeyWithTheSameIdIsInvalid) {
  expect_invalid(sign_token(claims, {"k1", crypto::KeyPair::generate()}));
}

TEST_F(Token, ThatWasChangedAnywhereIsInvalid) {
  const std::string token = sign_token(claims, key);
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_TRUE(check(changed).has_error()) << i;
    EXPECT_TRUE(check(token.substr(0, i)).has_error()) << i;
  }
}

TEST_F(Token, IsNotBelievedToHaveExpiredWithoutItsSignature) {
  std::string token = sign_token(claims, key);
  token.back() = token.back() == 'A' ? 'Q' : 'A';
  EXPECT_EQ(check(token, kExpires).error(), TokenFault::kInvalid);
}

TEST_F(Token, WithAnotherAlgorithmIsInvalid) {
  for (const char* algorithm : {"none", "None", "HS256", "RS256", "EDDSA", "Ed25519", ""}) {
    expect_invalid(with(std::string(R"({"alg":")") + algorithm + R"(","kid":"k1","typ":"JWT"})", kClaims));
  }
  expect_invalid(with(R"({"kid":"k1","typ":"JWT"})", kClaims));
  const std::string unsigned_text = crypto::encode_base64url(R"({"alg":"none","kid":"k1"})");
  expect_invalid(unsigned_text + '.' + crypto::encode_base64url(kClaims) + '.');
}

TEST_F(Token, WithAnExtensionIsInvalid) {
  expect_invalid(with(R"({"alg":"EdDSA","kid":"k1","crit":["b64"],"b64":false})", kClaims));
  expect_invalid(with(R"({"alg":"EdDSA","kid":"k1","crit":["exp"]})", kClaims));
  expect_invalid(with(R"({"alg":"EdDSA","kid":"k1","crit":[]})", kClaims));
  expect_invalid(with(R"({"alg":"EdDSA","kid":"k1","typ":"at+jwt"})", kClaims));
}

TEST_F(Token, WithAMemberTwiceIsInvalid) {
  expect_invalid(with(R"({"alg":"EdDSA","alg":"EdDSA","kid":"k1"})", kClaims));
  std::string doubled = kClaims;
  doubled.insert(1, R"("exp":1999999999,)");
  expect_invalid(with(kHeader, doubled));
}

TEST_F(Token, WithClaimsThatAreMissingOrWrongIsInvalid) {
  const auto changed = [](std::string_view from, std::string_view to) {
    std::string text = kClaims;
    return text.replace(text.find(from), from.size(), to);
  };
  for (const char* name : {"exp", "iat", "iss", "sid", "sub"}) expect_invalid(with(kHeader, changed(name, "other")));
  expect_invalid(with(kHeader, changed("\"fanfare\"", "\"Fanfare\"")));
  expect_invalid(with(kHeader, changed(kPerson, "somebody")));
  for (const char* time :
       {"-1", "1790000900.5", "\"1790000900\"", "1e10", "18446744073709551615", "1789999999", "null"}) {
    expect_invalid(with(kHeader, changed("1790000900", time)));
  }
  expect_invalid(with(kHeader, changed("{", R"({"aud":"another",)")));
  expect_invalid(with(kHeader, changed("{", R"({"nbf":0,)")));
  expect_invalid(with(kHeader, "[]"));
}

TEST_F(Token, WithAnUnknownClaimIsGood) {
  std::string more = kClaims;
  more.insert(1, R"("role":"user",)");
  EXPECT_EQ(check(with(kHeader, more)).value(), claims);
}

TEST_F(Token, AboveItsSizeIsInvalid) {
  std::string padded = kClaims;
  padded.insert(1, R"("more":")" + std::string(4000, 'x') + R"(",)");
  expect_invalid(with(kHeader, padded));
}

TEST_F(Token, OfAnotherShapeIsInvalid) {
  const std::string token = sign_token(claims, key);
  for (const std::string& text : {std::string(), std::string("."), std::string(".."), std::string("..."), token + ".",
                                  token + "=", " " + token, token + "\n", "." + token}) {
    expect_invalid(text);
  }
}

}  // namespace
}  // namespace fanfare::runtime::jwt
