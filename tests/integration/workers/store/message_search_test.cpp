// What a search finds, on every adapter of MessageStore.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/integration/workers/store/message_store_contract.hpp"

namespace fanfare::workers::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class MessageSearchContract : public MessageStoreContract {
 protected:
  /// As messages 1, 2, 3, … of the room.
  void say(const std::vector<std::string>& texts, const Uuid& conversation = kRoom) {
    std::vector<ChatMessage> messages;
    for (const std::string& text : texts) {
      ++said_;
      messages.push_back(message(said_, said_, kFirstEpoch, conversation));
      messages.back().text = text;
    }
    append(messages);
  }

  SearchPage search(const SearchQuery& query) { return store->search(query).value(); }

  std::vector<std::uint64_t> found(const std::string& text) {
    return found(SearchQuery{.reader = kMary, .text = text});
  }

  std::vector<std::uint64_t> found(const SearchQuery& query) {
    std::vector<std::uint64_t> result;
    for (const FoundMessage& one : search(query).found) result.push_back(one.message.message.position.sequence);
    return result;
  }

 private:
  std::uint8_t said_ = 0;
};

TEST_P(MessageSearchContract, FindsWhatHasAllWordsTheLastAsABeginning) {
  say({"the quick brown fox", "quick thinking", "brown bread, not quick", "a foxglove"});
  EXPECT_THAT(found("quick"), UnorderedElementsAre(1, 2, 3));
  EXPECT_THAT(found("brown quick"), UnorderedElementsAre(1, 3));
  EXPECT_THAT(found("fo"), UnorderedElementsAre(1, 4));
  EXPECT_THAT(found("qui fox"), IsEmpty());
  EXPECT_THAT(found("ick"), IsEmpty());
}

TEST_P(MessageSearchContract, CaseAccentsAndWidthDoNotCount) {
  say({"Crème BRÛLÉE", "Straße nach Ἀθῆναι", "ＦＵＬＬ ｗｉｄｔｈ", "İstanbul", "Ёлка", "cre\u0300me"});
  EXPECT_THAT(found("creme"), UnorderedElementsAre(1, 6));
  EXPECT_THAT(found("CRÈME brulee"), ElementsAre(1));
  EXPECT_THAT(found("strasse ΑΘΗΝΑΙ"), ElementsAre(2));
  EXPECT_THAT(found("full"), ElementsAre(3));
  EXPECT_THAT(found("istanbul"), ElementsAre(4));
  EXPECT_THAT(found("елка"), ElementsAre(5));
}

TEST_P(MessageSearchContract, FindsCharactersOfScriptsWithoutSpaces) {
  say({"我喜欢东京塔", "きのう東京へ行った", "שלום עולם", "हिन्दी में"});
  EXPECT_THAT(found("东京"), ElementsAre(1));
  EXPECT_THAT(found("東京"), ElementsAre(2));
  EXPECT_THAT(found("עולם"), ElementsAre(3));
  EXPECT_THAT(found("हिन्दी"), ElementsAre(4));
}

TEST_P(MessageSearchContract, ShowsTheHitsInTheText) {
  say({"Ein Café, das <b>Café</b> heißt"});
  const SearchPage page = search({.reader = kMary, .text = "das cafe"});
  ASSERT_EQ(page.found.size(), 1U);
  EXPECT_EQ(page.found[0].message.message.text, "Ein Café, das <b>Café</b> heißt");
  EXPECT_EQ(page.found[0].message.username, "peter");
  EXPECT_THAT(page.found[0].excerpt,
              ElementsAre(Fragment{"Ein ", false}, Fragment{"Café", true}, Fragment{", ", false}, Fragment{"das", true},
                          Fragment{" <b>", false}, Fragment{"Café", true}, Fragment{"</b> heißt", false}));
}

TEST_P(MessageSearchContract, TheBestComesFirstAndOfEquallyGoodOnesTheNewest) {
  say({"apple pie today", "apple apple apple", "apple pie today", "nothing of it"});
  EXPECT_THAT(found("apple"), ElementsAre(2, 3, 1));
}

TEST_P(MessageSearchContract, GoesOnWhereThePageEnded) {
  say({"word", "word", "word", "word", "word"});
  const SearchPage first = search({.reader = kMary, .text = "word", .limit = 2});
  EXPECT_TRUE(first.has_more);
  EXPECT_THAT(found({.reader = kMary, .text = "word", .limit = 2}), ElementsAre(5, 4));
  EXPECT_THAT(found({.reader = kMary, .text = "word", .offset = 2, .limit = 2}), ElementsAre(3, 2));
  EXPECT_FALSE(search({.reader = kMary, .text = "word", .offset = 4, .limit = 2}).has_more);
  EXPECT_THAT(found({.reader = kMary, .text = "word", .offset = 9}), IsEmpty());
}

TEST_P(MessageSearchContract, LooksOnlyWhereTheReaderIs) {
  say({"secret one"});
  say({"secret two"}, kOtherRoom);
  EXPECT_THAT(found("secret"), ElementsAre(1));
  EXPECT_THAT(found({.reader = kPeter, .text = "secret"}), IsEmpty());
  database->add_member(kOtherRoom, kMary);
  EXPECT_THAT(found("secret"), UnorderedElementsAre(1, 2));
  EXPECT_THAT(found({.reader = kMary, .text = "secret", .conversation = kOtherRoom}), ElementsAre(2));
  EXPECT_THAT(found({.reader = kMary, .text = "secret", .conversation = uuid(9)}), IsEmpty());
  EXPECT_THAT(found(kRoom.to_string()), IsEmpty());
}

TEST_P(MessageSearchContract, WhoIsInVeryManyConversationsFindsAsMuch) {
  say({"secret one"});
  say({"secret two"}, kOtherRoom);
  database->add_to_conversations(kMary, 600);
  EXPECT_THAT(found("secret"), ElementsAre(1));
}

TEST_P(MessageSearchContract, FindsInEveryMonth) {
  auto old = message(1, 1);
  auto later = message(2, 2);
  later.sent_at += std::chrono::days(100);
  append({old, later});
  EXPECT_THAT(found("text"), ElementsAre(2, 1));
}

TEST_P(MessageSearchContract, AHostileQueryFindsWordsOrNothing) {
  say({"alpha and beta or not near gamma"});
  for (const std::string& query :
       {std::string("\""), std::string("'"), std::string("* : ^ - + ( ) & | ! <-> \\"), std::string("a\0b", 3),
        std::string("\0", 1), std::string("\u202E\u200F"), std::string("\U0001F600"), std::string("\xC3("),
        std::string("\xFF\xFE"), std::string("'; DROP TABLE message; --"), std::string("words:alpha conversation"),
        std::string("alpha NOT beta zeta"), std::string(200, '('), std::string(""), std::string("   ")}) {
    EXPECT_THAT(found(query), IsEmpty()) << testing::PrintToString(query);
  }
  for (const std::string query : {"alpha AND beta", "alpha OR beta", "NEAR(alpha gamma", "\"alpha beta\"", "alpha*",
                                  "-alpha", "^alpha:", "beta & !alpha", "not", "alp\u00ADha", "'alpha'"}) {
    EXPECT_THAT(found(query), ElementsAre(1)) << query;
  }
}

TEST_P(MessageSearchContract, AVeryLongTextAndVeryLongWordsAreFound) {
  std::string many;
  for (int number = 0; number < 3'000; ++number) many += "w" + std::to_string(number) + " ";
  say({many, std::string(16'384, 'x'), std::string(4'000, '\'')});
  EXPECT_THAT(found("w2999"), ElementsAre(1));
  EXPECT_THAT(found(std::string(100, 'x')), ElementsAre(2));
  EXPECT_THAT(found(std::string(200, 'x')), ElementsAre(2));
}

TEST_P(MessageSearchContract, ARepeatIsFoundOnce) {
  say({"only once"});
  auto again = message(1, 7);
  again.text = "only twice";
  append({again});
  EXPECT_THAT(found("only"), ElementsAre(1));
  EXPECT_THAT(found("twice"), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Adapters, MessageSearchContract, every_adapter(), name_of_adapter);

}  // namespace
}  // namespace fanfare::workers::store
