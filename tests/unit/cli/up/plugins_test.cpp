#include "cli/up/plugins.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "cli/up/components.hpp"
#include "tests/unit/runtime/support/temporary_folder.hpp"

namespace fanfare::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

class Plugins : public testing::Test {
 protected:
  std::filesystem::path program(const std::string& name) const {
    std::filesystem::create_directories((folder_.path() / name).parent_path());
    const std::filesystem::path file = folder_.write(name, "#!/bin/sh\n");
    std::filesystem::permissions(file, std::filesystem::perms::owner_all);
    return file;
  }

  /// The configuration that a file in the test's folder makes.
  runtime::Config config(const std::string& text) const {
    return runtime::read_config(text, "fanfare.yaml", {}).value().config;
  }

  std::vector<std::string> problems(const std::string& text) const {
    const std::filesystem::path file = folder_.write("fanfare.yaml", text);
    const auto loaded = runtime::read_config(
        text, "fanfare.yaml", {}, [&file](const runtime::Config& read) { return check_plugins(read, file); });
    return loaded ? std::vector<std::string>{} : loaded.error().lines;
  }

  test::TemporaryFolder folder_;
};

TEST_F(Plugins, ProgramWithASlashIsLookedForInEachFolder) {
  const std::filesystem::path file = program("plugins/chat.py");
  EXPECT_EQ(find_program("plugins/chat.py", {"/nowhere", folder_.path()}).value(), file);
  EXPECT_EQ(find_program(file.string(), {"/nowhere"}).value(), file);
  const std::string message = find_program("plugins/none.py", {"/nowhere", folder_.path()}).error().message;
  EXPECT_THAT(message, HasSubstr("there is no program \"plugins/none.py\"; looked for /nowhere/plugins/none.py, "));
}

TEST_F(Plugins, ProgramWithoutASlashIsLookedForInPath) {
  EXPECT_EQ(find_program("sh", {}).value().filename(), "sh");
  EXPECT_EQ(find_program("no-such-fanfare-program", {folder_.path()}).error().message,
            "there is no program \"no-such-fanfare-program\" in PATH");
}

TEST_F(Plugins, FileThatCannotBeExecutedIsNoProgram) {
  const std::filesystem::path file = folder_.write("chat.py", "");
  EXPECT_EQ(find_program("./chat.py", {folder_.path()}).error().message, file.string() + " is not executable");
  EXPECT_FALSE(find_program("./", {folder_.path()}).has_value());
}

TEST_F(Plugins, ShippedOnesAreFoundWithoutAFileBesideThem) {
  EXPECT_TRUE(find_program("plugins/line_chat/line_chat.py", plugin_folders(std::nullopt)).has_value());
}

TEST_F(Plugins, EachReplicaIsAProcessThatKnowsWhereTheBrokerIs) {
  const std::filesystem::path file = program("chat.py");
  const auto processes =
      enabled_plugins(config("broker: {listen: 'tcp://0.0.0.0:7500'}\n"
                             "plugins: {one: {command: './chat.py 7423'}, two: {command: [sh, -c, 'a b'], replicas: 2},"
                             " off: {command: sh, enabled: false}}"),
                      {folder_.path()});
  ASSERT_EQ(processes.size(), 3U);
  EXPECT_EQ(processes[0].name, "one");
  EXPECT_THAT(processes[0].argv, ElementsAre(file.string(), "7423"));
  EXPECT_THAT(processes[0].environment,
              ElementsAre(Pair("FANFARE_BROKER_ADDRESS", "tcp://127.0.0.1:7500"), Pair("FANFARE_PLUGIN_NAME", "one")));
  EXPECT_TRUE(processes[0].is_plugin);
  EXPECT_EQ(processes[1].name, "two-1");
  EXPECT_EQ(processes[2].name, "two-2");
  EXPECT_EQ(processes[2].argv.back(), "a b");
  EXPECT_EQ(processes[2].environment.at("FANFARE_PLUGIN_NAME"), "two");
}

TEST_F(Plugins, AreStartedAfterTheComponents) {
  const auto components = enabled_components(config("plugins: {a: {command: sh}}"), std::nullopt);
  EXPECT_EQ(components.front().process.name, "broker");
  EXPECT_EQ(components.back().process.name, "a");
  EXPECT_FALSE(components.front().process.is_plugin);
}

TEST_F(Plugins, CommandThatCannotBeRunIsRefusedWithItsPlace) {
  EXPECT_THAT(problems("plugins:\n  a:\n    command: [./none.py, x]\n  b: {command: ./none.py, enabled: false}\n"),
              ElementsAre(HasSubstr("fanfare.yaml:3:15: plugins.a.command[0]: there is no program \"./none.py\"")));
  program("here.py");
  EXPECT_THAT(problems("plugins: {a: {command: ./here.py}}"), ElementsAre());
}

TEST_F(Plugins, NameOfAnotherProcessIsRefused) {
  EXPECT_THAT(problems("plugins: {broker: {command: sh}}"),
              ElementsAre(HasSubstr("fanfare.yaml:1:11: plugins.broker: another process is called broker, too")));
  EXPECT_THAT(problems("plugins: {persistence-1: {command: sh}}"), ElementsAre(HasSubstr("called persistence-1")));
  EXPECT_THAT(problems("plugins: {a: {command: sh, replicas: 2}, a-2: {command: sh}}"),
              ElementsAre(HasSubstr("plugins.a-2: another process is called a-2")));
}

}  // namespace
}  // namespace fanfare::cli
