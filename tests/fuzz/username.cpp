// Any bytes as a user name: what is accepted keeps to its bounds, and means the same when its key is typed instead.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "workers/accounts/names.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace accounts = fanfare::workers::accounts;
  const std::string_view typed(reinterpret_cast<const char*>(data), size);
  const std::string key = accounts::folded(typed);
  if (accounts::folded(key) != key) std::abort();
  const auto read = accounts::read_username(typed);
  const auto* name = std::get_if<accounts::Username>(&read);
  if (name == nullptr) return 0;
  if (name->key != key || name->key.size() < 3 || name->skeleton.empty()) std::abort();
  return 0;
}
