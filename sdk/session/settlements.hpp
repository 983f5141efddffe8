#pragma once
// What was said of deliveries and has no answer yet: first it waits, by membership and in the order it was said, then
// it is with the broker, acknowledgements of a membership gathered under one request. At most 64 requests are with the
// broker at once; what waits is bounded by what its members have in flight. Owned by the session; one thread.

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "protocol/commands.hpp"
#include "sdk/session/workload.hpp"

namespace fanfare::session {

struct Verdict {
  enum class Kind : std::uint8_t { done, failed, deferred };

  Kind kind = Kind::done;
  std::chrono::milliseconds delay{0};  ///< until it comes again; failed and 0: as the group's back-off says
  std::string reason = {};             ///< of a failure; UTF-8, for people

  [[nodiscard]] bool back() const { return kind != Kind::done; }
};

class Settlements {
 public:
  struct Said {
    WorkId work = 0;
    Ticket ticket = 0;
    Workload::Name name;
    Verdict verdict;
  };
  /// Of one membership and epoch: one that gives back, or any number that are done.
  using Batch = std::vector<Said>;

  void add(Said said);
  /// Nothing waits or is with the broker.
  [[nodiscard]] bool empty() const { return waiting_.empty() && sent_.empty(); }

  /// What can be sent as one command; empty when nothing waits or enough is with the broker.
  [[nodiscard]] Batch next();
  /// The same of this membership, however much is with the broker.
  [[nodiscard]] Batch next(protocol::Handle handle);
  /// The batch goes to the broker; it is kept for the answer.
  const Batch& sent(protocol::RequestNumber number, Batch batch);
  [[nodiscard]] Batch answered(protocol::RequestNumber number);

  /// What waits of this membership, and nothing waits any more.
  [[nodiscard]] Batch take_waiting(protocol::Handle handle);
  [[nodiscard]] Batch take_all_waiting();
  [[nodiscard]] Batch take_all_sent();

  /// It is still being handled: to be told, once however often it is said.
  void progress(WorkId work) { progress_.insert(work); }
  [[nodiscard]] std::set<WorkId> take_progress() { return std::exchange(progress_, {}); }

 private:
  using Waiting = std::map<protocol::Handle, std::deque<Said>>;

  [[nodiscard]] Batch gather(Waiting::iterator from);

  Waiting waiting_;            ///< no empty ones
  protocol::Handle last_ = 0;  ///< whose turn it was
  std::map<protocol::RequestNumber, Batch> sent_;
  std::set<WorkId> progress_;
};

}  // namespace fanfare::session
