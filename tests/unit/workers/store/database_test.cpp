#include "workers/store/database.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fanfare::workers::store {
namespace {

using testing::HasSubstr;
using testing::Not;

runtime::Config config_with(const std::string& url, const std::string& migrate_url = "") {
  runtime::Config config = runtime::default_config();
  config.data_dir = "/srv/fanfare";
  config.database.url = url;
  config.database.migrate_url = migrate_url;
  return config;
}

TEST(Database, WithoutAUrlItIsAFileInTheDataDirectory) {
  EXPECT_EQ(Database::open(config_with("")).value()->description(), "/srv/fanfare/fanfare.db");
  EXPECT_TRUE(check_database(config_with("")).empty());
}

TEST(Database, OfAUrlItIsPostgresAndItsPasswordIsNeverShown) {
  for (const char* url : {"postgres://me:secret@db/fanfare", "postgresql://me:secret@db/fanfare?sslmode=require"}) {
    EXPECT_TRUE(check_database(config_with(url)).empty()) << url;
    EXPECT_EQ(Database::open(config_with(url)).value()->description(), "me@db:5432/fanfare");
  }
}

TEST(Database, AUrlThatMeansNothingIsRefusedWithoutItsPassword) {
  for (const char* url : {"mysql://me:secret@db", "me:secret@db", "postgresql://me:secret@db:5432?no_such_option=1",
                          "postgresql://me:secret%zz@db/fanfare"}) {
    const auto complaints = check_database(config_with(url));
    ASSERT_EQ(complaints.size(), 1U) << url;
    EXPECT_EQ(complaints[0].path, "database.url");
    EXPECT_THAT(complaints[0].message, Not(HasSubstr("secret")));
    const auto database = Database::open(config_with(url));
    ASSERT_TRUE(database.has_error()) << url;
    EXPECT_THAT(database.error().message, Not(HasSubstr("secret")));
  }
}

TEST(Database, AUrlForMigrationsNeedsOneForEverythingElse) {
  const auto complaints = check_database(config_with("", "postgresql://owner@db/fanfare"));
  ASSERT_EQ(complaints.size(), 1U);
  EXPECT_EQ(complaints[0].path, "database.migrate_url");
  EXPECT_TRUE(check_database(config_with("postgresql://db/fanfare", "postgresql://owner@db/fanfare")).empty());
}

}  // namespace
}  // namespace fanfare::workers::store
