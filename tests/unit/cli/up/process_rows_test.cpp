#include "cli/up/process_rows.hpp"

#include <gtest/gtest.h>

#include "cli/exit_code.hpp"

namespace fanfare::cli {
namespace {

TEST(ProcessRows, AreReadAsTheyAreWritten) {
  const std::chrono::system_clock::time_point start{};
  const runtime::ProcessState running{.name = "work-2",
                                      .component = "work",
                                      .replica = 2,
                                      .phase = runtime::ProcessPhase::kReady,
                                      .pid = 42,
                                      .restarts = 1,
                                      .since = start,
                                      .started = start + std::chrono::seconds(3),
                                      .last_end = "exit code 1"};
  const runtime::ProcessState looping{.name = "http", .component = "http", .phase = runtime::ProcessPhase::kCrashLoop};
  const auto memory = [](pid_t pid) { return std::optional<std::uint64_t>(pid == 42 ? 1024 : 0); };
  const std::string since = "1970-01-01T00:00:00.000000Z";
  EXPECT_EQ(read_processes(describe_processes({running, looping}, start + std::chrono::seconds(10), memory)),
            (std::vector<ProcessRow>{{"work-2", "work", 2, "ready", 42, 1, since, 7, 1024, "exit code 1"},
                                     {"http", "http", 1, "crash_loop", 0, 0, since, {}, {}, {}}}));
}

TEST(ProcessRows, OfAStrangerAreRefused) {
  for (const char* wrong :
       {"", "[]", "{}", R"({"processes": [{"name": 1}]})", R"({"processes": [{"name": "a"}]})", "\xff"}) {
    EXPECT_THROW(read_processes(wrong), CommandFailure) << wrong;
  }
}

}  // namespace
}  // namespace fanfare::cli
