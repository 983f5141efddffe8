#include "runtime/process/child_process.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <csignal>
#include <fstream>

#include "tests/unit/runtime/support/program.hpp"

namespace fanfare::runtime {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::Program;
using testing::HasSubstr;

Command shell(const std::string& script) { return {{"sh", "-c", script}, {}}; }

TEST(ChildProcess, ExitCodeAndOutputComeBack) {
  Program program(shell("echo out; echo err >&2; exit 7"));
  EXPECT_EQ(program.ends(), (ExitStatus{7, 0}));
  EXPECT_EQ(program.output(), "out\nerr\n");
  EXPECT_EQ(to_string(ExitStatus{7, 0}), "exit code 7");
}

TEST(ChildProcess, SignalThatEndedItIsNamed) {
  Program program({{"sleep", "60"}, {}});
  program.child().send_signal(SIGTERM);
  EXPECT_EQ(program.ends(), (ExitStatus{0, SIGTERM}));
  EXPECT_EQ(to_string(ExitStatus{0, SIGKILL}), "signal 9 (Killed)");
}

TEST(ChildProcess, ProgramThatIsNotThereIsNamed) {
  const auto child = ChildProcess::spawn({{"/nowhere/fanfare-x"}, {}});
  EXPECT_EQ(child.error().message, "/nowhere/fanfare-x cannot be run: No such file or directory");
  EXPECT_TRUE(ChildProcess::spawn({}).has_error());
}

TEST(ChildProcess, EnvironmentIsAddedToOurs) {
  Program program({{"sh", "-c", "echo \"$ADDED $PATH\""}, {{"ADDED", "value"}}});
  EXPECT_TRUE(program.says("value /"));
}

TEST(ChildProcess, SaysReadyOnItsNotifySocket) {
  Program program({{TEST_SERVICE}, {}});
  EXPECT_TRUE(test::eventually(seconds(5), [&] { return program.child().take_ready(); }));
}

TEST(ChildProcess, NoZombieStaysWhenItsOwnerForgetsIt) {
  pid_t pid = 0;
  {
    const auto child = ChildProcess::spawn({{"sleep", "60"}, {}});
    pid = child->pid();
    EXPECT_EQ(::kill(pid, 0), 0);
  }
  EXPECT_EQ(::kill(pid, 0), -1);
  EXPECT_EQ(errno, ESRCH);
}

TEST(ChildProcess, WhatItLeavesBehindEndsWithIt) {
  Program program(shell("sleep 60 & echo \"pid $!.\""));
  EXPECT_EQ(program.ends(), (ExitStatus{0, 0}));
  const pid_t left = std::stoi(program.output().substr(4));
  EXPECT_TRUE(test::eventually(seconds(5), [&] {
    const std::string stat = "/proc/" + std::to_string(left) + "/stat";
    std::ifstream file(stat);
    std::string text;
    return !std::getline(file, text) || text.find(") Z ") != std::string::npos;
  }));
}

TEST(ChildProcess, WaitEndsAtItsDeadline) {
  Program program({{"sleep", "60"}, {}});
  EXPECT_EQ(program.child().wait(milliseconds(1)), std::nullopt);
}

}  // namespace
}  // namespace fanfare::runtime
