#include <gtest/gtest.h>

#include <fanfare/error_code.hpp>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

namespace fanfare {
namespace {

TEST(ErrorCode, HasANameOfItsOwnAndAdvice) {
  std::set<std::string_view> names;
  for (const auto& info : error_catalogue()) {
    EXPECT_TRUE(names.insert(info.name).second) << info.name;
    EXPECT_FALSE(info.advice.empty()) << info.name;
    EXPECT_EQ(describe(info.code).name, info.name);
    EXPECT_EQ(error_code_by_name(info.name), info.code);
  }
}

TEST(ErrorCode, OfANewerVersionIsShownAsInternal) {
  EXPECT_EQ(describe(static_cast<ErrorCode>(60'000)).name, "internal");
  EXPECT_FALSE(error_code_by_name("nonsense"));
}

TEST(ErrorCode, StandsInTheProtocolDocumentAsInTheCatalogue) {
  std::ifstream file(FANFARE_SOURCE_DIR "/protocol/PROTOCOL.md");
  std::stringstream document;
  document << file.rdbuf();
  for (const auto& info : error_catalogue()) {
    const auto* retry = info.retry == Retry::never ? "never" : info.retry == Retry::later ? "later" : "reconnect";
    std::stringstream row;
    row << "| " << static_cast<int>(info.code) << " | `" << info.name << "` | " << retry << " | " << info.advice
        << " |";
    EXPECT_NE(document.str().find(row.str()), std::string::npos) << "PROTOCOL.md §9 lacks: " << row.str();
  }
}

}  // namespace
}  // namespace fanfare
