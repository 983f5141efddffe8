// fanfare jobs ls|run: what is done again and again, and doing it now.

#include <CLI/Option.hpp>

#include <iostream>
#include <memory>

#include "cli/commands/commands.hpp"
#include "cli/connection/address.hpp"
#include "cli/connection/ask.hpp"
#include "cli/connection/connect.hpp"
#include "cli/exit_code.hpp"
#include "cli/jobs/job_texts.hpp"

namespace fanfare::cli {
namespace {

constexpr std::chrono::seconds kJobListTimeout{4};
/// For the run that is under way and for this one.
constexpr std::chrono::seconds kJobRunTimeout{55};

struct JobArguments {
  std::string name;
  bool json = false;
};

Json ask_for_jobs(const Invocation& invocation, std::string_view topic, const Json& request,
                  std::chrono::milliseconds timeout) {
  const std::string address = broker_address(invocation.server);
  Waiter waiter;
  Client client = connect(address, "jobs", waiter);
  try {
    return job_answer(ask(client, waiter, topic, request.dump(), timeout).payload);
  } catch (const Error& error) {
    if (error.code() == ErrorCode::no_service) {
      throw CommandFailure("nobody runs jobs: start fanfare-persistence, or ask again when another one has taken over");
    }
    if (error.code() == ErrorCode::deadline_exceeded || error.code() == ErrorCode::outcome_unknown) {
      throw CommandFailure("no answer in time: `fanfare jobs ls` shows what becomes of it");
    }
    throw;
  }
}

int list_jobs(const JobArguments& arguments, const Invocation& invocation) {
  const Json list = ask_for_jobs(invocation, kJobListTopic, Json::object(), kJobListTimeout);
  std::cout << (arguments.json ? list.dump() + "\n" : describe_jobs(list)) << std::flush;
  return kDone;
}

int run_job(const JobArguments& arguments, const Invocation& invocation) {
  const Json run = ask_for_jobs(invocation, kJobRunTopic, {{"job", arguments.name}}, kJobRunTimeout);
  const std::string text = describe_job_run(run);
  if (arguments.json) {
    std::cout << run.dump() + "\n" << std::flush;
  } else {
    (has_failed(run) ? std::cerr : std::cout) << text << std::flush;
  }
  return has_failed(run) ? kFailed : kDone;
}

}  // namespace

void add_jobs(CLI::App& app, Invocation& invocation) {
  CLI::App& command = *app.add_subcommand("jobs", "Show or run what is done again and again");
  command.require_subcommand(1);
  const auto arguments = std::make_shared<JobArguments>();

  CLI::App& listing = *command.add_subcommand("ls", "Each job: how often, its last run, what it did, when it is due");
  listing.add_flag("--json", arguments->json, "Print {instance, jobs: [{name, every, next_at, failures, last}]}");
  listing.callback([arguments, &invocation] {
    invocation.run = [arguments, &invocation] { return list_jobs(*arguments, invocation); };
  });

  CLI::App& running = *command.add_subcommand("run", "Run one now, and say what it did");
  running.add_option("NAME", arguments->name, "The job's name")->required();
  running.add_flag("--json", arguments->json,
                   "Print {id, job, instance, by_hand, started_at, ended_at, seconds, count, done, error}");
  running.callback([arguments, &invocation] {
    invocation.run = [arguments, &invocation] { return run_job(*arguments, invocation); };
  });
  command.footer(
      R"(The one fanfare-persistence that is active in the group `jobs` runs them, as `jobs.*` of the configuration says;
when it ends another one goes on. `run` waits for the end of the run and exits with 1 if it has failed.
Examples:
  fanfare jobs ls
  fanfare jobs run sweep)");
}

}  // namespace fanfare::cli
