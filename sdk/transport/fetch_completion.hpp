#pragma once
// Who is told of a fetch's outcome: a future, or a callback that the dispatcher runs. Made by the caller, then owned by
// the I/O thread.

#include <fanfare/client.hpp>

#include <future>
#include <variant>

namespace fanfare::transport {

using FetchCompletion = std::variant<std::promise<Fetched>, Client::FetchHandler>;

}  // namespace fanfare::transport
