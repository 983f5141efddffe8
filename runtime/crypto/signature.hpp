#pragma once
// Ed25519 (RFC 8032). A KeyPair is a value that holds a secret and overwrites it when it goes; any thread.

#include <array>
#include <cstdint>
#include <string_view>

namespace fanfare::runtime::crypto {

using PublicKey = std::array<std::uint8_t, 32>;
using SecretSeed = std::array<std::uint8_t, 32>;  ///< the private key of RFC 8032: all else follows from it
using Signature = std::array<std::uint8_t, 64>;

class KeyPair {
 public:
  [[nodiscard]] static KeyPair generate();
  explicit KeyPair(const SecretSeed& seed);
  KeyPair(const KeyPair&) = default;
  KeyPair& operator=(const KeyPair&) = default;
  ~KeyPair();

  [[nodiscard]] const PublicKey& public_key() const { return public_; }
  [[nodiscard]] SecretSeed seed() const;
  [[nodiscard]] Signature sign(std::string_view message) const;

 private:
  PublicKey public_{};
  std::array<std::uint8_t, 64> secret_{};
};

[[nodiscard]] bool verify(std::string_view message, const Signature& signature, const PublicKey& key);

}  // namespace fanfare::runtime::crypto
