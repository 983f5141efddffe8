#include "workers/telegram/link_events.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "runtime/crypto/digest.hpp"

namespace fanfare::workers::telegram {
namespace {

using nlohmann::json;

LinkEvent event(const Uuid& person, common::TimePoint at, const json& payload) {
  LinkEvent made{.id = {}, .topic = "user." + person.to_string(), .payload = payload.dump()};
  const auto digest = runtime::crypto::digest("fanfare telegram link " + person.to_string() + " " +
                                              std::to_string(at.time_since_epoch().count()) + " " + made.payload);
  std::ranges::copy_n(digest.begin(), static_cast<std::ptrdiff_t>(made.id.bytes.size()), made.id.bytes.begin());
  made.id.bytes[6] = static_cast<std::uint8_t>((made.id.bytes[6] & 0x0FU) | 0x80U);  // RFC 9562, version 8
  made.id.bytes[8] = static_cast<std::uint8_t>((made.id.bytes[8] & 0x3FU) | 0x80U);
  return made;
}

}  // namespace

LinkEvent linked_event(const Uuid& person, common::TimePoint since) {
  return event(person, since, {{"kind", "telegram_linked"}});
}

LinkEvent ended_event(const Uuid& person, store::LinkEnd reason, common::TimePoint at) {
  return event(person, at, {{"kind", "telegram_ended"}, {"reason", store::name_of(reason)}});
}

}  // namespace fanfare::workers::telegram
