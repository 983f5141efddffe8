#include "workers/persistence/jobs/sweep_job.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <nlohmann/json.hpp>
#include <utility>

namespace fanfare::workers::persistence::jobs {
namespace {

using runtime::Error;
using runtime::Result;
using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr const char* kTopic = "accounts.sweep";
/// Enough to see of a job what has become of it lately.
constexpr std::uint64_t kKeptRuns = 100;
/// Of one answer, which is about one short transaction.
constexpr milliseconds kTimeout{5'000};
/// After a start of everything, accounts may come last.
constexpr milliseconds kPatience{3'000};
constexpr milliseconds kPause{200};

struct Swept {
  std::uint64_t sessions = 0;
  std::uint64_t keys = 0;
  bool has_more = false;
};

/// The answer as docs/services.md has it.
Result<Swept> read_answer(const std::string& payload) {
  const auto answer = nlohmann::json::parse(payload, nullptr, false);
  try {
    if (answer.is_object() && answer.contains("error")) {
      return Error{kTopic, ": ", answer.at("error").at("message").get<std::string>()};
    }
    const auto& ok = answer.at("ok");
    return Swept{ok.at("sessions"), ok.at("idempotency_keys"), ok.at("more")};
  } catch (const nlohmann::json::exception&) {
    return Error{kTopic, " does not answer like fanfare-accounts"};
  }
}

/// Waits as long as nobody has told it to end.
void pause(const JobCall& call, milliseconds time) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_until(lock, call.stop, std::min(Clock::now() + time, call.deadline), [] { return false; });
}

Result<Swept> ask(Client& client, const JobCall& call) {
  const auto patient_until = std::min(Clock::now() + kPatience, call.deadline);
  while (true) {
    try {
      return read_answer(client.request(kTopic, "{}", kTimeout, {.retry_safe = true, .stop = call.stop}).get().payload);
    } catch (const fanfare::Error& error) {
      const bool may_come = error.code() == ErrorCode::no_service && Clock::now() < patient_until;
      if (!may_come || call.stop.stop_requested()) return Error{kTopic, ": ", error.what()};
    }
    pause(call, kPause);
  }
}

std::string part(std::uint64_t count, const std::string& what) { return std::to_string(count) + " " + what; }

Result<JobDone> sweep(const JobRunner::OpenStore& open, Client& client, const JobCall& call) {
  auto store = open();
  if (!store) return store.error();
  const auto runs = (*store)->sweep(kKeptRuns);
  if (!runs) return runs.error();
  Swept all;
  do {
    const auto some = ask(client, call);
    if (!some) return some.error();
    all.sessions += some->sessions;
    all.keys += some->keys;
    all.has_more = some->has_more;
  } while (all.has_more && !call.stop.stop_requested() && Clock::now() < call.deadline);
  return JobDone{*runs + all.sessions + all.keys,
                 "removed " + part(all.sessions, "sessions") + ", " + part(all.keys, "idempotency keys") + ", " +
                     part(*runs, "runs of jobs") + (all.has_more ? "; the rest next time" : "")};
}

}  // namespace

Job sweep_job(milliseconds every, JobRunner::OpenStore open, Client& client) {
  return {"sweep", every, [open = std::move(open), &client](const JobCall& call) { return sweep(open, client, call); }};
}

}  // namespace fanfare::workers::persistence::jobs
