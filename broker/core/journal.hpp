#pragma once
// The port behind which streams are kept (semantics §8). Nothing here assumes that the journal is local or quick: what
// is appended counts only when its commit comes back. All calls on the core's thread.

#include <fanfare/position.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/commands.hpp"

namespace fanfare::broker::core {

/// Records, one after the other as they will be delivered. The journal writes their sequences; the core reads the bytes
/// again only after the commit.
struct Batch {
  protocol::StreamNumber stream = protocol::kNoStream;
  std::shared_ptr<std::string> records;
  std::uint32_t count = 0;
};

struct Commit {
  enum class Outcome : std::uint8_t {
    committed,
    failed,  ///< nothing of this batch, nor of any behind it in the stream, is known to be kept
    fenced,  ///< somebody else writes this journal now: the broker must stop
  };

  protocol::StreamNumber stream = protocol::kNoStream;
  Outcome outcome = Outcome::committed;
  std::uint64_t first = 0;  ///< sequence of the batch's first record
  std::uint32_t count = 0;
  std::string reason;
};

class Journal {
 public:
  virtual ~Journal() = default;

  /// Opens the stream for this life of the broker; its last committed position, sequence 0 when it is empty.
  virtual Position open(protocol::StreamNumber stream, std::string_view name) = 0;

  /// Takes a batch to be kept. Batches of a stream commit in the order of the calls.
  virtual void append(Batch batch) = 0;

  /// What has been decided since the last call, in order per stream.
  virtual std::vector<Commit> take_commits() = 0;
};

}  // namespace fanfare::broker::core
