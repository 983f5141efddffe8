#pragma once
// argon2id (RFC 9106). Both calls take the memory and the time of their cost on purpose, tens of milliseconds: run them
// on few threads behind a bounded queue, never where requests are answered. Functions; any thread.

#include <cstddef>
#include <string>
#include <string_view>

#include "runtime/result.hpp"

namespace fanfare::runtime::crypto {

/// What OWASP's password storage cheat sheet names for argon2id.
struct PasswordCost {
  unsigned passes = 2;
  std::size_t memory = 19U << 20U;  ///< bytes
};

/// The text to store; it holds salt and cost. Fails when there is no memory.
[[nodiscard]] Result<std::string> hash_password(std::string_view password, const PasswordCost& cost);

/// False also for a hash that is not one of ours.
[[nodiscard]] bool verify_password(std::string_view password, const std::string& hash);

}  // namespace fanfare::runtime::crypto
