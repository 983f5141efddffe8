#include "runtime/service/arguments.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace fanfare::runtime {
namespace {

Result<Arguments> parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "fanfare-test");
  return parse_arguments(static_cast<int>(arguments.size()), arguments.data());
}

TEST(Arguments, ConfigurationFileHasThreeSpellings) {
  EXPECT_EQ(parse({"-c", "a.yaml"})->config_file, "a.yaml");
  EXPECT_EQ(parse({"--config", "a.yaml"})->config_file, "a.yaml");
  EXPECT_EQ(parse({"--config=a.yaml", "--check-config"})->config_file, "a.yaml");
  EXPECT_EQ(parse({})->config_file, std::nullopt);
}

TEST(Arguments, UnknownOrIncompleteOnesAreNamed) {
  EXPECT_EQ(parse({"--chekc"}).error().message, "unknown argument --chekc");
  EXPECT_EQ(parse({"-c"}).error().message, "-c needs a file");
}

}  // namespace
}  // namespace fanfare::runtime
