#include "frontends/common/error_table.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <string>
#include <vector>

namespace fanfare::frontends::common {
namespace {

/// `code | HTTP | Centrifugo | retry` of each row in docs/services.md.
std::vector<std::string> documented_rows() {
  std::ifstream file(FANFARE_SOURCE_DIR "/docs/services.md");
  const std::regex row(R"(\| `([a-z_]+)` \| [^|]+ \| ([0-9]{3}) \| ([0-9]{3}) \| (never|later) \|)");
  std::vector<std::string> rows;
  for (std::string line; std::getline(file, line);) {
    std::smatch cells;
    if (!std::regex_match(line, cells, row)) continue;
    rows.push_back(cells[1].str() + " " + cells[2].str() + " " + cells[3].str() + " " + cells[4].str());
  }
  return rows;
}

TEST(ErrorTable, IsTheOneInTheDocument) {
  std::vector<std::string> rows;
  for (const ErrorRow& row : error_table()) {
    rows.push_back(std::string(row.name) + " " + std::to_string(row.http_status) + " " +
                   std::to_string(row.centrifugo_code) + " " + (row.may_help_later ? "later" : "never"));
  }
  EXPECT_EQ(rows, documented_rows());
}

TEST(ErrorTable, IsInTheOrderOfTheCodes) {
  for (const ErrorRow& row : error_table()) {
    EXPECT_EQ(describe(row.code).name, row.name);
    EXPECT_EQ(code_by_name(row.name), row.code);
  }
}

TEST(ErrorTable, UnknownCodeIsADefect) { EXPECT_EQ(code_by_name("no_such_code"), Code::kInternal); }

}  // namespace
}  // namespace fanfare::frontends::common
