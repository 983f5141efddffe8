#include "runtime/config/generated.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "runtime/config/reader.hpp"

namespace fanfare::runtime {
namespace {

std::string file(const std::string& path) {
  std::ifstream stream(FANFARE_SOURCE_DIR "/" + path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

TEST(GeneratedConfig, SchemaInTheRepositoryIsTheTables) {
  EXPECT_EQ(file("config/fanfare.schema.json"), config_schema())
      << "fanfare config schema > config/fanfare.schema.json";
}

TEST(GeneratedConfig, ReferenceInTheRepositoryIsTheTables) {
  EXPECT_EQ(file("docs/configuration.md"), config_docs()) << "fanfare config docs > docs/configuration.md";
}

TEST(GeneratedConfig, ExampleInTheRepositoryIsTheTables) {
  EXPECT_EQ(file("config/fanfare.yaml"), config_example()) << "fanfare config example > config/fanfare.yaml";
}

TEST(GeneratedConfig, ExampleHoldsExactlyTheDefaults) {
  const auto loaded = load_config({.file = FANFARE_SOURCE_DIR "/config/fanfare.yaml", .environment = {}, .check = {}});
  EXPECT_EQ(loaded.value().config, default_config());
}

}  // namespace
}  // namespace fanfare::runtime
