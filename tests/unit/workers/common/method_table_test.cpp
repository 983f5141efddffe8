#include "workers/common/method_table.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <stdexcept>

namespace fanfare::workers::common {
namespace {

using nlohmann::json;

const std::string kPerson = "0199a1b2-0000-7000-8000-000000000001";

class Methods : public testing::Test {
 protected:
  Methods() {
    table.add("t.echo", MethodTable::Needs::kNobody, [](Call& call) -> Answer {
      const std::string text = call.fields.text("text", {1, 10});
      if (auto refusal = call.fields.refusal()) return *refusal;
      return json{{"text", text}}.dump();
    });
    table.add("t.who", MethodTable::Needs::kPerson, [](Call& call) -> Answer {
      if (auto refusal = call.fields.refusal()) return *refusal;
      return json{{"person", call.person.to_string()}}.dump();
    });
    table.add("t.deadline", MethodTable::Needs::kNobody, [this](Call& call) -> Answer {
      deadline = call.deadline;
      return "{}";
    });
    table.add("t.defect", MethodTable::Needs::kNobody, [](Call&) -> Answer { throw std::runtime_error("oh"); });
    table.add("t.rights", MethodTable::Needs::kNobody, [](Call&) -> Answer {
      return Refusal{RefusalCode::kNotFound, "none", {}, 7};
    });
  }

  json ask(std::string_view topic, std::string_view payload, std::string_view actor = "") {
    return json::parse(table.answer(topic, actor, payload));
  }

  Deadline deadline;
  std::string defects;
  MethodTable table{
      [this](std::string_view topic, std::string_view what) { defects.append(topic).append(": ").append(what); }};
};

TEST_F(Methods, AreAnsweredWithOk) { EXPECT_EQ(ask("t.echo", R"({"text": "ü"})"), (json{{"ok", {{"text", "ü"}}}})); }

TEST_F(Methods, KnowHowLongTheCallerWaits) {
  const Deadline until{std::chrono::hours(7)};
  EXPECT_EQ(table.answer("t.deadline", "", "{}", until), R"({"ok":{}})");
  EXPECT_EQ(deadline, until);
  EXPECT_EQ(table.answer("t.deadline", "", "{}"), R"({"ok":{}})");
  EXPECT_EQ(deadline, Deadline::max());
}

TEST_F(Methods, ThatAreNotKnownAreNotFound) { EXPECT_EQ(ask("t.other", "{}")["error"]["code"], "not_found"); }

TEST_F(Methods, RefuseWhatIsNoObject) {
  for (const char* payload : {"", "[]", "1", "{", R"({"text": "a", "text": "b"})", "{}{}", "\xff"}) {
    const json error = ask("t.echo", payload)["error"];
    EXPECT_EQ(error["code"], "bad_request") << payload;
    EXPECT_EQ(error["retry"], "never");
  }
}

TEST_F(Methods, RefuseWhatIsTooLarge) {
  EXPECT_EQ(ask("t.echo", "{" + std::string(70'000, ' ') + "}")["error"]["code"], "too_large");
}

TEST_F(Methods, TellWhichFieldsAreWrong) {
  const json error = ask("t.echo", R"({"text": 1, "more": true})")["error"];
  EXPECT_EQ(error["code"], "invalid");
  EXPECT_EQ(error["fields"], (json{{"text", "must be text"}, {"more", "is not known here"}}));
}

TEST_F(Methods, KnowThePersonFromTheActorOnly) {
  EXPECT_EQ(ask("t.who", "{}", kPerson), (json{{"ok", {{"person", kPerson}}}}));
  EXPECT_EQ(ask("t.who", "{}")["error"]["code"], "token_invalid");
  EXPECT_EQ(ask("t.who", "{}", "peter")["error"]["code"], "token_invalid");
}

TEST_F(Methods, ThatThrowAreADefectThatTheLogHears) {
  const json error = ask("t.defect", "{}")["error"];
  EXPECT_EQ(error["code"], "internal");
  EXPECT_EQ(error["retry"], "later");
  EXPECT_EQ(defects, "t.defect: oh");
}

TEST_F(Methods, CarryTheChangeNumberBesideTheCode) { EXPECT_EQ(ask("t.rights", "{}")["error"]["change"], 7); }

}  // namespace
}  // namespace fanfare::workers::common
