#include "runtime/measure/own_usage.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace fanfare::runtime {
namespace {

TEST(OwnUsage, GrowsWithWhatIsDone) {
  const ProcessUsage before = own_usage();
  const std::vector<char> memory(64U << 20U, 'x');
  ProcessUsage after = before;
  while (after.cpu == before.cpu) after = own_usage();  // until the kernel has counted a microsecond of this loop
  EXPECT_GT(after.cpu, before.cpu);
  EXPECT_GT(after.resident_bytes, before.resident_bytes + memory.size() / 2);
}

}  // namespace
}  // namespace fanfare::runtime
