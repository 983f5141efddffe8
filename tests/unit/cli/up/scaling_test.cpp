#include "cli/up/scaling.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/exit_code.hpp"
#include "runtime/config/reader.hpp"

namespace fanfare::cli {
namespace {

using testing::HasSubstr;

runtime::Config config() {
  return runtime::read_config("{plugins: {bot: {command: sh}, bot-2: {command: sh, enabled: false}}}", "f.yaml", {})
      .value()
      .config;
}

std::string refusal(const Replicas& replicas, const Selection& selection = {}) {
  const auto outcome = scaled(config(), selection, replicas);
  return outcome ? "" : outcome.error().message;
}

TEST(Scaling, RequestIsReadAsItIsWritten) {
  const Replicas replicas = {{"accounts", 0}, {"persistence", 4}};
  EXPECT_EQ(read_scale_request(scale_request(replicas)).value(), replicas);
}

TEST(Scaling, RequestOfAStrangerIsRefused) {
  for (const char* wrong :
       {"", "4", "{}", "[]", R"({"scale": 4})", R"({"scale": {"a": -1}})", R"({"scale": {"a": 1.5}})",
        R"({"scale": {"a": "4"}})", R"({"scale": {}, "more": 1})", "\xff"}) {
    EXPECT_FALSE(read_scale_request(wrong).has_value()) << wrong;
  }
}

TEST(Scaling, NumbersTakeThePlaceOfTheConfigurations) {
  const auto result = scaled(config(), {}, {{"persistence", 4}, {"bot", 64}, {"accounts", 0}}).value();
  EXPECT_EQ(result.workers.persistence.replicas, 4U);
  EXPECT_EQ(result.plugins.at("bot").replicas, 64U);
  EXPECT_FALSE(result.workers.accounts.enabled);
}

TEST(Scaling, TelegramIsScaledWhereThereIsAToken) {
  EXPECT_THAT(refusal({{"telegram", 2}}), HasSubstr("no worker or plug-in that runs here is called telegram"));
  const auto with_token = runtime::read_config("workers: {telegram: {token: '1:a'}}", "f.yaml", {}).value().config;
  EXPECT_EQ(scaled(with_token, {}, {{"telegram", 2}}).value().workers.telegram.replicas, 2U);
}

TEST(Scaling, WhatRunsOnceIsRefused) {
  for (const char* name : {"broker", "http", "websocket"}) {
    EXPECT_EQ(refusal({{name, 2}}), std::string(name) + " runs once and can't be scaled");
  }
}

TEST(Scaling, WhatDoesNotRunIsRefusedWithWhatDoes) {
  EXPECT_EQ(refusal({{"persistance", 2}}),
            "no worker or plug-in that runs here is called persistance; there are accounts, bot, persistence");
  EXPECT_THAT(refusal({{"bot-2", 1}}), HasSubstr("called bot-2;"));
  EXPECT_THAT(refusal({{"accounts", 2}}, {.only = {"broker"}, .except = {}}),
              HasSubstr("called accounts; there is none"));
}

TEST(Scaling, NumberBeyondTheBoundsOfTheConfigurationIsRefused) {
  EXPECT_EQ(refusal({{"accounts", 65}}), "accounts: expected a whole number from 0 to 64, found 65");
  EXPECT_NE(refusal({{"accounts", UINT64_MAX}}), "");
}

TEST(Scaling, NameOfAnotherProcessIsRefused) {
  auto both = config();
  both.plugins.at("bot-2").enabled = true;
  EXPECT_EQ(scaled(both, {}, {{"bot", 2}}).error().message, "another process is called bot-2");
}

TEST(Scaling, AnswerIsReadAsItIsWritten) {
  const Scaled outcome{.started = {"persistence-3"}, .stopped = {"accounts"}};
  EXPECT_EQ(read_scale_answer(scale_answer(outcome)), outcome);
  try {
    read_scale_answer(scale_answer(runtime::Error{"no such thing"}));
    FAIL() << "a refusal";
  } catch (const CommandFailure& failure) {
    EXPECT_STREQ(failure.what(), "no such thing");
    EXPECT_EQ(failure.exit_code(), kWrongUsage);
  }
  for (const char* wrong : {"", "[]", "{}", R"({"ok": {}})", R"({"error": 1})"}) {
    EXPECT_THROW(read_scale_answer(wrong), CommandFailure) << wrong;
  }
}

}  // namespace
}  // namespace fanfare::cli
