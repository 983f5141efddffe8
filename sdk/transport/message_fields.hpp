#pragma once
// A record as handlers and pages get it. A pure function; any thread.

#include <fanfare/message.hpp>

#include "protocol/record.hpp"
#include "sdk/session/events.hpp"

namespace fanfare::transport {

/// Sets all fields but `frame`; texts are views of the record's bytes and of `topic`.
void fill(Message& message, const session::TopicName& topic, const Uuid& epoch, const protocol::Record& record);

}  // namespace fanfare::transport
