#include "workers/telegram/link_code.hpp"

#include "runtime/crypto/base64url.hpp"
#include "runtime/crypto/random.hpp"

namespace fanfare::workers::telegram {
namespace {

constexpr std::size_t kCodeBytes = 24;

}  // namespace

std::string make_link_code() { return runtime::crypto::encode_base64url(runtime::crypto::random_bytes<kCodeBytes>()); }

bool is_link_code(std::string_view text) {
  const auto bytes = runtime::crypto::decode_base64url(text);
  return bytes && bytes->size() == kCodeBytes;
}

store::CodeHash hash_of_link_code(std::string_view code) {
  return runtime::crypto::digest("telegram link " + std::string(code));
}

}  // namespace fanfare::workers::telegram
