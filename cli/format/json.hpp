#pragma once
// What scripts read: messages, acknowledgements and gaps as JSON, one object a line, keys in the documented order.
// Pure functions.

#include <fanfare/message.hpp>
#include <fanfare/outcome.hpp>

#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>

namespace fanfare::cli {

using Json = nlohmann::ordered_json;

/// A string, or {"base64": …} if the bytes are no UTF-8.
Json text_or_base64(std::string_view bytes);

/// {topic, stream, epoch, sequence, id, timestamp, publisher, actor, headers, payload}; what a message has not is null.
Json to_json(const Message& message);

/// {stream, epoch, sequence, id}, with `repeated` if the id was known; outside streams these are null and `matched`
/// says how many sessions it was handed to.
Json to_json(const Ack& ack);

/// {"gap": {reason, stream, epoch, from, to, dropped}}
Json to_json(const Gap& gap);

/// A row of what the broker says of itself: numbers but for the keys in `texts`.
Json row_to_json(const Headers& row, const std::set<std::string_view>& texts);

}  // namespace fanfare::cli
