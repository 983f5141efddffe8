#include "workers/store/database.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fanfare::workers::store {
namespace {

using testing::HasSubstr;
using testing::Not;

runtime::Config config_with(const std::string& url) {
  runtime::Config config = runtime::default_config();
  config.data_dir = "/srv/fanfare";
  config.database.url = url;
  return config;
}

TEST(Database, IsAFileInTheDataDirectory) {
  EXPECT_EQ(database_file(config_with("")).value(), "/srv/fanfare/fanfare.db");
  EXPECT_TRUE(check_database(config_with("")).empty());
}

TEST(Database, AUrlThatIsNotSupportedIsRefusedWithoutItsPassword) {
  for (const char* url : {"postgres://me:secret@db/fanfare", "postgresql://me:secret@db", "mysql://me:secret@db"}) {
    const auto complaints = check_database(config_with(url));
    ASSERT_EQ(complaints.size(), 1U) << url;
    EXPECT_EQ(complaints[0].path, "database.url");
    const auto file = database_file(config_with(url));
    ASSERT_TRUE(file.has_error()) << url;
    EXPECT_THAT(file.error().message, HasSubstr("leave it empty for SQLite"));
    EXPECT_THAT(file.error().message, Not(HasSubstr("secret")));
  }
}

}  // namespace
}  // namespace fanfare::workers::store
