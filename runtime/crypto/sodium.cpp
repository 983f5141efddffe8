// Everything of this folder that libsodium does.
#include <sodium.h>

#include <cstdlib>

#include "runtime/crypto/digest.hpp"
#include "runtime/crypto/password.hpp"
#include "runtime/crypto/random.hpp"
#include "runtime/crypto/signature.hpp"

namespace fanfare::runtime::crypto {
namespace {

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

/// Before each first use; without a source of random bytes nothing could be promised.
void prepare_sodium() {
  static const int state = ::sodium_init();
  if (state < 0) std::abort();
}

}  // namespace

void fill_random(std::span<std::uint8_t> bytes) {
  prepare_sodium();
  ::randombytes_buf(bytes.data(), bytes.size());
}

Digest digest(std::string_view bytes) {
  prepare_sodium();
  Digest result;
  ::crypto_generichash(result.data(), result.size(), bytes_of(bytes), bytes.size(), nullptr, 0);
  return result;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && ::sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

KeyPair KeyPair::generate() {
  SecretSeed seed = random_bytes<32>();
  const KeyPair pair(seed);
  ::sodium_memzero(seed.data(), seed.size());
  return pair;
}

KeyPair::KeyPair(const SecretSeed& seed) {
  prepare_sodium();
  ::crypto_sign_seed_keypair(public_.data(), secret_.data(), seed.data());
}

KeyPair::~KeyPair() { ::sodium_memzero(secret_.data(), secret_.size()); }

SecretSeed KeyPair::seed() const {
  SecretSeed seed;
  ::crypto_sign_ed25519_sk_to_seed(seed.data(), secret_.data());
  return seed;
}

Signature KeyPair::sign(std::string_view message) const {
  Signature signature;
  ::crypto_sign_detached(signature.data(), nullptr, bytes_of(message), message.size(), secret_.data());
  return signature;
}

bool verify(std::string_view message, const Signature& signature, const PublicKey& key) {
  prepare_sodium();
  return ::crypto_sign_verify_detached(signature.data(), bytes_of(message), message.size(), key.data()) == 0;
}

Result<std::string> hash_password(std::string_view password, const PasswordCost& cost) {
  prepare_sodium();
  std::string hash(crypto_pwhash_STRBYTES, '\0');
  if (::crypto_pwhash_str_alg(hash.data(), password.data(), password.size(), cost.passes, cost.memory,
                              crypto_pwhash_ALG_ARGON2ID13) != 0) {
    return Error{"not enough memory to hash a password: ", std::to_string(cost.memory >> 20U), " MiB are needed"};
  }
  hash.resize(hash.find('\0'));
  return hash;
}

bool verify_password(std::string_view password, const std::string& hash) {
  prepare_sodium();
  return ::crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

}  // namespace fanfare::runtime::crypto
