#pragma once
// The members of one conversation, read from the accounts worker page by page. Any thread; `done` runs once, where the
// services answer. Policy: a conversation of more than the limit is refused.

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "frontends/common/services.hpp"

namespace fanfare::frontends::websocket::broker {

inline constexpr std::size_t kMaximalMembers = 1'000;

using MemberList = common::OrRefusal<std::vector<std::string>>;

/// Asked for by `person`; `too_large` when there are more than kMaximalMembers. `services` outlives the answer.
void read_members(common::Services& services, const std::string& person, const std::string& conversation,
                  std::function<void(const MemberList&)> done);

}  // namespace fanfare::frontends::websocket::broker
