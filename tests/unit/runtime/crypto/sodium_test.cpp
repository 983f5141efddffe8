#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "runtime/crypto/base64url.hpp"
#include "runtime/crypto/digest.hpp"
#include "runtime/crypto/password.hpp"
#include "runtime/crypto/random.hpp"
#include "runtime/crypto/signature.hpp"

namespace fanfare::runtime::crypto {
namespace {

constexpr PasswordCost kCheap{.passes = 1, .memory = 1U << 16U};

SecretSeed seed_of(std::string_view text) {
  SecretSeed seed{};
  std::ranges::copy(decode_base64url(text).value(), seed.begin());
  return seed;
}

TEST(Signature, IsTheOneOfRfc8037) {  // its appendix A.4
  const KeyPair pair(seed_of("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"));
  EXPECT_EQ(encode_base64url(pair.public_key()), "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
  EXPECT_EQ(encode_base64url(pair.sign("eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc")),
            "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg");
}

TEST(Signature, HoldsForItsMessageAndKeyOnly) {
  const KeyPair pair = KeyPair::generate();
  const Signature signature = pair.sign("message");
  EXPECT_TRUE(verify("message", signature, pair.public_key()));
  EXPECT_FALSE(verify("Message", signature, pair.public_key()));
  EXPECT_FALSE(verify("message", signature, KeyPair::generate().public_key()));
  Signature broken = signature;
  broken[40] ^= 1U;
  EXPECT_FALSE(verify("message", broken, pair.public_key()));
}

TEST(Signature, ComesOutTheSameFromTheStoredSeed) {
  const KeyPair pair = KeyPair::generate();
  const KeyPair again(pair.seed());
  EXPECT_EQ(again.public_key(), pair.public_key());
  EXPECT_EQ(again.sign("message"), pair.sign("message"));
}

TEST(Password, IsKnownAgainByItsHash) {
  const std::string hash = hash_password("correct horse", kCheap).value();
  EXPECT_TRUE(hash.starts_with("$argon2id$")) << hash;
  EXPECT_TRUE(verify_password("correct horse", hash));
  EXPECT_FALSE(verify_password("correct horsE", hash));
  EXPECT_FALSE(verify_password("", hash));
}

TEST(Password, IsHashedWithASaltOfItsOwn) {
  EXPECT_NE(hash_password("correct horse", kCheap).value(), hash_password("correct horse", kCheap).value());
}

TEST(Password, DoesNotMatchWhatIsNoHash) {
  EXPECT_FALSE(verify_password("x", ""));
  EXPECT_FALSE(verify_password("x", "x"));
  EXPECT_FALSE(verify_password("x", std::string(1000, '$')));
}

TEST(Digest, IsBlake2b256) {
  EXPECT_EQ(encode_base64url(digest("abc")), "vd2BPGNCOXIxce8_7phXm5SWTjuxyz5CcmLIwGjVIxk");  // Python's hashlib
  EXPECT_NE(digest("abc"), digest("abd"));
}

TEST(EqualInConstantTime, ComparesLikeAnyComparison) {
  EXPECT_TRUE(equal_in_constant_time("", ""));
  EXPECT_TRUE(equal_in_constant_time("same", "same"));
  EXPECT_FALSE(equal_in_constant_time("same", "sama"));
  EXPECT_FALSE(equal_in_constant_time("same", "sam"));
}

TEST(Random, NeverComesTwice) { EXPECT_NE(random_bytes<32>(), random_bytes<32>()); }

}  // namespace
}  // namespace fanfare::runtime::crypto
