// Whatever text reaches a port of fanfare-accounts is stored as it is or refused with an error: never cut, never
// executed. What people may type is narrower still; this is what stands behind that.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "tests/integration/workers/store/account_stores_fixture.hpp"

namespace fanfare::workers::store::test {
namespace {

using runtime::Result;

struct HostileText {
  const char* name;
  std::string text;
  bool is_proper = true;  ///< UTF-8 without U+0000: refused by nobody where no index stands in the way
};

/// So mixed that no database makes it small.
std::string mebibyte() {
  std::mt19937 chance(7);
  std::string text;
  while (text.size() < (1U << 20U)) text += static_cast<char>(' ' + chance() % 95);
  return text;
}

const std::vector<HostileText>& hostile_texts() {
  static const std::vector<HostileText> texts = {
      {"SQL", "x'; DELETE FROM person; DROP TABLE member; --"},
      {"SQL in double quotes", "x\"; DROP TABLE person CASCADE; --"},
      {"an escaped quote", R"(\'; DROP TABLE person; --)"},
      {"dollar quotes", "$$; DROP TABLE person; $$ $1 $2 ?1 :name @name"},
      {"an array", R"({"a","b\\",NULL})"},
      {"formats", "%s %n %x {} ${HOME} `id`"},
      {"white space", " \t\r\n\v\f "},
      {"a control character", "a\x01\x1b[31mb\x7f"},
      {"right to left", "abc\u202E\u2066fed\u2069\u061C"},
      {"emoji", "\U0001F468\u200D\U0001F469\u200D\U0001F467 \U0001F1E6\U0001F1F9 \U0001F3F4"},
      {"four bytes", "\U00010000\U0010FFFF\U0002070E"},
      {"combining", "Z\u0300\u0301\u0302\u0303\u0304 e\u0301 \u00E9 \uFB01"},
      {"no characters", "\uFFFE\uFFFF\uFEFF\u200B"},
      {"NUL at the end", std::string("x\0", 2), false},
      {"NUL in the middle", std::string("x\0'; DROP TABLE person", 22), false},
      {"a byte that is none", "a\xFF\xFEz", false},
      {"cut in a character", "a\xF0\x9F\x98", false},
      {"too long an encoding", "a\xC0\x80z", false},
      {"half a pair", "a\xED\xA0\x80z", false},
      {"beyond the last character", "a\xF4\x90\x80\x80z", false},
      {"much", mebibyte()},
  };
  return texts;
}

class HostileTextTest : public AccountStoresTest {
 protected:
  /// What came back for a text that went in.
  using RoundTrip = std::function<Result<std::string>(const std::string& text)>;
  enum class Size { kAny, kIndexed };

  void check(const char* field, const RoundTrip& round_trip, Size size = Size::kAny) {
    for (const HostileText& each : hostile_texts()) {
      const auto back = round_trip(each.text);
      const bool must_fit = each.is_proper && (size == Size::kAny || each.text.size() < 1'000);
      if (back) {
        EXPECT_TRUE(*back == each.text) << field << ", " << each.name << ": came back as " << back->substr(0, 100);
      } else {
        EXPECT_FALSE(must_fit) << field << ", " << each.name << ": " << back.error().message;
      }
    }
    // Nothing was executed, and what was refused is in nobody's way.
    EXPECT_TRUE(stores->people().find(anna).value()) << field;
    EXPECT_EQ(stores->conversations().list(anna, {}, 50, kNow).value().conversations.size(), rooms) << field;
  }

  NewPerson next_person() {
    const Uuid id = common::new_id(kNow);
    const std::string name = "person " + std::to_string(++people);
    return {{{id, name, name}, "de", kNow}, name, name, name, "hash"};
  }

  /// Adds somebody with a text where `put` puts it, and finds it where `get` looks.
  template <class Put, class Get>
  RoundTrip in_person(Put put, Get get) {
    return [this, put, get](const std::string& text) -> Result<std::string> {
      NewPerson person = next_person();
      put(person, text);
      const auto added = stores->people().add(person, session_of(person.profile.person.id, person.username_skeleton));
      if (!added) {
        EXPECT_FALSE(stores->people().find(person.profile.person.id).value()) << "refused and yet there";
        return added.error();
      }
      EXPECT_TRUE(*added);
      return get(person, text);
    };
  }

  Profile profile_of(const NewPerson& person) {
    return stores->people().find(person.profile.person.id).value().value();
  }

  OnceRequest request(const std::string& key, const std::string& method) const {
    return {anna, key, method, runtime::crypto::digest("{}"), kNow, kNow - std::chrono::hours(24)};
  }
  /// What a second call is told, after a first that was done.
  Result<std::string> twice(const OnceRequest& request, const std::string& reply) {
    const auto change = [&] { return std::optional(reply); };
    const auto first = stores->once().once(request, change);
    if (!first) return first.error();
    EXPECT_EQ(first->kind, OnceOutcome::Kind::kDone);
    const auto second = stores->once().once(request, change).value();
    EXPECT_EQ(second.kind, OnceOutcome::Kind::kRepeated);
    return second.reply;
  }

  const Uuid anna = add_person("anna");
  int people = 0;
  std::size_t rooms = 0;
};

TEST_P(HostileTextTest, IsStoredAsItIsOrRefusedWhereAPersonIsShown) {
  check("username",
        in_person([](NewPerson& person, const std::string& text) { person.profile.person.username = text; },
                  [this](const NewPerson& person, const std::string&) { return profile_of(person).person.username; }));
  check("display name",
        in_person(
            [](NewPerson& person, const std::string& text) { person.profile.person.display_name = text; },
            [this](const NewPerson& person, const std::string&) { return profile_of(person).person.display_name; }));
  check("locale",
        in_person([](NewPerson& person, const std::string& text) { person.profile.locale = text; },
                  [this](const NewPerson& person, const std::string&) { return profile_of(person).locale.value(); }));
  check("password", in_person([](NewPerson& person, const std::string& text) { person.password_hash = text; },
                              [this](const NewPerson& person, const std::string&) {
                                return stores->people().credentials(person.username_key).value()->password_hash;
                              }));
}

TEST_P(HostileTextTest, IsStoredAsItIsOrRefusedWhereAPersonIsFound) {
  check("username key",
        in_person([](NewPerson& person, const std::string& text) { person.username_key = text; },
                  [this](const NewPerson& person, const std::string& text) {
                    const auto found = stores->people().credentials(text).value();
                    return found && found->profile == person.profile ? text : std::string("nobody");
                  }),
        Size::kIndexed);
  check("username skeleton",
        in_person([](NewPerson& person, const std::string& text) { person.username_skeleton = text; },
                  [this](const NewPerson&, const std::string& text) {
                    return stores->people().is_taken("nobody", text).value() ? text : std::string("nobody");
                  }),
        Size::kIndexed);
  check("display key",
        in_person([](NewPerson& person, const std::string& text) { person.display_key = text; },
                  [this](const NewPerson& person, const std::string& text) {
                    const auto found = stores->people().search(text, {}, 50).value();
                    const bool is_found = std::ranges::count(found, person.profile.person) == 1;
                    return is_found ? text : std::string("nobody");
                  }),
        Size::kIndexed);
}

TEST_P(HostileTextTest, FindsNobodyElse) {
  for (const HostileText& each : hostile_texts()) {
    const auto taken = stores->people().is_taken(each.text, each.text);
    const auto credentials = stores->people().credentials(each.text);
    const auto found = stores->people().search(each.text, {}, 50);
    EXPECT_FALSE(taken && *taken) << each.name;
    EXPECT_FALSE(credentials && *credentials) << each.name;
    EXPECT_TRUE(!found || found->empty()) << each.name;
    EXPECT_TRUE(!each.is_proper || (taken && credentials && found)) << each.name;
  }
  EXPECT_TRUE(stores->people().find(anna).value());
}

TEST_P(HostileTextTest, IsStoredAsItIsOrRefusedAsATitle) {
  check("title", [this](const std::string& text) -> Result<std::string> {
    const NewConversation room{
        .id = common::new_id(kNow), .title = text, .created_at = kNow, .founder = anna, .others = {}};
    const auto created = stores->conversations().create(room);
    if (!created) return created.error();
    ++rooms;
    EXPECT_EQ((*created)->conversation.title, text);
    const auto listed = stores->conversations().list(anna, {}, 50, kNow).value().conversations;
    const auto found = std::ranges::find(listed, room.id, &Conversation::id);
    return found == listed.end() ? "not listed" : found->title.value();
  });
}

TEST_P(HostileTextTest, IsStoredAsItIsOrRefusedWithAnIdempotencyKey) {
  check(
      "key", [this](const std::string& text) { return twice(request(text, "t.change"), text); }, Size::kIndexed);
  int count = 0;
  check("method",
        [&](const std::string& text) { return twice(request("method " + std::to_string(++count), text), text); });
  check("reply",
        [&](const std::string& text) { return twice(request("reply " + std::to_string(++count), "t"), text); });
}

TEST_P(HostileTextTest, IsStoredAsItIsOrRefusedAsHolderOfALease) {
  check("holder", [this](const std::string& text) -> Result<std::string> {
    OutboxStore& outbox = stores->outbox();
    const auto later = kNow + std::chrono::seconds(15);
    const auto claimed = outbox.claim(text, kNow, later);
    if (!claimed) return claimed.error();
    EXPECT_TRUE(*claimed);
    const auto shorter = outbox.claim(text.substr(0, text.size() - 1), kNow, later);
    EXPECT_FALSE(shorter && *shorter) << "it was cut";
    const bool is_same = outbox.claim(text, kNow, later).value();
    EXPECT_TRUE(outbox.release(text));
    return is_same ? text : std::string("another");
  });
}

TEST_P(HostileTextTest, IsStoredAsItIsOrRefusedAsTheNameOfAKey) {
  for (const HostileText& each : hostile_texts()) {
    const auto own = GetParam().make();
    const auto first = own->open();
    const auto added = first->signing_keys().load_or_add({each.text, {}, kNow});
    if (added) {
      const auto read = own->open()->signing_keys().load_or_add({"other", {}, kNow}).value();
      ASSERT_EQ(read.size(), 1U);
      EXPECT_TRUE(read[0].id == each.text) << each.name;
    } else {
      EXPECT_TRUE(!each.is_proper || each.text.size() > 1'000) << each.name << ": " << added.error().message;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Each, HostileTextTest, testing::ValuesIn(account_databases()), name_of_database);

}  // namespace
}  // namespace fanfare::workers::store::test
