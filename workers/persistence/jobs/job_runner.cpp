#include "workers/persistence/jobs/job_runner.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include "workers/persistence/jobs/schedule.hpp"

namespace fanfare::workers::persistence::jobs {
namespace {

using common::TimePoint;
using runtime::Error;
using runtime::Result;
using std::chrono::milliseconds;

constexpr std::size_t kMostWishes = 16;
/// The wall clock may be set: so it is looked at again.
constexpr milliseconds kLongestRest{60'000};
/// The end of a run is worth some patience: without it the run would be written as cut.
constexpr int kEndAttempts = 5;

double seconds_of(TimePoint time) { return static_cast<double>(time.time_since_epoch().count()) / 1'000; }

}  // namespace

JobRunner::JobRunner(Options options, std::vector<Job> jobs, OpenStore open, runtime::Logger& log,
                     runtime::Metrics& metrics)
    : options_(std::move(options)), jobs_(std::move(jobs)), open_(std::move(open)), log_(log) {
  const auto runs = [&](const Job& job, const char* outcome) {
    return metrics.counter("fanfare_jobs_runs_total", "Runs of jobs that have ended.",
                           {{"job", job.name}, {"outcome", outcome}});
  };
  for (const Job& job : jobs_) {
    figures_.push_back({runs(job, "done"), runs(job, "failed"),
                        metrics.gauge("fanfare_jobs_last_success_seconds",
                                      "When the last run began that ended well, since 1970; 0 where no job runs.",
                                      {{"job", job.name}})});
  }
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

JobRunner::~JobRunner() {
  set_active(false);
  thread_.request_stop();
  thread_.join();
}

void JobRunner::set_active(bool is_active) {
  std::stop_source cut(std::nostopstate);
  std::deque<Wish> refused;
  {
    const std::lock_guard lock(mutex_);
    if (is_active_ == is_active) return;
    is_active_ = is_active;
    is_new_ = true;
    if (is_active) {
      cut_ = std::stop_source();
    } else {
      cut = cut_;
      refused.swap(wishes_);
    }
    changed_.notify_all();
  }
  cut.request_stop();
  for (const Wish& wish : refused) wish.done(Error{"another process runs the jobs now: ask again"});
}

void JobRunner::run_now(const std::string& name, OnRun done) {
  const auto job = std::ranges::find(jobs_, name, &Job::name);
  std::string problem;
  {
    const std::lock_guard lock(mutex_);
    if (job == jobs_.end()) {
      problem = "there is no job of this name";
    } else if (!is_active_) {
      problem = "another process runs the jobs now: ask again";
    } else if (wishes_.size() >= kMostWishes) {
      problem = "too many wait to be run: ask again later";
    } else {
      wishes_.push_back({static_cast<std::size_t>(job - jobs_.begin()), std::move(done)});
      changed_.notify_all();
      return;
    }
  }
  done(Error{problem});
}

std::vector<std::string> JobRunner::names() const {
  std::vector<std::string> names;
  for (const Job& job : jobs_) names.push_back(job.name);
  return names;
}

std::vector<JobState> JobRunner::states() const {
  const TimePoint now = options_.now();
  std::vector<JobState> states;
  const std::lock_guard lock(mutex_);
  for (const Job& job : jobs_) {
    JobState& state = states.emplace_back(JobState{.name = job.name, .every = job.every});
    if (const auto known = histories_.find(job.name); known != histories_.end()) state.history.emplace(known->second);
    state.due = due_at(job.every, state.history, now);
  }
  return states;
}

void JobRunner::run(const std::stop_token& stop) {
  while (wait_until_active(stop)) {
    if (const auto ready = take_over(); !ready) {
      store_.reset();
      log_.warn("jobs wait for the database", {{"reason", ready.error().message}});
      refuse_wishes(ready.error().message);
      rest(stop, options_.back_off);
      continue;
    }
    const auto wish = next_wish();
    const auto due = wish ? std::optional(wish->job) : due_job();
    if (!due) {
      rest(stop, until_due());
      continue;
    }
    const auto ran = run_job(*due, wish.has_value());
    if (wish) wish->done(ran);
    if (ran) continue;
    store_.reset();
    log_.warn("a job could not be begun", {{"job", jobs_[*due].name}, {"reason", ran.error().message}});
    rest(stop, options_.back_off);
  }
}

/// False: it is over.
bool JobRunner::wait_until_active(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  return changed_.wait(lock, stop, [this] { return is_active_; });
}

/// Until something changes that the loop looks at, too.
void JobRunner::rest(const std::stop_token& stop, milliseconds time) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, stop, time, [this] { return !is_active_ || !wishes_.empty(); });
}

/// What the last one left is written as cut before anything begins.
Result<void> JobRunner::take_over() {
  if (!store_) {
    auto opened = open_();
    if (!opened) return opened.error();
    store_ = *std::move(opened);
  }
  {
    const std::lock_guard lock(mutex_);
    if (!is_new_) return {};
  }
  const auto cut = store_->end_cut(options_.now());
  if (!cut) return cut.error();
  if (*cut > 0) log_.warn("runs of jobs were cut by the end of their process", {{"runs", *cut}});
  if (auto looked = look(); !looked) return looked;
  const std::lock_guard lock(mutex_);
  is_new_ = !is_active_;
  return {};
}

/// What the database knows of the jobs.
Result<void> JobRunner::look() {
  auto rows = store_->histories();
  if (!rows) return rows.error();
  std::map<std::string, store::JobHistory> known;
  for (store::JobHistory& row : *rows) known.insert_or_assign(row.last.begun.job, std::move(row));
  for (std::size_t index = 0; index < jobs_.size(); ++index) {
    const auto row = known.find(jobs_[index].name);
    if (row == known.end() || !row->second.succeeded_at) continue;
    figures_[index].succeeded_at.set(seconds_of(*row->second.succeeded_at));
  }
  const std::lock_guard lock(mutex_);
  histories_ = std::move(known);
  return {};
}

std::optional<JobRunner::Wish> JobRunner::next_wish() {
  std::optional<Wish> wish;
  const std::lock_guard lock(mutex_);
  if (wishes_.empty()) return wish;
  wish.emplace(std::move(wishes_.front()));
  wishes_.pop_front();
  return wish;
}

std::optional<std::size_t> JobRunner::due_job() const {
  const TimePoint now = options_.now();
  const auto known = states();
  std::optional<std::size_t> first;
  for (std::size_t index = 0; index < known.size(); ++index) {
    if (!known[index].due || *known[index].due > now) continue;
    if (!first || *known[index].due < *known[*first].due) first.emplace(index);
  }
  return first;
}

milliseconds JobRunner::until_due() const {
  const TimePoint now = options_.now();
  milliseconds rest = kLongestRest;
  for (const JobState& state : states()) {
    if (state.due) rest = std::min(rest, std::max(*state.due - now, milliseconds(0)));
  }
  return rest;
}

Result<store::JobRun> JobRunner::run_job(std::size_t index, bool is_by_hand) {
  const Job& job = jobs_[index];
  store::JobRun run{
      .begun = {
          .job = job.name, .instance = options_.instance, .is_by_hand = is_by_hand, .started_at = options_.now()}};
  const auto id = store_->begin(run.begun);
  if (!id) return id.error();
  run.id = *id;
  {
    const std::lock_guard lock(mutex_);
    histories_[job.name].last = run;
  }
  run.ended.emplace(call(job, run.begun.started_at));
  (run.has_failed() ? figures_[index].failed : figures_[index].done).add();
  tell(run);
  write_end(run);
  return run;
}

/// Whatever a job throws is a defect of that job alone.
store::JobEnd JobRunner::call(const Job& job, TimePoint now) {
  std::stop_token stop;
  {
    const std::lock_guard lock(mutex_);
    stop = cut_.get_token();
  }
  store::JobEnd end;
  try {
    auto done = job.run({.stop = stop, .deadline = Clock::now() + options_.longest, .now = now});
    if (done) {
      end.count = done->count;
      end.done = std::move(done->what);
    } else {
      end.error = done.error().message;
    }
    if (!done && end.error.empty()) end.error = "it has failed without a reason";
  } catch (const std::exception& defect) {
    end.error = std::string("a defect: ") + defect.what();
  }
  end.at = options_.now();
  return end;
}

/// Told to end, it tries once: what can't be written then is written as cut by the next one.
void JobRunner::write_end(const store::JobRun& run) {
  for (int attempt = 1;; ++attempt) {
    const auto written = store_->end(run.id, *run.ended);
    if (written && !*written) log_.warn("another process has taken over a job that ran", {{"job", run.begun.job}});
    if (written) {
      if (look()) return;
    } else {
      log_.warn("the end of a job waits for the database",
                {{"job", run.begun.job}, {"reason", written.error().message}});
    }
    std::unique_lock lock(mutex_);
    is_new_ = true;  // the rows say something else than is known here
    if (attempt == kEndAttempts || !is_active_) return;
    changed_.wait_for(lock, options_.back_off, [this] { return !is_active_; });
  }
}

void JobRunner::tell(const store::JobRun& run) {
  const auto took = (run.ended->at - run.begun.started_at).count();
  if (run.has_failed()) {
    log_.warn("a job has failed", {{"job", run.begun.job}, {"reason", run.ended->error}, {"ms", took}});
  } else {
    log_.info("a job is done", {{"job", run.begun.job}, {"what", run.ended->done}, {"ms", took}});
  }
}

void JobRunner::refuse_wishes(const std::string& reason) {
  while (const auto wish = next_wish()) wish->done(Error{reason});
}

}  // namespace fanfare::workers::persistence::jobs
