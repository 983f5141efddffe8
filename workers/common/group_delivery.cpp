#include "workers/common/group_delivery.hpp"

#include <chrono>

namespace fanfare::workers::common {
namespace {

/// Of a row that was refused: nothing gets better by waiting, and its conversation waits behind it.
constexpr std::chrono::milliseconds kRefusedDelay{100};

}  // namespace

void GroupDelivery::refuse(std::string_view reason) {
  settler_.fail(reason, kRefusedDelay, [answered = answered_](const auto&) { *answered = true; });
}

}  // namespace fanfare::workers::common
