#include "workers/store/migration.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace fanfare::workers::store {
namespace {

TEST(Migrations, AreBuiltInWithoutGapsAsTheyStandInTheirFiles) {
  const std::filesystem::path folder = FANFARE_SOURCE_DIR "/migrations/sqlite";
  int number = 0;
  for (const Migration& migration : sqlite_migrations()) {
    EXPECT_EQ(migration.number, ++number);
    EXPECT_EQ(migration.checksum.size(), 64U);
    const std::string digits = std::to_string(migration.number);
    const auto file =
        folder / (std::string(4 - digits.size(), '0') + digits + "_" + std::string(migration.name) + ".sql");
    std::ifstream stream(file, std::ios::binary);
    ASSERT_TRUE(stream.is_open()) << file;
    EXPECT_EQ(migration.sql, std::string(std::istreambuf_iterator<char>(stream), {})) << file;
  }
}

}  // namespace
}  // namespace fanfare::workers::store
