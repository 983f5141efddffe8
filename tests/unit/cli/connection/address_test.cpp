#include "cli/connection/address.hpp"

#include <gtest/gtest.h>

#include "cli/exit_code.hpp"
#include "tests/unit/runtime/support/temporary_folder.hpp"

namespace fanfare::cli {
namespace {

runtime::LoadOptions options(runtime::Environment environment, std::vector<std::filesystem::path> search = {}) {
  return {.search = std::move(search), .environment = std::move(environment)};
}

TEST(BrokerAddress, IsTheOptionBeforeAllElse) {
  EXPECT_EQ(broker_address("tcp://host:1", options({{"FANFARE_BROKER_ADDRESS", "tcp://other:2"}})), "tcp://host:1");
}

TEST(BrokerAddress, IsTheVariableBeforeTheConfiguration) {
  const runtime::Environment environment = {{"FANFARE_BROKER_ADDRESS", "ipc:///tmp/x"},
                                            {"FANFARE_BROKER_LISTEN", "tcp://127.0.0.1:3"}};
  EXPECT_EQ(broker_address("", options(environment)), "ipc:///tmp/x");
}

TEST(BrokerAddress, IsWhereTheConfiguredBrokerListens) {
  const test::TemporaryFolder folder;
  const auto file = folder.write("fanfare.yaml", "broker: {listen: \"tcp://0.0.0.0:7999\"}\n");
  EXPECT_EQ(broker_address("", options({}, {file})), "tcp://127.0.0.1:7999");
}

TEST(BrokerAddress, IsTheDefaultWithoutAnyOfThese) {
  EXPECT_EQ(broker_address("", options({})), "tcp://127.0.0.1:7410");
}

TEST(BrokerAddress, ThatIsNoneIsWrongUsage) {
  for (const char* wrong : {"localhost", "tcp://", "tcp://host", "tcp://host:*", "http://host:1"}) {
    try {
      broker_address(wrong, options({}));
      ADD_FAILURE() << wrong;
    } catch (const CommandFailure& failure) {
      EXPECT_EQ(failure.exit_code(), kWrongUsage);
      EXPECT_TRUE(std::string(failure.what()).starts_with("--server: expected an address")) << failure.what();
    }
  }
}

TEST(BrokerAddress, OfAWrongConfigurationIsItsProblems) {
  const test::TemporaryFolder folder;
  const auto file = folder.write("fanfare.yaml", "brokr: {}\n");
  try {
    broker_address("", options({}, {file}));
    ADD_FAILURE();
  } catch (const CommandFailure& failure) {
    EXPECT_EQ(failure.exit_code(), kWrongUsage);
    EXPECT_TRUE(std::string(failure.what()).starts_with(file.string() + ":1:1: ")) << failure.what();
  }
}

}  // namespace
}  // namespace fanfare::cli
