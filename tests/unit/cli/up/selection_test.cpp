#include "cli/up/selection.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/exit_code.hpp"
#include "runtime/config/reader.hpp"

namespace fanfare::cli {
namespace {

using testing::HasSubstr;

std::string refusal(const Selection& selection) {
  const auto config =
      runtime::read_config("{workers: {accounts: {enabled: false}}, plugins: {bot: {command: sh}}}", "f.yaml", {});
  try {
    check_selection(selection, config.value().config);
    return {};
  } catch (const CommandFailure& failure) {
    EXPECT_EQ(failure.exit_code(), kWrongUsage);
    return failure.what();
  }
}

TEST(Selection, TakesAllUnlessSomeAreNamed) {
  EXPECT_TRUE(Selection{}.takes("http"));
  EXPECT_TRUE((Selection{.only = {"http"}, .except = {}}).takes("http"));
  EXPECT_FALSE((Selection{.only = {"http"}, .except = {}}).takes("broker"));
  EXPECT_FALSE((Selection{.only = {}, .except = {"http"}}).takes("http"));
  EXPECT_FALSE((Selection{.only = {"http"}, .except = {"http"}}).takes("http"));
}

TEST(Selection, OfComponentsAndPluginsThatAreEnabledIsAccepted) {
  EXPECT_EQ(refusal({.only = {"broker", "bot"}, .except = {"bot"}}), "");
}

TEST(Selection, OfWhatIsNotThereIsRefusedWithWhatThereIs) {
  EXPECT_EQ(refusal({.only = {"htpt"}, .except = {}}),
            "--only: nothing that is enabled is called htpt; there are broker, persistence, websocket, http, bot");
  EXPECT_THAT(refusal({.only = {}, .except = {"accounts"}}), HasSubstr("--except: nothing that is enabled"));
}

TEST(Selection, ThatLeavesNothingIsRefused) {
  EXPECT_EQ(refusal({.only = {"bot"}, .except = {"bot"}}), "--only and --except leave nothing");
}

}  // namespace
}  // namespace fanfare::cli
