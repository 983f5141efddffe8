#include "workers/persistence/journal_reader.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <utility>

namespace fanfare::workers::persistence {

struct JournalReader::Waiting {
  std::mutex mutex;  // guards all answers, and the deadline
  std::condition_variable changed;
  Clock::time_point deadline = Clock::time_point::max();
};

JournalReader::JournalReader(Client& client) : client_(client), waiting_(std::make_shared<Waiting>()) {}

runtime::Result<Fetched> JournalReader::fetch(const std::string& pattern, const FetchOptions& options,
                                              Clock::time_point deadline) {
  using std::chrono::milliseconds;
  const auto left = std::chrono::ceil<milliseconds>(deadline - Clock::now());
  if (left <= milliseconds(0)) return runtime::Error{pattern, ": there is no time left to read the journal"};
  const auto answer = std::make_shared<std::optional<Outcome<Fetched>>>();
  client_.fetch(pattern, options, left, [waiting = waiting_, answer](const Outcome<Fetched>& outcome) {
    const std::lock_guard lock(waiting->mutex);
    answer->emplace(outcome);
    waiting->changed.notify_all();
  });

  std::unique_lock lock(waiting_->mutex);
  while (!*answer) {
    const auto until = std::min(deadline, waiting_->deadline);
    if (Clock::now() >= until) return runtime::Error{pattern, ": the broker has not answered in time"};
    waiting_->changed.wait_until(lock, until);
  }
  if (!(*answer)->ok()) return runtime::Error{pattern, ": ", (*answer)->error().what()};
  return (*answer)->value();
}

void JournalReader::hurry(Clock::time_point deadline) {
  const std::lock_guard lock(waiting_->mutex);
  waiting_->deadline = std::min(waiting_->deadline, deadline);
  waiting_->changed.notify_all();
}

}  // namespace fanfare::workers::persistence
