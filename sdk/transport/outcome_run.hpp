#pragma once
// Publishes of a batch that follow each other and have got the same outcome, on their way to their callbacks. Made by
// the I/O thread, called once by the dispatcher.

#include <cstddef>
#include <memory>

#include "sdk/transport/batch.hpp"

namespace fanfare::transport {

class Core;

struct OutcomeRun {
  std::shared_ptr<Batch> batch;
  std::size_t first;
  std::size_t count;
  Outcome<Ack> outcome;  ///< an acknowledgement is that of the first
  bool has_callbacks;

  /// Calls the callbacks.
  void call(Core& core);
};

}  // namespace fanfare::transport
