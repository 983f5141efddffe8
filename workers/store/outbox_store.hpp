#pragma once
// The port to the outbox: what changed and is still to be published, in the order of the commits. One process at a time
// holds its lease. Threads, blocking and errors as in people_store.hpp.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "protocol/fanfare/uuid.hpp"
#include "runtime/result.hpp"
#include "workers/common/time_point.hpp"

namespace fanfare::workers::store {

enum class ChangeKind : std::uint8_t { kPersonChanged, kConversationChanged, kConversationAdded };

struct OutboxRow {
  std::uint64_t change = 0;
  Uuid message_id;  ///< the same at every attempt
  ChangeKind kind = ChangeKind::kPersonChanged;
  Uuid person;        ///< nil where the kind has none
  Uuid conversation;  ///< nil where the kind has none
};

class OutboxStore {
 public:
  virtual ~OutboxStore() = default;

  /// The oldest rows, without a lease: to see whether there are any, and to publish them while holding it.
  virtual runtime::Result<std::vector<OutboxRow>> pending(std::size_t limit) = 0;

  /// Takes or extends the lease; false while another holds it.
  virtual runtime::Result<bool> claim(const std::string& holder, common::TimePoint now,
                                      common::TimePoint expires_at) = 0;

  /// Gives the lease back, if it is still held.
  virtual runtime::Result<void> release(const std::string& holder) = 0;

  /// What is published goes, up to this row.
  virtual runtime::Result<void> remove(std::uint64_t up_to) = 0;
};

}  // namespace fanfare::workers::store
