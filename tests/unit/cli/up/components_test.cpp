#include "cli/up/components.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/config/reader.hpp"

namespace fanfare::cli {
namespace {

TEST(Components, PageIsNamedAsABrowserHereReachesIt) {
  EXPECT_EQ(page_address("127.0.0.1:8080"), "http://localhost:8080");
  EXPECT_EQ(page_address("0.0.0.0:80"), "http://localhost:80");
  EXPECT_EQ(page_address("[::1]:8080"), "http://localhost:8080");
  EXPECT_EQ(page_address("chat.example.org:8080"), "http://chat.example.org:8080");
}

TEST(Components, OneProcessHasTheNameOfItsComponentSeveralHaveNumbers) {
  const auto config = runtime::read_config("workers: {persistence: {replicas: 3}}", "fanfare.yaml", {}).value().config;
  std::vector<std::string> names;
  for (const Component& component : enabled_components(config, std::nullopt)) {
    names.push_back(component.process.name);
    const bool is_several = component.process.component == "persistence";
    EXPECT_EQ(component.process.replica, is_several ? static_cast<std::size_t>(names.back().back() - '0') : 1U);
  }
  EXPECT_THAT(names, testing::ElementsAre("broker", "accounts", "persistence-1", "persistence-2", "persistence-3",
                                          "websocket", "http"));
}

TEST(Components, TheLogNotifierIsOneIfItIsEnabled) {
  const auto config =
      runtime::read_config("workers: {log_notifier: {enabled: true}}", "fanfare.yaml", {}).value().config;
  std::vector<std::string> names;
  for (const Component& component : enabled_components(config, std::nullopt)) names.push_back(component.process.name);
  EXPECT_THAT(names, testing::Contains("log-notifier"));
}

TEST(Components, TelegramRunsWhereThereIsAToken) {
  const auto config =
      runtime::read_config("workers: {telegram: {token: '1:a', replicas: 2}}", "fanfare.yaml", {}).value().config;
  std::vector<std::string> names;
  for (const Component& component : enabled_components(config, std::nullopt)) names.push_back(component.process.name);
  EXPECT_THAT(names, testing::IsSupersetOf({"telegram-1", "telegram-2"}));
}

TEST(Components, FindTheBrokerAndTheDataWhereTheyWereAtTheStart) {
  const auto config =
      runtime::read_config("{data_dir: here, broker: {listen: 'tcp://127.0.0.1:1'}}", "fanfare.yaml", {})
          .value()
          .config;
  for (const Component& component : enabled_components(config, std::nullopt)) {
    EXPECT_EQ(component.process.environment.at("FANFARE_BROKER_LISTEN"), "tcp://127.0.0.1:1");
    EXPECT_EQ(component.process.environment.at("FANFARE_DATA_DIR"), "here");
  }
}

}  // namespace
}  // namespace fanfare::cli
