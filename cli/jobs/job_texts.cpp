#include "cli/jobs/job_texts.hpp"

#include <cmath>
#include <cstdint>
#include <vector>

#include "cli/exit_code.hpp"
#include "cli/format/text.hpp"

namespace fanfare::cli {
namespace {

CommandFailure no_jobs_answer() {
  return CommandFailure("what serves $sys.jobs does not answer like fanfare-persistence");
}

/// "0.02 s", "3.4 s", "2m 5s"
std::string took(double seconds) {
  constexpr double kMinute = 60;
  if (seconds >= kMinute) return rough_duration(std::chrono::seconds(static_cast<std::int64_t>(seconds)));
  const auto hundredths = static_cast<std::int64_t>(std::lround(seconds * 100));
  const std::string rest = std::to_string(100 + hundredths % 100).substr(1);
  return std::to_string(hundredths / 100) + "." + rest + " s";
}

std::string word_or_dash(const Json& value) { return value.is_string() ? printable(value.get<std::string>()) : "-"; }

std::string every_text(const Json& every) {
  if (!every.is_number()) return "by hand";
  return rough_duration(std::chrono::seconds(static_cast<std::int64_t>(every.get<double>())));
}

std::string outcome_of(const Json& run) {
  if (run.is_null()) return "has not run yet";
  if (run.at("ended_at").is_null()) return "runs";
  return has_failed(run) ? "failed: " + word_or_dash(run.at("error")) : word_or_dash(run.at("done"));
}

std::vector<std::string> job_cells(const Json& job) {
  const Json& last = job.at("last");
  const bool has_run = !last.is_null();
  return {word_or_dash(job.at("name")),
          every_text(job.at("every")),
          has_run ? word_or_dash(last.at("started_at")) : "-",
          has_run && last.at("seconds").is_number() ? took(last.at("seconds").get<double>()) : "-",
          word_or_dash(job.at("next_at")),
          outcome_of(last)};
}

}  // namespace

Json job_answer(std::string_view payload) {
  const Json answer = Json::parse(payload, nullptr, false);
  if (!answer.is_object()) throw no_jobs_answer();
  if (const auto ok = answer.find("ok"); ok != answer.end()) return *ok;
  const auto message = answer.value("/error/message"_json_pointer, std::string());
  if (message.empty()) throw no_jobs_answer();
  throw CommandFailure(printable(message));
}

std::string describe_jobs(const Json& list) {
  try {
    std::vector<std::vector<std::string>> rows = {{"JOB", "EVERY", "LAST RUN", "TOOK", "NEXT", "OUTCOME"}};
    for (const Json& job : list.at("jobs")) rows.push_back(job_cells(job));
    return table(rows) + "run by " + word_or_dash(list.at("instance")) + "\n";
  } catch (const Json::exception&) {
    throw no_jobs_answer();
  }
}

std::string describe_job_run(const Json& run) {
  try {
    const std::string time = run.at("seconds").is_number() ? " (" + took(run.at("seconds").get<double>()) + ")" : "";
    return word_or_dash(run.at("job")) + ": " + outcome_of(run) + time + "\n";
  } catch (const Json::exception&) {
    throw no_jobs_answer();
  }
}

bool has_failed(const Json& run) { return run.is_object() && run.contains("error") && run.at("error").is_string(); }

}  // namespace fanfare::cli
