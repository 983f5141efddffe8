#include "runtime/service/run_service.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

#include "tests/unit/runtime/support/program.hpp"
#include "tests/unit/runtime/support/temporary_folder.hpp"

namespace fanfare::runtime {
namespace {

using test::Program;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr ExitStatus kDone{0, 0};
constexpr ExitStatus kFailed{1, 0};
constexpr ExitStatus kWrongUsage{2, 0};

class RunService : public testing::Test {
 protected:
  Program run(std::vector<std::string> arguments, const std::string& does = "", const std::string& drain = "5s") const {
    std::vector<std::string> argv = {TEST_SERVICE};
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    return Program({argv, {{"TEST_SERVICE_DOES", does}, {"FANFARE_LIMITS_DRAIN", drain}}});
  }

  const test::TemporaryFolder folder_;
};

TEST_F(RunService, SigtermDrainsAndExitsWithZero) {
  Program program = run({});
  ASSERT_TRUE(program.says("test ready"));
  program.child().send_signal(SIGTERM);
  EXPECT_EQ(program.ends(), kDone);
  EXPECT_THAT(program.output(), AllOf(HasSubstr("draining\n"), HasSubstr("drained\n"), HasSubstr("test stopped")));
}

TEST_F(RunService, SigintDoesTheSame) {
  Program program = run({});
  ASSERT_TRUE(program.says("test ready"));
  program.child().send_signal(SIGINT);
  EXPECT_EQ(program.ends(), kDone);
}

TEST_F(RunService, SecondSignalEndsItAtOnce) {
  Program program = run({}, "never-drain", "10m");
  ASSERT_TRUE(program.says("test ready"));
  program.child().send_signal(SIGTERM);
  ASSERT_TRUE(program.says("draining"));
  program.child().send_signal(SIGTERM);
  EXPECT_EQ(program.ends(), kFailed);
}

TEST_F(RunService, DrainThatHangsEndsAtTheDeadline) {
  Program program = run({}, "never-drain", "1ms");
  ASSERT_TRUE(program.says("test ready"));
  program.child().send_signal(SIGTERM);
  EXPECT_EQ(program.ends(), kFailed);
  EXPECT_THAT(program.output(), HasSubstr("did not stop in time"));
}

TEST_F(RunService, FailureToStartIsLoggedAndExitsWithOne) {
  Program program = run({}, "fail-to-start");
  EXPECT_EQ(program.ends(), kFailed);
  EXPECT_THAT(program.output(), HasSubstr("error test start failed reason=\"address in use: tcp://127.0.0.1:7410\""));
}

TEST_F(RunService, ExceptionAtStartIsAFailureToStart) {
  Program program = run({}, "throw-at-start");
  EXPECT_EQ(program.ends(), kFailed);
  EXPECT_THAT(program.output(), HasSubstr("thrown at start"));
}

TEST_F(RunService, FailureWhileRunningDrainsAndExitsWithOne) {
  Program program = run({}, "fail-later");
  EXPECT_EQ(program.ends(), kFailed);
  EXPECT_THAT(program.output(), AllOf(HasSubstr("failed reason=\"the disk is gone\""), HasSubstr("drained")));
}

TEST_F(RunService, WrongConfigurationThatShowsWhileRunningDrainsAndExitsWithTwo) {
  Program program = run({}, "misconfigured");
  ASSERT_TRUE(program.says("started\n"));
  program.child().send_signal(SIGHUP);
  EXPECT_EQ(program.ends(), kWrongUsage);
  EXPECT_THAT(program.output(), AllOf(HasSubstr("failed reason=\"the token is wrong\""), HasSubstr("drained")));
}

TEST_F(RunService, WrongConfigurationThatShowsDuringTheStartIsReadyFirst) {
  Program program = run({}, "misconfigured-at-start");
  EXPECT_EQ(program.ends(), kWrongUsage);
  EXPECT_THAT(program.output(), AllOf(HasSubstr("ready"), HasSubstr("drained")));
}

TEST_F(RunService, SignalDuringASlowStartStopsIt) {
  Program program = run({}, "start-slowly");
  ASSERT_TRUE(program.says("starting\n"));
  program.child().send_signal(SIGTERM);
  EXPECT_EQ(program.ends(), kDone);
  EXPECT_THAT(program.output(), Not(HasSubstr("start failed")));
}

TEST_F(RunService, SighupReadsTheConfigurationAgain) {
  const auto file = folder_.write("f.yaml", "limits: {sessions: 5}\n");
  Program program = run({"-c", file});
  ASSERT_TRUE(program.says("test ready"));
  folder_.write("f.yaml", "limits: {sessions: 6}\n");
  program.child().send_signal(SIGHUP);
  EXPECT_TRUE(program.says("reloaded 6"));
}

TEST_F(RunService, SighupWithABadFileKeepsTheOldOne) {
  const auto file = folder_.write("f.yaml", "limits: {sessions: 5}\n");
  Program program = run({"-c", file});
  ASSERT_TRUE(program.says("test ready"));
  folder_.write("f.yaml", "limits: {sesions: 6}\n");
  program.child().send_signal(SIGHUP);
  ASSERT_TRUE(program.says("the configuration stays as it was"));
  program.child().send_signal(SIGTERM);
  EXPECT_EQ(program.ends(), kDone);
  EXPECT_THAT(program.output(),
              AllOf(HasSubstr("f.yaml:1:10: limits.sesions: unknown key, did you mean"), Not(HasSubstr("reloaded"))));
}

TEST_F(RunService, CheckConfigSaysOkOrAllThatIsWrong) {
  Program good = run({"--check-config", "-c", folder_.write("good.yaml", "data_dir: x\n")});
  EXPECT_EQ(good.ends(), kDone);
  EXPECT_EQ(good.output(), "ok: " + (folder_.path() / "good.yaml").string() + "\n");
  Program bad = run({"--check-config", "-c", folder_.write("bad.yaml", "data_dri: x\nlog: {level: 5}\n")});
  EXPECT_EQ(bad.ends(), kWrongUsage);
  EXPECT_THAT(bad.output(), AllOf(HasSubstr("bad.yaml:1:1: data_dri: "), HasSubstr("bad.yaml:2:14: log.level: ")));
}

TEST_F(RunService, TheServicesOwnCheckIsPartOfTheConfigurationsCheck) {
  Program program = run({"--check-config", "-c", folder_.write("f.yaml", "data_dir: /forbidden\n")});
  EXPECT_EQ(program.ends(), kWrongUsage);
  EXPECT_THAT(program.output(), HasSubstr("f.yaml:1:11: data_dir: is forbidden"));
}

TEST_F(RunService, BadConfigurationExitsWithTwoBeforeAnythingStarts) {
  Program program = run({"-c", "/nowhere.yaml"});
  EXPECT_EQ(program.ends(), kWrongUsage);
  EXPECT_EQ(program.output(), "/nowhere.yaml: cannot be read: No such file or directory\n");
}

TEST_F(RunService, WrongUsageExitsWithTwo) {
  Program program = run({"--what"});
  EXPECT_EQ(program.ends(), kWrongUsage);
  EXPECT_THAT(program.output(), HasSubstr("fanfare-test: unknown argument --what"));
}

TEST_F(RunService, VersionAndHelpExitWithZero) {
  Program version = run({"--version"});
  EXPECT_EQ(version.ends(), kDone);
  EXPECT_THAT(version.output(), testing::MatchesRegex("fanfare-test [0-9.]+\n"));
  Program help = run({"--help"});
  EXPECT_EQ(help.ends(), kDone);
  EXPECT_THAT(help.output(), AllOf(HasSubstr("does what a test wants."), HasSubstr("--check-config")));
}

}  // namespace
}  // namespace fanfare::runtime
