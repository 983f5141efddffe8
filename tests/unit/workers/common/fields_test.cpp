#include "workers/common/fields.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace fanfare::workers::common {
namespace {

using nlohmann::json;

constexpr TextBounds kName{.minimum = 1, .maximum = 4};
const std::string kId = "0199a1b2-0000-7000-8000-000000000001";

/// What is wrong with member "x" of {"x": value} when `read` reads it.
template <class F>
std::string problem_of(const json& value, F read) {
  const json object = {{"x", value}};
  Fields fields(object);
  read(fields);
  const auto refusal = fields.refusal();
  return refusal ? refusal->fields.at("x") : "";
}

TEST(Fields, GiveWhatIsThere) {
  const json object = {{"name", "übel"}, {"kind", "room"}, {"limit", 7U},
                       {"id", kId},      {"ids", {kId}},   {"none", nullptr}};
  Fields fields(object);
  EXPECT_EQ(fields.text("name", kName), "übel");
  EXPECT_EQ(fields.choice("kind", {"direct", "room"}), "room");
  EXPECT_EQ(fields.count("limit", {1, 50}, 20), 7);
  EXPECT_EQ(fields.count("missing", {1, 50}, 20), 20);
  EXPECT_EQ(fields.id("id").to_string(), kId);
  EXPECT_EQ(fields.optional_id("id")->to_string(), kId);
  EXPECT_EQ(fields.optional_id("none"), std::nullopt);
  EXPECT_EQ(fields.ids("ids", {1, 2}).size(), 1);
  EXPECT_EQ(fields.optional_text("none", kName), std::nullopt);
  EXPECT_EQ(fields.optional_text("absent", kName), std::nullopt);
  EXPECT_EQ(fields.refusal(), std::nullopt);
}

TEST(Fields, TellAllThatIsWrongAtOnce) {
  const json object = {{"name", ""}, {"limit", 0U}, {"extra", 1}};
  Fields fields(object);
  (void)fields.text("name", kName);
  (void)fields.count("limit", {1, 50}, 20);
  (void)fields.id("person");
  const auto refusal = fields.refusal();
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->code, RefusalCode::kInvalid);
  const std::map<std::string, std::string> expected{{"name", "must have 1 to 4 characters"},
                                                    {"limit", "must be a whole number, 1 to 50"},
                                                    {"person", "is required"},
                                                    {"extra", "is not known here"}};
  EXPECT_EQ(refusal->fields, expected);
}

TEST(Fields, TakeTextWithinItsBoundsInCharacters) {
  const auto read = [](Fields& fields) { (void)fields.text("x", kName); };
  EXPECT_EQ(problem_of("äöüß", read), "");
  EXPECT_EQ(problem_of("äöüßa", read), "must have 1 to 4 characters");
  EXPECT_EQ(problem_of(1, read), "must be text");
  EXPECT_EQ(problem_of(nullptr, read), "must be text");
}

TEST(Fields, TakeNumbersThatHaveToBeThere) {
  const auto read = [](Fields& fields) { (void)fields.number("x", {1, 50}); };
  EXPECT_EQ(problem_of(1U, read), "");
  EXPECT_EQ(problem_of(50U, read), "");
  const std::vector<json> others = {0U, 51U, -1, 1.0, "1", json::array(), 18446744073709551615U, true};
  for (const json& other : others) EXPECT_EQ(problem_of(other, read), "must be a whole number, 1 to 50") << other;
  const json nothing = json::object();
  Fields fields(nothing);
  EXPECT_EQ(fields.number("x", {1, 50}), 0);
  EXPECT_EQ(fields.refusal()->fields.at("x"), "is required");
}

TEST(Fields, TakeTimesThatCanBeWrittenAgain) {
  const auto read = [](Fields& fields) { (void)fields.optional_time("x"); };
  EXPECT_EQ(problem_of("2026-11-21T10:00:00Z", read), "");
  EXPECT_EQ(problem_of("9999-12-31T23:59:59.999Z", read), "");
  EXPECT_EQ(problem_of(nullptr, read), "");
  const std::vector<json> others = {"",
                                    "tomorrow",
                                    "2026-11-21",
                                    "2026-11-21T10:00:00",
                                    "2026-02-30T10:00:00Z",
                                    1U,
                                    json::array(),
                                    "9999-12-31T23:59:59-00:01",
                                    "0000-01-01T00:00:00+00:01",
                                    "2026-11-21T10:00:00Z\n"};
  for (const json& other : others) {
    EXPECT_EQ(problem_of(other, read), "must be a date and time of RFC 3339: 2026-11-21T10:00:00Z") << other;
  }
  const json object = {{"x", "2026-11-21T11:00:00.1239+01:00"}};
  EXPECT_EQ(to_text(*Fields(object).optional_time("x")), "2026-11-21T10:00:00.123Z");
}

TEST(Fields, TakeNoControlCharacters) {
  const auto read = [](Fields& fields) { (void)fields.text("x", kName); };
  for (const std::string& text :
       {std::string("a\0b", 3), std::string("a\nb"), std::string("\x7f"), std::string("\xc2\x85")}) {
    EXPECT_EQ(problem_of(text, read), "must not hold control characters");
  }
  EXPECT_EQ(problem_of("\xc2\xa0", read), "");
}

TEST(Fields, TakeNoBlankTextWhereItMustBeSeen) {
  const auto read = [](Fields& fields) { (void)fields.text("x", {1, 4, false}); };
  EXPECT_EQ(problem_of("   ", read), "must not be blank");
  EXPECT_EQ(problem_of(" a ", read), "");
}

TEST(Fields, TakeWholeNumbersOnly) {
  const auto read = [](Fields& fields) { (void)fields.count("x", {1, 50}, 20); };
  for (const json& value : {json(51), json(-1), json(1.0), json("1"), json(true), json::array()}) {
    EXPECT_NE(problem_of(value, read), "") << value;
  }
}

TEST(Fields, TakeEachIdOnce) {
  EXPECT_EQ(problem_of("lobby", [](Fields& fields) { (void)fields.optional_id("x"); }), "must be an id: a UUID");
  const auto read = [](Fields& fields) { (void)fields.ids("x", {1, 2}); };
  EXPECT_EQ(problem_of(json::array({kId, kId}), read), "must not hold an id twice");
  EXPECT_EQ(problem_of(json::array(), read), "must be a list of 1 to 2 ids");
  EXPECT_EQ(problem_of(json::array({kId, 1}), read), "must hold ids only: UUIDs");
  EXPECT_EQ(problem_of(kId, read), "must be a list of 1 to 2 ids");
}

TEST(Fields, SayLittleOfManyUnknownMembers) {
  json object = json::object();
  for (int i = 0; i < 1000; ++i) object[std::to_string(i) + std::string(200, 'x')] = i;
  Fields fields(object);
  const auto refusal = fields.refusal();
  ASSERT_TRUE(refusal);
  EXPECT_LE(to_reply(*refusal).size(), 2000);
}

}  // namespace
}  // namespace fanfare::workers::common
