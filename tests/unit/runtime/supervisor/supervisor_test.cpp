#include "runtime/supervisor/supervisor.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <sstream>

#include "tests/support/eventually.hpp"
#include "tests/unit/runtime/support/program.hpp"
#include "tests/unit/runtime/support/temporary_folder.hpp"

namespace fanfare::runtime {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::eventually;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr milliseconds kPatience{10'000};

/// Collects what the supervisor logs and the processes write; written on the supervisor's thread.
class Supervision : public testing::Test {
 protected:
  static ProcessSpec service(const std::string& name) { return {name, {TEST_SERVICE}}; }
  static ProcessSpec shell(const std::string& name, const std::string& script) { return {name, {"sh", "-c", script}}; }

  std::unique_ptr<Supervisor> supervise(std::vector<ProcessSpec> processes, SupervisorOptions options = {}) {
    options.ready_deadline = test::patient(options.ready_deadline);
    return std::make_unique<Supervisor>(std::move(processes), options, log_,
                                        [this](const ProcessSpec& process, std::string_view line) {
                                          const std::lock_guard lock(mutex_);
                                          lines_ += process.name + " | " + std::string(line) + "\n";
                                        });
  }

  std::string lines() {
    const std::lock_guard lock(mutex_);
    return lines_;
  }

  std::ostringstream out_;
  Logger log_{{LogLevel::kDebug, LogFormat::kText}, "up", out_};
  std::mutex mutex_;
  std::string lines_;
};

TEST_F(Supervision, StartsInOrderAndStopsInReverse) {
  const auto supervisor = supervise({service("first"), service("second")});
  ASSERT_TRUE(supervisor->start().has_value());
  for (const ProcessState& state : supervisor->snapshot()) {
    EXPECT_EQ(state.phase, ProcessPhase::kReady) << state.name;
    EXPECT_GT(state.pid, 0);
  }
  supervisor->stop();
  for (const ProcessState& state : supervisor->snapshot()) EXPECT_EQ(state.phase, ProcessPhase::kStopped) << state.name;
  const std::string text = lines();
  EXPECT_LT(text.find("first | started"), text.find("second | started"));
  EXPECT_LT(text.find("second | drained"), text.find("first | draining"));
}

TEST_F(Supervision, WhatDiesIsStartedAgain) {
  const auto supervisor = supervise({service("one")});
  ASSERT_TRUE(supervisor->start().has_value());
  const pid_t first = supervisor->snapshot()[0].pid;
  ::kill(first, SIGKILL);
  EXPECT_TRUE(eventually(seconds(5), [&] {
    const ProcessState state = supervisor->snapshot()[0];
    return state.phase == ProcessPhase::kReady && state.pid != first && state.restarts == 1;
  }));
  supervisor->stop();
  EXPECT_THAT(out_.str(), HasSubstr("process ended process=one how=\"signal 9 (Killed)\""));
}

TEST_F(Supervision, CrashLoopIsSlowedDownAndReported) {
  const test::TemporaryFolder folder;
  const std::string flag = folder.write("works", "");
  const std::string script = "test -e " + flag + " && exec " TEST_SERVICE "; exit 3";
  const auto supervisor =
      supervise({shell("one", script)}, {.first_backoff = milliseconds(1), .longest_backoff = milliseconds(8)});
  ASSERT_TRUE(supervisor->start().has_value());
  std::filesystem::remove(flag);
  ::kill(supervisor->snapshot()[0].pid, SIGKILL);
  EXPECT_TRUE(eventually(seconds(5), [&] { return supervisor->snapshot()[0].restarts >= 6; }));
  const ProcessState state = supervisor->snapshot()[0];
  EXPECT_EQ(state.phase, ProcessPhase::kCrashLoop);
  EXPECT_EQ(state.last_end, "exit code 3");
  folder.write("works", "");
  EXPECT_TRUE(eventually(seconds(5), [&] { return supervisor->snapshot()[0].phase == ProcessPhase::kReady; }));
  supervisor->stop();
  EXPECT_THAT(out_.str(),
              AllOf(HasSubstr("error up process keeps ending process=one how=\"exit code 3\" ends_in_a_row=5"),
                    HasSubstr("next_start_in_seconds=0.001"), HasSubstr("next_start_in_seconds=0.002"),
                    HasSubstr("next_start_in_seconds=0.004"), HasSubstr("next_start_in_seconds=0.008")));
}

TEST_F(Supervision, BackoffBeginsAnewAfterAStableTime) {
  const auto supervisor =
      supervise({service("one")}, {.first_backoff = milliseconds(3), .stable_after = milliseconds(0)});
  ASSERT_TRUE(supervisor->start().has_value());
  for (int round = 1; round <= 3; ++round) {
    ::kill(supervisor->snapshot()[0].pid, SIGKILL);
    ASSERT_TRUE(eventually(seconds(5), [&] {
      const ProcessState state = supervisor->snapshot()[0];
      return state.restarts == round && state.phase == ProcessPhase::kReady;
    }));
  }
  supervisor->stop();
  EXPECT_THAT(out_.str(), testing::Not(HasSubstr("next_start_in_seconds=0.006")));
}

TEST_F(Supervision, StartNamesTheProcessThatEndsTooEarly) {
  const auto supervisor = supervise({service("first"), shell("second", "echo why; exit 5"), service("third")});
  EXPECT_EQ(supervisor->start().error().message, "second did not become ready: exit code 5");
  EXPECT_THAT(lines(),
              AllOf(HasSubstr("second | why"), HasSubstr("first | drained"), testing::Not(HasSubstr("third"))));
}

TEST_F(Supervision, StartNamesTheProcessThatIsNotReadyInTime) {
  const auto supervisor = supervise({{"silent", {"sleep", "60"}}}, {.ready_deadline = milliseconds(20)});
  EXPECT_EQ(supervisor->start().error().message, "silent did not become ready: not ready in time");
}

TEST_F(Supervision, StartNamesTheProgramThatIsNotThere) {
  const auto supervisor = supervise({{"missing", {"/nowhere/fanfare-x"}}});
  EXPECT_THAT(supervisor->start().error().message, HasSubstr("/nowhere/fanfare-x cannot be run: No such file"));
}

TEST_F(Supervision, StartNeitherWaitsForAPluginNorFailsBecauseOfIt) {
  ProcessSpec broken = shell("broken", "exit 3");
  ProcessSpec missing{"missing", {"/nowhere/plugin"}};
  ProcessSpec silent{"silent", {"sleep", "60"}};
  for (ProcessSpec* const plugin : {&broken, &missing, &silent}) plugin->is_plugin = true;
  const auto supervisor = supervise({service("one"), broken, missing, silent}, {.first_backoff = milliseconds(1)});
  ASSERT_TRUE(supervisor->start().has_value());
  EXPECT_TRUE(eventually(seconds(5), [&] {
    const auto states = supervisor->snapshot();
    return states[0].phase == ProcessPhase::kReady && states[1].restarts > 1 && states[2].restarts > 1 &&
           states[3].pid != 0;
  }));
}

TEST_F(Supervision, PluginThatSaysNothingIsReadyWhenItHasLivedForTheDeadline) {
  ProcessSpec silent{"silent", {"sleep", "60"}};
  silent.is_plugin = true;
  const auto supervisor = supervise({silent}, {.ready_deadline = milliseconds(50)});
  ASSERT_TRUE(supervisor->start().has_value());
  const auto ready = [&] { return supervisor->snapshot()[0].phase == ProcessPhase::kReady; };
  EXPECT_TRUE(eventually(seconds(5), ready));
  EXPECT_EQ(supervisor->snapshot()[0].restarts, 0);
}

TEST_F(Supervision, PluginGetsItsEnvironmentButNoSighup) {
  ProcessSpec plugin = shell("plugin", "echo \"at $PLUGIN_PLACE\"; exec " TEST_SERVICE);
  plugin.environment = {{"PLUGIN_PLACE", "home"}};
  plugin.is_plugin = true;
  const auto supervisor = supervise({plugin, service("after")});
  ASSERT_TRUE(supervisor->start().has_value());
  ASSERT_TRUE(eventually(seconds(5), [&] { return supervisor->snapshot()[0].phase == ProcessPhase::kReady; }));
  supervisor->reload();
  EXPECT_TRUE(eventually(seconds(5), [&] { return lines().find("after | reloaded") != std::string::npos; })) << lines();
  supervisor->stop();
  EXPECT_THAT(lines(), AllOf(HasSubstr("plugin | at home"), testing::Not(HasSubstr("plugin | reloaded"))));
}

TEST_F(Supervision, StartCanBeInterrupted) {
  const auto supervisor = supervise({{"silent", {"sleep", "60"}}});
  std::stop_source stop;
  std::jthread interrupter([&] {
    static_cast<void>(eventually(seconds(5), [&] { return supervisor->snapshot()[0].pid != 0; }));
    stop.request_stop();
  });
  EXPECT_EQ(supervisor->start(stop.get_token()).error().message, "stopped before everything was ready");
}

TEST_F(Supervision, WhatIgnoresSigtermIsKilledAtTheDeadline) {
  const std::string deaf = "trap '' TERM; exec " TEST_SERVICE;
  ::setenv("TEST_SERVICE_DOES", "never-drain", 1);
  const auto supervisor = supervise({shell("deaf", deaf)}, {.stop_deadline = milliseconds(30)});
  const auto started = supervisor->start();
  ::unsetenv("TEST_SERVICE_DOES");
  ASSERT_TRUE(started.has_value());
  const pid_t pid = supervisor->snapshot()[0].pid;
  supervisor->stop();
  EXPECT_EQ(::kill(pid, 0), -1);
  EXPECT_EQ(errno, ESRCH);
  EXPECT_THAT(out_.str(), HasSubstr("did not stop in time and is killed"));
}

/// A supervisor in a process of its own, once its child runs; and that child's number.
std::pair<test::Program, pid_t> supervisor_process() {
  test::Program program({{TEST_SERVICE}, {{"TEST_SERVICE_DOES", "supervise"}}});
  EXPECT_TRUE(program.says("child pid ") && program.says("test ready"));
  const std::size_t at = program.output().find("child pid ");
  const pid_t child = std::stoi(program.output().substr(at + 10));
  return {std::move(program), child};
}

/// Neither running nor waiting to be reaped by whoever inherited it.
bool is_gone(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string text;
  return !std::getline(file, text) || text.find(") Z ") != std::string::npos;
}

TEST_F(Supervision, ChildrenDieWithASupervisorThatIsKilled) {
  auto [program, child] = supervisor_process();
  EXPECT_FALSE(is_gone(child));
  ::kill(program.child().pid(), SIGKILL);
  EXPECT_EQ(program.ends(), (ExitStatus{0, SIGKILL}));
  EXPECT_TRUE(eventually(seconds(5), [pid = child] { return is_gone(pid); }));
}

TEST_F(Supervision, ChildrenEndInOrderWithASupervisorThatIsStopped) {
  auto [program, child] = supervisor_process();
  program.child().send_signal(SIGTERM);
  EXPECT_EQ(program.ends(), (ExitStatus{0, 0}));
  EXPECT_TRUE(is_gone(child));
  EXPECT_THAT(program.output(), HasSubstr("child | drained"));
}

TEST_F(Supervision, ReloadReachesEveryProcess) {
  const auto supervisor = supervise({service("first"), service("second")});
  ASSERT_TRUE(supervisor->start().has_value());
  supervisor->reload();
  EXPECT_TRUE(eventually(seconds(5), [&] {
    const std::string text = lines();
    return text.find("first | reloaded") != std::string::npos && text.find("second | reloaded") != std::string::npos;
  }));
}

TEST_F(Supervision, WhatWorkedAndThenFoundItsConfigurationWrongWaitsForAnother) {
  const auto supervisor = supervise({shell("one", "TEST_SERVICE_DOES=misconfigured exec " TEST_SERVICE)},
                                    {.first_backoff = milliseconds(1)});
  ASSERT_TRUE(supervisor->start().has_value());
  supervisor->reload();
  ASSERT_TRUE(eventually(seconds(5), [&] { return supervisor->snapshot()[0].phase == ProcessPhase::kStopped; }));
  EXPECT_EQ(supervisor->snapshot()[0].last_end, "exit code 2");
  EXPECT_EQ(supervisor->snapshot()[0].restarts, 0);
  supervisor->reload();
  EXPECT_TRUE(eventually(seconds(5), [&] {
    const ProcessState state = supervisor->snapshot()[0];
    return state.restarts == 1 && state.phase == ProcessPhase::kReady;
  }));
  supervisor->stop();
  EXPECT_THAT(out_.str(), HasSubstr("error up process ended because of its configuration"));
}

TEST_F(Supervision, WhoseConfigurationIsWrongKeepsTheOthersFromNothing) {
  const auto supervisor =
      supervise({shell("one", "TEST_SERVICE_DOES=misconfigured-at-start exec " TEST_SERVICE), service("two")});
  ASSERT_TRUE(supervisor->start().has_value());
  EXPECT_TRUE(eventually(seconds(5), [&] { return supervisor->snapshot()[0].phase == ProcessPhase::kStopped; }));
  EXPECT_EQ(supervisor->snapshot()[1].phase, ProcessPhase::kReady);
}

/// Which of a component; the first has the component's name.
ProcessSpec replica(const std::string& component, std::size_t number, const std::string& script = TEST_SERVICE) {
  const std::string name = number == 1 ? component : component + "-" + std::to_string(number);
  return {.name = name, .argv = {"sh", "-c", "exec " + script}, .component = component, .replica = number};
}

std::vector<std::string> names(const std::vector<ProcessState>& states) {
  std::vector<std::string> result;
  for (const ProcessState& state : states) result.push_back(state.name);
  return result;
}

bool all_ready(const std::vector<ProcessState>& states) {
  return std::ranges::all_of(states, [](const ProcessState& state) { return state.phase == ProcessPhase::kReady; });
}

TEST_F(Supervision, FollowsAListThatChangesAndLeavesAloneWhatStays) {
  const auto supervisor = supervise({replica("one", 1), replica("last", 1)});
  ASSERT_TRUE(supervisor->start().has_value());
  const pid_t first = supervisor->snapshot()[0].pid;
  // Called otherwise now, and still the same replica of the same component.
  ProcessSpec renamed = replica("one", 1);
  renamed.name = "one-1";
  supervisor->run_these({renamed, replica("one", 2), replica("one", 3), replica("last", 1)}, kPatience);
  EXPECT_THAT(names(supervisor->snapshot()), ElementsAre("one", "one-2", "one-3", "last"));
  EXPECT_TRUE(eventually(seconds(5), [&] { return all_ready(supervisor->snapshot()); }));
  EXPECT_EQ(supervisor->snapshot()[0].pid, first);
  supervisor->run_these({replica("one", 1), replica("last", 1)}, kPatience);
  EXPECT_TRUE(eventually(seconds(5), [&] { return supervisor->snapshot().size() == 2; }));
  EXPECT_EQ(supervisor->snapshot()[0].pid, first);
  EXPECT_EQ(supervisor->snapshot()[0].restarts, 0);
  EXPECT_THAT(lines(), AllOf(HasSubstr("one-2 | drained"), HasSubstr("one-3 | drained"), Not(HasSubstr("one | dr"))));
}

TEST_F(Supervision, ProcessThatDrainsForLongKeepsNothingFromBeingRestarted) {
  const auto supervisor =
      supervise({replica("one", 1), replica("slow", 1, "env TEST_SERVICE_DOES=never-drain " TEST_SERVICE)});
  ASSERT_TRUE(supervisor->start().has_value());
  supervisor->run_these({replica("one", 1)}, milliseconds(60'000));
  EXPECT_EQ(supervisor->snapshot()[1].phase, ProcessPhase::kStopping);
  ::kill(supervisor->snapshot()[0].pid, SIGKILL);
  EXPECT_TRUE(eventually(seconds(5), [&] {
    const ProcessState state = supervisor->snapshot()[0];
    return state.phase == ProcessPhase::kReady && state.restarts == 1;
  }));
  EXPECT_EQ(supervisor->snapshot()[1].phase, ProcessPhase::kStopping);
  ::kill(supervisor->snapshot()[1].pid, SIGKILL);
  EXPECT_TRUE(eventually(seconds(5), [&] { return supervisor->snapshot().size() == 1; }));
}

TEST_F(Supervision, ProcessThatIsWantedAgainWhileItDrainsIsStartedWhenItHasEnded) {
  const auto supervisor = supervise({replica("one", 1, "env TEST_SERVICE_DOES=never-drain " TEST_SERVICE)});
  ASSERT_TRUE(supervisor->start().has_value());
  const pid_t first = supervisor->snapshot()[0].pid;
  supervisor->run_these({}, milliseconds(60'000));
  supervisor->run_these({replica("one", 1)}, milliseconds(60'000));
  EXPECT_THAT(names(supervisor->snapshot()), ElementsAre("one"));
  EXPECT_EQ(supervisor->snapshot()[0].pid, first);
  ::kill(first, SIGKILL);
  EXPECT_TRUE(eventually(seconds(5), [&] {
    const auto states = supervisor->snapshot();
    return states.size() == 1 && states[0].pid != first && all_ready(states);
  }));
}

TEST_F(Supervision, ProcessWithAnotherCommandTakesThePlaceOfTheOldOne) {
  const auto supervisor = supervise({replica("one", 1), replica("last", 1)});
  ASSERT_TRUE(supervisor->start().has_value());
  const pid_t first = supervisor->snapshot()[0].pid;
  supervisor->run_these({replica("one", 1, TEST_SERVICE " -c /dev/null"), replica("last", 1)}, kPatience);
  EXPECT_TRUE(eventually(seconds(5), [&] {
    const auto states = supervisor->snapshot();
    return states.size() == 2 && states[0].pid != first && all_ready(states);
  }));
  EXPECT_THAT(names(supervisor->snapshot()), ElementsAre("one", "last"));
}

TEST_F(Supervision, WhatIsRemovedAndIgnoresSigtermIsKilledAtTheDeadline) {
  const auto supervisor = supervise({replica("deaf", 1, "env TEST_SERVICE_DOES=never-drain " TEST_SERVICE)});
  ASSERT_TRUE(supervisor->start().has_value());
  supervisor->run_these({}, milliseconds(30));
  EXPECT_TRUE(eventually(seconds(5), [&] { return supervisor->snapshot().empty(); }));
  EXPECT_THAT(out_.str(), HasSubstr("did not stop in time and is killed process=deaf"));
}

TEST_F(Supervision, ReplicasOfAComponentAreStoppedTogether) {
  const std::string deaf = "env TEST_SERVICE_DOES=never-drain " TEST_SERVICE;
  const auto supervisor = supervise({replica("deaf", 1, deaf), replica("deaf", 2, deaf), replica("deaf", 3, deaf)},
                                    {.stop_deadline = milliseconds(400)});
  ASSERT_TRUE(supervisor->start().has_value());
  const auto begin = std::chrono::steady_clock::now();
  supervisor->stop();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, test::patient(milliseconds(1'000)));
}

TEST_F(Supervision, NothingToStartIsReadyAtOnce) {
  const auto supervisor = supervise({});
  EXPECT_TRUE(supervisor->start().has_value());
}

}  // namespace
}  // namespace fanfare::runtime
