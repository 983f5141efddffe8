#pragma once
// What the journal on disk is told when it is opened. Plain data, already checked.

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "broker/core/settings.hpp"
#include "protocol/commands.hpp"

namespace fanfare::broker::journal {

enum class Durability : std::uint8_t {
  fsync,  ///< committed when it survives a loss of power
  flush,  ///< committed when it is written; synced every sync_interval
};

struct StreamOptions {
  protocol::StreamNumber number = protocol::kNoStream;
  std::string name;  ///< of its folder
  Durability durability = Durability::fsync;
  std::chrono::milliseconds sync_interval{1'000};
  std::optional<std::chrono::microseconds> max_age;  ///< older segments are removed; none: kept
  std::optional<std::uint64_t> max_size;             ///< bytes of its segments; beyond it the oldest are removed
  std::uint64_t segment_bytes = 0;                   ///< 0: the journal's
};

struct Options {
  std::string folder;  ///< data_dir/journal; made where it is missing
  std::vector<StreamOptions> streams;

  /// Called by any of the journal's threads, and by the core's within take_events() when there is more, after something
  /// became ready for take_events() or take_notices(). Must be quick and not call back.
  std::function<void()> wake = [] {};
  /// For epochs and the salts of segments: sixteen bytes that nobody can guess. Called by the opening thread while it
  /// opens, then by the core's, also within close(); so it lives as long as the journal.
  core::Random random;
  std::function<std::int64_t()> clock;  ///< microseconds since 1970; any thread
  std::string boot_id;                  ///< of the machine's present run; see read_boot_id()

  std::uint64_t segment_bytes = 64U << 20U;  ///< a batch must fit into one
  std::uint64_t pending_bytes = 64U << 20U;  ///< what may wait for the disk before the core lends no more credit
  std::uint64_t answer_bytes = 16U << 20U;   ///< looked through for one answer of a reader
  std::uint32_t reader_threads = 2;
  std::uint32_t chain_positions = 65'536;  ///< beyond it a reader scans
  std::uint32_t kept_ids = 1'000'000;
  std::chrono::microseconds ids_window{std::chrono::minutes(2)};
  std::uint64_t looked_up_ids = 2'000'000;  ///< beyond it a look-up is answered `unknown`
  std::chrono::milliseconds retention_interval{10'000};
  std::chrono::milliseconds retry_interval{1'000};  ///< of what failed for want of room
  bool lock = true;                                 ///< hold `lock` in the folder; not over memory
};

/// Of the machine's present run; empty where the system has none.
[[nodiscard]] std::string read_boot_id();

}  // namespace fanfare::broker::journal
