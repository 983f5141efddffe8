#pragma once
// The commands of the wire, each a struct whose fields() is its layout (PROTOCOL.md §5). Texts are views into the frame
// they were read from. Plain data; any thread.

#include "protocol/commands/common.hpp"
#include "protocol/commands/connection.hpp"
#include "protocol/commands/groups.hpp"
#include "protocol/commands/presence.hpp"
#include "protocol/commands/publishing.hpp"
#include "protocol/commands/queries.hpp"
#include "protocol/commands/services.hpp"
#include "protocol/commands/subscriptions.hpp"
