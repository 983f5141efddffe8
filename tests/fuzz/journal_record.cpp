// Records one after the other, as the journal and deliveries hold them: reading must stay within the bytes and end.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "protocol/record.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace fanfare::protocol;
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  for (auto before = rest.size(); const auto record = next_record(rest); before = rest.size()) {
    const auto& content = record->content;
    const auto parts = (content.id ? sizeof(content.id->bytes) : 0) + content.actor.size() + content.headers.size() +
                       content.payload.size() + record->publisher.size() + kRecordHeaderSize;
    if (before - rest.size() != parts) std::abort();
    static_cast<void>(fingerprint_of(record->publisher, content.payload));
  }
  return 0;
}
