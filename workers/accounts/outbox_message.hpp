#pragma once
// What a row of the outbox is on the broker: topic and payload, as protocol/schemas/ has them. A pure function.

#include <string>

#include "workers/store/outbox_store.hpp"

namespace fanfare::workers::accounts {

struct OutboxMessage {
  std::string topic;
  std::string payload;
};

[[nodiscard]] OutboxMessage to_message(const store::OutboxRow& row);

}  // namespace fanfare::workers::accounts
