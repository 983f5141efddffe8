#include "cli/up/process_rows.hpp"

#include <gtest/gtest.h>

#include "cli/exit_code.hpp"

namespace fanfare::cli {
namespace {

TEST(ProcessRows, AreReadAsTheyAreWritten) {
  const runtime::ProcessState state{
      .name = "broker", .phase = runtime::ProcessPhase::kReady, .pid = 42, .restarts = 1, .since = {}};
  EXPECT_EQ(read_processes(describe_processes({state})),
            (std::vector<ProcessRow>{{"broker", "ready", 42, 1, "1970-01-01T00:00:00.000000Z"}}));
}

TEST(ProcessRows, OfAStrangerAreRefused) {
  for (const char* wrong : {"", "[]", "{}", R"({"processes": [{"name": 1}]})", "\xff"}) {
    EXPECT_THROW(read_processes(wrong), CommandFailure) << wrong;
  }
}

}  // namespace
}  // namespace fanfare::cli
