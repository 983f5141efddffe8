#include "runtime/config/reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace fanfare::runtime {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

Config config_of(const std::string& text, const Environment& environment = {}) {
  return read_config(text, "fanfare.yaml", environment).value().config;
}

std::vector<std::string> problems_of(const std::string& text, const Environment& environment = {},
                                     const ConfigCheck& check = {}) {
  const auto result = read_config(text, "fanfare.yaml", environment, check);
  return result ? std::vector<std::string>{} : result.error().lines;
}

TEST(ConfigReader, DefaultsAreTheShippedOnes) {
  const Config config = default_config();
  EXPECT_EQ(config.data_dir, "./data");
  EXPECT_EQ(config.broker.listen, "tcp://127.0.0.1:7410");
  EXPECT_EQ(config.streams.size(), 2U);
  EXPECT_EQ(config.streams.at("chat"),
            (StreamConfig{{"chat.>", "user.>"}, Durability::kFsync, milliseconds(100), hours(24 * 30), 10ULL << 30U}));
  EXPECT_EQ(config.streams.at("changes"),
            (StreamConfig{{"$change.>"}, Durability::kFsync, milliseconds(100), hours(24), 1ULL << 30U}));
  EXPECT_EQ(config.limits.message, 1U << 20U);
  EXPECT_EQ(config.limits.lease, seconds(10));
  EXPECT_EQ(config.limits.presence_grace, seconds(10));
}

TEST(ConfigReader, EmptyFileAndEmptySectionsAreTheDefaults) {
  EXPECT_EQ(config_of(""), default_config());
  EXPECT_EQ(config_of("# nothing\nbroker:\nstreams:\n  chat:\n"), default_config());
}

TEST(ConfigReader, FileWinsOverDefault) {
  const Config config = config_of("broker: {listen: 'ipc:///tmp/b'}\nlog: {level: debug, format: json}\n");
  EXPECT_EQ(config.broker.listen, "ipc:///tmp/b");
  EXPECT_EQ(config.log, (LogConfig{LogLevel::kDebug, LogFormat::kJson}));
}

TEST(ConfigReader, NewStreamStandsBesideTheBuiltInOnes) {
  const Config config = config_of(
      "streams:\n  orders: {topics: ['orders.>'], durability: flush, sync_interval: 50ms}\n  chat: {max_age: 1d}\n");
  EXPECT_EQ(config.streams.at("orders"),
            (StreamConfig{{"orders.>"}, Durability::kFlush, milliseconds(50), hours(24 * 30), 10ULL << 30U}));
  EXPECT_EQ(config.streams.at("chat").max_age, hours(24));
  EXPECT_THAT(config.streams.at("chat").topics, ElementsAre("chat.>", "user.>"));
  EXPECT_TRUE(config.streams.contains("changes"));
}

TEST(ConfigReader, AllProblemsComeAtOnceEachWithItsPlace) {
  const std::string text =
      "broker:\n"
      "  listne: tcp://127.0.0.1:1\n"
      "  listen: 127.0.0.1:7410\n"
      "streams:\n"
      "  chat:\n"
      "    durability: sometimes\n"
      "    topics: chat.>\n"
      "  orders:\n"
      "    max_age: 30\n"
      "limits: {message: 1MB, sessions: \"5\", sessions: 6}\n"
      "log: loud\n"
      "colour: red\n";
  EXPECT_THAT(
      problems_of(text),
      ElementsAre(
          "fanfare.yaml:2:3: broker.listne: unknown key, did you mean \"listen\"?",
          "fanfare.yaml:3:11: broker.listen: expected an address, tcp://host:port or ipc://path, found "
          "\"127.0.0.1:7410\"",
          "fanfare.yaml:6:17: streams.chat.durability: expected one of fsync, flush, found \"sometimes\"",
          "fanfare.yaml:7:13: streams.chat.topics: expected a list of 1 to 64 texts, found \"chat.>\"",
          "fanfare.yaml:8:3: streams.orders.topics: missing; expected a list of 1 to 64 texts",
          "fanfare.yaml:9:14: streams.orders.max_age: expected a duration from 1s to 36500d (units ms, s, m, h, "
          "d), found \"30\"",
          "fanfare.yaml:10:19: limits.message: expected a size from 1KiB to 256MiB (units KiB, MiB, GiB, TiB), "
          "found \"1MB\"",
          "fanfare.yaml:10:34: limits.sessions: expected a whole number from 1 to 1000000, found \"5\" in quotes",
          "fanfare.yaml:10:39: limits.sessions: given twice, first in line 10",
          "fanfare.yaml:11:6: log: expected a map with the keys level, format, found \"loud\"",
          "fanfare.yaml:12:1: colour: unknown key; the top level has data_dir, broker, streams, groups, "
          "database, frontends, workers, notify, jobs, plugins, log, metrics, limits"));
}

TEST(ConfigReader, SectionsInSectionsAreReadAndChecked) {
  const auto loaded =
      read_config("frontends:\n  websocket: {listen: \"[::1]:9000\", origins: [self, https://a.example]}\n",
                  "fanfare.yaml", {{"FANFARE_FRONTENDS_HTTP_LISTEN", "0.0.0.0:80"}});
  const FrontendsConfig& frontends = loaded.value().config.frontends;
  EXPECT_EQ(frontends.websocket.listen, "[::1]:9000");
  EXPECT_THAT(frontends.websocket.origins, ElementsAre("self", "https://a.example"));
  EXPECT_EQ(frontends.http.listen, "0.0.0.0:80");
  EXPECT_THAT(problems_of("frontends:\n  http: {listen: 8080, ports: 1}\n  smtp: {}\n"),
              ElementsAre("fanfare.yaml:2:18: frontends.http.listen: expected host:port, such as 127.0.0.1:8080, found "
                          "\"8080\"",
                          StartsWith("fanfare.yaml:2:24: frontends.http.ports: unknown key"),
                          StartsWith("fanfare.yaml:3:3: frontends.smtp: unknown key")));
}

TEST(ConfigReader, ListWithADefaultNeedsNotBeGiven) {
  EXPECT_THAT(default_config().frontends.websocket.origins, ElementsAre("self"));
}

TEST(ConfigReader, SyntaxErrorHasItsPlace) {
  EXPECT_THAT(problems_of("broker:\n  listen: a: b\n"), ElementsAre(StartsWith("fanfare.yaml:2:12: not YAML: ")));
  EXPECT_THAT(problems_of("a: [1, 2"), ElementsAre(HasSubstr("not YAML")));
  EXPECT_THAT(problems_of("\tbroker: x"), ElementsAre(StartsWith("fanfare.yaml:1:")));
}

TEST(ConfigReader, HostileYamlIsRefusedNotFollowed) {
  EXPECT_THAT(problems_of("broker: &a\n  listen: *a\n"), SizeIs(testing::Ge(1U)));
  EXPECT_THAT(problems_of("log: &x {level: info}\nlimits: *x\n"), Each(HasSubstr("not supported here")));
  EXPECT_THAT(problems_of("---\nlog: {}\n---\nlog: {}\n"),
              ElementsAre("fanfare.yaml:4:1: expected one YAML document, found a second one"));
  EXPECT_THAT(problems_of(std::string(100'000, '[')), ElementsAre(HasSubstr("not YAML")));
  EXPECT_THAT(problems_of("- a\n- b\n"), ElementsAre(StartsWith("fanfare.yaml:1:1: expected a map")));
  EXPECT_THAT(problems_of("? [a]\n: b\n"), ElementsAre(HasSubstr("expected a word as key")));
  EXPECT_THAT(problems_of("? \"a\\nb\"\n: b\n"), ElementsAre(HasSubstr("\"a\\nb\": unknown key")));
}

TEST(ConfigReader, NullAndNestedValuesAreWrongTypes) {
  EXPECT_THAT(problems_of("broker:\n  listen:\n"),
              ElementsAre(AllOf(StartsWith("fanfare.yaml:2:3: broker.listen: "), HasSubstr("found nothing"))));
  EXPECT_THAT(problems_of("data_dir: [a]\n"),
              ElementsAre("fanfare.yaml:1:11: data_dir: expected a path, found a list"));
  EXPECT_THAT(problems_of("data_dir: ''\n"), ElementsAre(HasSubstr("expected a path, found \"\"")));
  EXPECT_THAT(problems_of("streams: {chat: {topics: [a, {b: c}]}}\n"),
              ElementsAre("fanfare.yaml:1:30: streams.chat.topics[1]: expected a text, found a map"));
  EXPECT_THAT(problems_of("streams: {chat: {topics: []}}\n"),
              ElementsAre(HasSubstr("expected a list of 1 to 64 texts, found 0")));
}

TEST(ConfigReader, DottedPathsAreNoKeys) {
  EXPECT_THAT(
      problems_of("broker.listen: tcp://127.0.0.1:1\nstreams.*.max_age: 1d\nstreams: {'*': {max_age: 1d}}\n"),
      ElementsAre(HasSubstr("1:1: broker.listen: unknown key"), HasSubstr("2:1: streams.*.max_age: unknown key"),
                  HasSubstr("3:11: streams.*: expected the name of a stream")));
}

TEST(ConfigReader, StreamNamesArePlainWords) {
  EXPECT_THAT(problems_of("streams:\n  Chat.Eu: {}\n"),
              ElementsAre(StartsWith("fanfare.yaml:2:3: streams.Chat.Eu: expected the name of a stream")));
}

TEST(ConfigReader, CommandIsAListOrOneTextWithSpaces) {
  const Config config = config_of(
      "plugins:\n  a: {command: './chat.py  --port 1'}\n  b: {command: [python3, 'a b.py', '${PORT}'], replicas: 3}\n"
      "  c: {command: 'run ${PORT}', enabled: false}\n",
      {{"PORT", "7 8"}, {"FANFARE_PLUGINS_B_REPLICAS", "2"}});
  EXPECT_EQ(config.plugins.at("a"), (PluginConfig{{"./chat.py", "--port", "1"}, true, 1}));
  EXPECT_EQ(config.plugins.at("b"), (PluginConfig{{"python3", "a b.py", "7 8"}, true, 2}));
  EXPECT_EQ(config.plugins.at("c"), (PluginConfig{{"run", "7 8"}, false, 1}));
  EXPECT_TRUE(default_config().plugins.empty());
}

TEST(ConfigReader, PluginWithoutACommandIsRefused) {
  const std::string expected =
      "expected a program and its arguments: a list of 1 to 64 texts, or one text with spaces between them";
  EXPECT_THAT(problems_of("plugins:\n  a: {replicas: 1}\n"),
              ElementsAre("fanfare.yaml:2:3: plugins.a.command: missing; " + expected));
  EXPECT_THAT(problems_of("plugins:\n  a: {command: ' '}\n  b: {command: []}\n  c: {command: {x: 1}}\n"),
              ElementsAre("fanfare.yaml:2:16: plugins.a.command: " + expected + ", found 0",
                          "fanfare.yaml:3:16: plugins.b.command: " + expected + ", found 0",
                          "fanfare.yaml:4:16: plugins.c.command: " + expected + ", found a map"));
  EXPECT_THAT(problems_of("plugins: {A: {command: sh}, a: {command: sh, comand: x, replicas: 65}}"),
              ElementsAre(HasSubstr("expected the name of a plug-in"), HasSubstr("did you mean \"command\"?"),
                          HasSubstr("expected a whole number from 1 to 64")));
}

TEST(ConfigReader, EnvironmentWinsOverFile) {
  const Environment environment = {{"FANFARE_BROKER_LISTEN", "tcp://127.0.0.1:0"},
                                   {"FANFARE_LIMITS_HEADER_COUNT", "7"},
                                   {"FANFARE_STREAMS_CHAT_MAX_AGE", "2d"},
                                   {"FANFARE_STREAMS_ORDERS_EU_MAX_SIZE", "5GiB"}};
  const Config config =
      config_of("broker: {listen: 'ipc:///tmp/b'}\nstreams: {orders-eu: {topics: [o.>]}}\n", environment);
  EXPECT_EQ(config.broker.listen, "tcp://127.0.0.1:0");
  EXPECT_EQ(config.limits.header_count, 7U);
  EXPECT_EQ(config.streams.at("chat").max_age, hours(48));
  EXPECT_EQ(config.streams.at("orders-eu").max_size, 5ULL << 30U);
}

TEST(ConfigReader, BadEnvironmentValueNamesTheVariable) {
  EXPECT_THAT(
      problems_of("", {{"FANFARE_LOG_LEVEL", "loud"}}),
      ElementsAre("FANFARE_LOG_LEVEL: log.level: expected one of trace, debug, info, warn, error, found \"loud\""));
}

TEST(ConfigReader, UnknownVariableIsAWarningAndReservedOnesAreNot) {
  const Environment environment = {
      {"FANFARE_BROKER_LISTNE", "x"}, {"FANFARE_BROKER_ADDRESS", "x"}, {"FANFARE_TEST_SLOWNESS", "5"}, {"HOME", "/"}};
  EXPECT_THAT(read_config("", "fanfare.yaml", environment).value().warnings,
              ElementsAre("FANFARE_BROKER_LISTNE: no setting has this name, did you mean FANFARE_BROKER_LISTEN?"));
}

TEST(ConfigReader, VariableThatMeansTwoStreamsIsRefused) {
  const std::string text = "streams: {a-b: {topics: [x]}, a_b: {topics: [y]}}\n";
  EXPECT_THAT(problems_of(text, {{"FANFARE_STREAMS_A_B_MAX_AGE", "1d"}}), ElementsAre(HasSubstr("ambiguous")));
  EXPECT_THAT(problems_of(text), IsEmpty());
}

TEST(ConfigReader, VariablesInsideValuesAreExpanded) {
  const Environment environment = {{"PORT", "7999"}, {"COUNT", "12"}, {"TOPIC", "orders"}};
  const Config config = config_of(
      "broker: {listen: 'tcp://127.0.0.1:${PORT}'}\nlimits: {sessions: '${COUNT}'}\n"
      "streams: {s: {topics: ['${TOPIC}.>', '$${x}']}}\n",
      environment);
  EXPECT_EQ(config.broker.listen, "tcp://127.0.0.1:7999");
  EXPECT_EQ(config.limits.sessions, 12U);
  EXPECT_THAT(config.streams.at("s").topics, ElementsAre("orders.>", "${x}"));
}

TEST(ConfigReader, UnsetVariableInsideAValueHasItsLine) {
  EXPECT_THAT(problems_of("data_dir: x\nbroker:\n  listen: ${NOWHERE}\n"),
              ElementsAre("fanfare.yaml:3:11: broker.listen: the environment variable NOWHERE is not set"));
}

TEST(ConfigReader, ExpandedValuesAreNotShownInProblems) {
  EXPECT_THAT(problems_of("log: {level: '${SECRET}'}\n", {{"SECRET", "hunter2"}}),
              ElementsAre(AllOf(HasSubstr("${SECRET}"), testing::Not(HasSubstr("hunter2")))));
}

TEST(ConfigReader, FiguresMustNotVanishBetweenTwoReports) {
  EXPECT_THAT(problems_of("metrics: {interval: 16s}\n"),
              ElementsAre(HasSubstr("metrics.stale_after: must be at least twice metrics.interval")));
}

TEST(ConfigReader, RelationsBetweenSettingsAreChecked) {
  EXPECT_THAT(problems_of("limits:\n  message: 4MiB\n  lease: 5s\n"),
              ElementsAre(StartsWith("fanfare.yaml:3:10: limits.lease: must be at least twice"),
                          StartsWith("limits.frame: must hold the largest message")));
}

TEST(ConfigReader, CallersCheckIsToldWithThePlaceOfTheKey) {
  const ConfigCheck check = [](const Config& config) -> std::vector<Complaint> {
    if (config.streams.at("s").topics.at(1) == "b..c") return {{"streams.s.topics[1]", "empty token"}};
    return {};
  };
  EXPECT_THAT(problems_of("streams:\n  s:\n    topics:\n      - a\n      - b..c\n", {}, check),
              ElementsAre("fanfare.yaml:5:9: streams.s.topics[1]: empty token"));
}

class ConfigFiles : public testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(folder_); }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
    return folder_ / name;
  }

  const std::filesystem::path folder_ =
      std::filesystem::path(testing::TempDir()) / ("fanfare-config-" + std::to_string(::getpid()));
};

TEST_F(ConfigFiles, TheFirstThatExistsIsRead) {
  const auto second = write("second.yaml", "data_dir: second\n");
  const auto third = write("third.yaml", "data_dir: third\n");
  const auto loaded =
      load_config({.file = {}, .search = {folder_ / "first.yaml", second, third}, .environment = {}, .check = {}});
  EXPECT_EQ(loaded.value().source, second.string());
  EXPECT_EQ(loaded.value().config.data_dir, "second");
}

TEST_F(ConfigFiles, WithoutAnyTheBuiltInDefaultsHold) {
  const auto loaded = load_config({.file = {}, .search = {folder_ / "first.yaml"}, .environment = {}, .check = {}});
  EXPECT_EQ(loaded.value().source, "built-in defaults");
}

TEST_F(ConfigFiles, TheOneAskedForHasToExist) {
  const auto missing = folder_ / "missing.yaml";
  const auto loaded = load_config({.file = missing, .environment = {}, .check = {}});
  ASSERT_TRUE(loaded.has_error());
  EXPECT_THAT(loaded.error().lines, ElementsAre(missing.string() + ": cannot be read: No such file or directory"));
}

TEST_F(ConfigFiles, FolderIsNoFile) {
  const auto loaded = load_config({.file = folder_, .environment = {}, .check = {}});
  ASSERT_TRUE(loaded.has_error());
  EXPECT_THAT(loaded.error().lines, ElementsAre(HasSubstr("expected a file, found a folder")));
}

}  // namespace
}  // namespace fanfare::runtime
