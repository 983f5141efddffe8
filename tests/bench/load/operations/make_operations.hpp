#pragma once
// Which systems can do which of the works that are operations; each has a source of its own. Addresses and what the
// servers are configured with are those of tests/bench/peers. Any thread.

#include <memory>
#include <string>
#include <vector>

#include "tests/bench/load/operations/operations.hpp"
#include "tests/bench/load/work.hpp"

namespace fanfare::load {

using MadeOperations = std::unique_ptr<Operations>;

/// As `work.work` and `work.system` name them; null when there are none.
[[nodiscard]] MadeOperations make_operations(const Work& work);
[[nodiscard]] std::vector<std::string> operation_works();
[[nodiscard]] std::vector<std::string> operation_systems();

// Durable publishes of one publisher.
MadeOperations fanfare_durable(const Work& work);
MadeOperations jetstream_durable(const Work& work);
MadeOperations redis_durable(const Work& work);
MadeOperations mqtt_durable(const Work& work);
MadeOperations rabbitmq_durable(const Work& work);

// What the machine alone can do, without a server: the address is a folder. A batch of as many records as are under
// way, its checksum and one sync; the same through the journal.
MadeOperations bare_disk(const Work& work);
MadeOperations bare_journal(const Work& work);
/// A message to a bare ROUTER and back.
MadeOperations bare_zmq(const Work& work);

// Requests of one caller to one service, both in this process, each with its own connection.
MadeOperations fanfare_request(const Work& work);
MadeOperations nats_request(const Work& work);
MadeOperations rabbitmq_request(const Work& work);

// A durable queue with one publisher and kMembers members. Every message is acknowledged by itself.
inline constexpr std::size_t kMembers = 4;
inline constexpr std::uint32_t kMemberInFlight = 256;
MadeOperations fanfare_group(const Work& work);
MadeOperations jetstream_group(const Work& work);
MadeOperations rabbitmq_group(const Work& work);

}  // namespace fanfare::load
