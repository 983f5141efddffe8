#pragma once
// The thread behind the writing: seals full segments, makes and fills spares, writes checkpoints, applies retention.
// Owned by the journal. Nobody waits for it but a stream whose last segment and spare are both full.

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "broker/journal/checkpoints.hpp"
#include "broker/journal/options.hpp"
#include "broker/journal/outcomes.hpp"
#include "broker/journal/retention.hpp"
#include "broker/journal/stream_state.hpp"

namespace fanfare::broker::journal {

class Maintenance {
 public:
  struct Stream {
    StreamState* state = nullptr;
    std::uint64_t checkpoint_segment = 0;  ///< of the checkpoint that is there; 0: none
    std::uint64_t checkpoint_size = 0;
  };

  Maintenance(const Options& options, Outcomes& outcomes, const std::vector<Stream>& streams);
  ~Maintenance() { stop(); }

  /// Any thread: a segment is full, or a spare is wanted.
  void wake();
  void stop();

 private:
  struct Work {
    explicit Work(const Stream& stream)
        : state(*stream.state),
          checkpoints(state, stream.checkpoint_segment, stream.checkpoint_size),
          retention(state) {}

    StreamState& state;
    Checkpoints checkpoints;
    Retention retention;
    std::string trouble;  ///< the last that was told, so that it is told once
  };

  void run();
  /// False: something has to be tried again.
  bool maintain(Work& work);
  IoResult<void> seal(Work& work);
  static void let_leave_cache(const StreamFiles& files, std::uint64_t number);
  IoResult<void> make_spare(Work& work);
  IoResult<void> fill(Work& work, File& file);
  [[nodiscard]] bool is_stopping();
  void tell(Work& work, const IoError& error);

  const Options& options_;
  Outcomes& outcomes_;
  std::vector<std::unique_ptr<Work>> works_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool woken_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace fanfare::broker::journal
