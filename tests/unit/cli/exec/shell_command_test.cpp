#include "cli/exec/shell_command.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>

#include "cli/waiter.hpp"
#include "tests/support/eventually.hpp"

namespace fanfare::cli {
namespace {

using std::chrono::seconds;
using Clock = std::chrono::steady_clock;

TEST(RunShell, GivesBackWhatTheCommandMakesOfItsInput) {
  const ShellOutcome outcome = run_shell({.text = "tr a-z A-Z", .input = "hello"});
  EXPECT_EQ(outcome.failure, "");
  EXPECT_EQ(outcome.output, "HELLO");
}

TEST(RunShell, CarriesMoreThanAPipeHoldsBothWaysAtOnce) {
  const std::string input(1'000'000, 'x');
  EXPECT_EQ(run_shell({.text = "cat", .input = input}).output, input);
}

TEST(RunShell, KeepsBytesThatAreNoText) {
  const std::string input("\0\xff\n", 3);
  EXPECT_EQ(run_shell({.text = "cat", .input = input}).output, input);
}

TEST(RunShell, DoesNotMindACommandThatReadsNothing) {
  const Waiter ignores_broken_pipes;
  const std::string input(1'000'000, 'x');
  EXPECT_EQ(run_shell({.text = "echo done", .input = input}).output, "done\n");
}

TEST(RunShell, AddsToTheEnvironment) {
  EXPECT_EQ(run_shell({.text = "printf %s \"$FANFARE_TOPIC\"", .environment = {{"FANFARE_TOPIC", "a.b"}}}).output,
            "a.b");
}

TEST(RunShell, FailsWithTheLastLineOfStandardError) {
  EXPECT_EQ(run_shell({.text = "echo first >&2; echo last >&2; exit 3"}).failure, "last");
  EXPECT_EQ(run_shell({.text = "exit 3"}).failure, "exit code 3");
  EXPECT_EQ(run_shell({.text = "kill -9 $$"}).failure, "signal 9 (Killed)");
}

TEST(RunShell, BoundsTheOutput) {
  EXPECT_EQ(run_shell({.text = "yes", .max_output = 1000}).failure, "the command wrote more than 1000 bytes");
}

TEST(RunShell, KillsAtTheDeadline) {
  const auto begun = Clock::now();
  EXPECT_EQ(run_shell({.text = "sleep 60", .deadline = begun + std::chrono::milliseconds(50)}).failure,
            "the command did not end in time");
  EXPECT_LT(Clock::now() - begun, test::patient(seconds(5)));
}

TEST(RunShell, KillsWhatIsNoLongerWanted) {
  int asked = 0;
  EXPECT_EQ(run_shell({.text = "sleep 60", .canceled = [&asked] { return ++asked > 2; }}).failure,
            "the caller took the request back");
}

TEST(RunShell, LeavesNothingBehind) {
  const std::string pid = run_shell({.text = "sleep 60 & echo $!"}).output;
  EXPECT_TRUE(test::eventually(seconds(5), [&] { return ::kill(std::stoi(pid), 0) != 0; }));
}

}  // namespace
}  // namespace fanfare::cli
