#pragma once
// How far the database is behind what was acknowledged: records of the whole group, and the age of the oldest that this
// process has in hand. Owned by the service; update() is called by the thread of the report.

#include <fanfare/client.hpp>

#include "runtime/metrics/metrics.hpp"
#include "workers/persistence/writer.hpp"

namespace fanfare::workers::persistence {

class LagFigures {
 public:
  /// Both outlive it.
  LagFigures(Client& client, const Writer& writer, runtime::Metrics& metrics);

  /// Asks the broker for the first, for a moment; without an answer that stays as it was.
  void update();

 private:
  Client& client_;
  const Writer& writer_;
  runtime::Gauge records_;
  runtime::Gauge seconds_;
};

}  // namespace fanfare::workers::persistence
