#include "tests/simulation/knobs.hpp"

#include "broker/core/groups/own_streams.hpp"
#include "tests/simulation/random.hpp"
#include "tests/simulation/topics.hpp"

namespace fanfare::simulation {

Knobs::Knobs(std::uint64_t of) : seed(of) {
  Random random(of ^ 0x6B6E6F6273U);
  const auto bytes = [&](std::uint32_t least, std::uint32_t most) { return least + random.below(most - least + 1); };
  clients = 2 + random.below(4);
  receive_window = bytes(2U << 10U, 8U << 10U);
  scan = random.one_in(2) ? 1'000'000 : 3 + random.below(20);
  core.streams = streams();
  broker::core::groups::add_own_streams(core);
  core.window = bytes(2U << 10U, 8U << 10U);
  core.outbox = bytes(4U << 10U, 24U << 10U);
  core.page = bytes(1U << 10U, 4U << 10U);
  core.reads = 1 + random.below(6);
  core.replays = 1 + random.below(3);
  core.lookups = 1 + random.below(3);
  core.recent = random.one_in(3) ? 0 : bytes(1U << 10U, 16U << 10U);
  core.uncommitted = random.one_in(3) ? bytes(8U << 10U, 32U << 10U) : 64U << 20U;
  core.lease = std::chrono::milliseconds(1'000 + random.below(9'000));
  core.heartbeat = core.lease / 3;
  has_groups = random.one_in(2);
  if (has_groups) receive_window = 16U << 20U;
  groups.ack_wait = std::chrono::milliseconds(200 + random.below(4'000));
  groups.max_deliver = static_cast<std::uint16_t>(1 + random.below(4));
  groups.max_pending = random.one_in(3) ? 2 + random.below(20) : 1'000;
  groups.back_off_ms = {1 + random.below(50), 100 + random.below(400)};
  core.presence_grace = std::chrono::milliseconds(200 + random.below(4'000));
  if (!random.one_in(4)) core.presence_unconfirmed = bytes(200, 1'400);
  core.limits.message = 6'000;
  core.limits.frame = 64U << 10U;
}

}  // namespace fanfare::simulation
