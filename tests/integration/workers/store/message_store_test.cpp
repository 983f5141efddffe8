// What every adapter of MessageStore promises.
#include "workers/store/message_store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "tests/integration/workers/store/message_store_contract.hpp"

namespace fanfare::workers::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Optional;

TEST_P(MessageStoreContract, KeepsAllOfAMessage) {
  append({message(7, 1)});
  const auto page = database->open_store()->page({.conversation = kRoom, .reader = kMary}).value();
  ASSERT_TRUE(page.has_value());
  ASSERT_EQ(page->messages.size(), 1U);
  EXPECT_EQ(page->messages[0].message, message(7, 1));
  EXPECT_EQ(page->messages[0].username, "peter");
  EXPECT_EQ(page->messages[0].display_name, "PETER");
}

TEST_P(MessageStoreContract, KeepsTextsOfEveryKind) {
  auto odd = message(1, 1);
  odd.text = "it's \"ü\" \\ %s\n\t𝄞";
  append({odd});
  EXPECT_EQ(page({.conversation = kRoom, .reader = kMary})->messages[0].message.text, odd.text);
}

TEST_P(MessageStoreContract, TheSameBatchAgainChangesNothing) {
  const std::vector<ChatMessage> batch = {message(1, 1), message(2, 2)};
  EXPECT_EQ(append(batch).stored, 2U);
  const Appended again = append(batch);
  EXPECT_EQ(again.stored, 0U);
  EXPECT_EQ(again.repeated, 2U);
  EXPECT_THAT(sequences({.conversation = kRoom, .reader = kMary}), ElementsAre(2, 1));
}

TEST_P(MessageStoreContract, ARowIsNeverChangedByAnotherWithItsIdOrItsPosition) {
  append({message(1, 1)});
  auto same_id = message(1, 5);
  same_id.text = "other";
  auto same_position = message(9, 1);
  same_position.sent_at = message(1, 1).sent_at;  // a record's time never changes
  same_position.text = "other";
  EXPECT_EQ(append({same_position, same_id}).repeated, 2U);
  const auto rows = page({.conversation = kRoom, .reader = kMary})->messages;
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].message, message(1, 1));
}

TEST_P(MessageStoreContract, RemembersHowFarAConversationIsAlsoWithoutMessages) {
  EXPECT_EQ(reached(), std::nullopt);
  append({message(1, 3)});
  EXPECT_THAT(reached(), Optional(Position{kFirstEpoch, 3}));
  EXPECT_TRUE(store->append(std::vector{skipped(8)}).has_value());
  EXPECT_THAT(reached(), Optional(Position{kFirstEpoch, 8}));
}

TEST_P(MessageStoreContract, NeverMovesBack) {
  append({message(1, 9, kNextEpoch)});
  append({message(2, 4, kNextEpoch)});
  append({message(3, 12, kFirstEpoch)});
  EXPECT_THAT(reached(), Optional(Position{kNextEpoch, 9}));
}

TEST_P(MessageStoreContract, OfAConversationWithAMessageThatIsRefusedNothingBehindThatIsStored) {
  database->add_member(kOtherRoom, kMary);
  database->refuse_text("text 2");
  const auto appended = append({message(1, 1), message(2, 2), message(3, 3, kFirstEpoch, kOtherRoom), message(4, 4)});
  EXPECT_EQ(appended.stored, 2U);
  ASSERT_EQ(appended.left_out.size(), 2U);
  EXPECT_EQ(appended.left_out[0].index, 1U);
  EXPECT_THAT(appended.left_out[0].reason, testing::HasSubstr("not this one"));
  EXPECT_EQ(appended.left_out[1].index, 3U);
  EXPECT_EQ(appended.left_out[1].reason, "");
  EXPECT_THAT(sequences({.conversation = kRoom, .reader = kMary}), ElementsAre(1));
  EXPECT_THAT(sequences({.conversation = kOtherRoom, .reader = kMary}), ElementsAre(3));
  EXPECT_THAT(reached(), Optional(Position{kFirstEpoch, 1}));
  EXPECT_EQ(append({message(4, 4)}).stored, 1U);  // it is in the dead letters now
  EXPECT_THAT(reached(), Optional(Position{kFirstEpoch, 4}));
}

TEST_P(MessageStoreContract, StoresOfOneDatabaseShareTheWork) {
  const auto other = database->open_store();
  database->add_member(kOtherRoom, kMary);
  append({message(1, 1), message(3, 3)});
  const ChatMessage theirs = message(2, 2, kFirstEpoch, kOtherRoom);
  EXPECT_TRUE(other->append(std::vector<ConversationRecord>{{kOtherRoom, theirs.position, theirs}}).has_value());
  EXPECT_THAT(reached(), Optional(Position{kFirstEpoch, 3}));
  EXPECT_THAT(reached(kOtherRoom), Optional(Position{kFirstEpoch, 2}));
}

TEST_P(MessageStoreContract, OrdersByEpochAndThenBySequence) {
  append({message(1, 5), message(2, 6), message(3, 1, kNextEpoch), message(4, 2, kNextEpoch)});
  EXPECT_THAT(sequences({.conversation = kRoom, .reader = kMary}), ElementsAre(2, 1, 6, 5));
  EXPECT_THAT(sequences({.conversation = kRoom, .reader = kMary, .before = Position{kNextEpoch, 1}}),
              ElementsAre(6, 5));
  EXPECT_THAT(sequences({.conversation = kRoom, .reader = kMary, .after = Position{kFirstEpoch, 5}}),
              ElementsAre(6, 1, 2));
}

TEST_P(MessageStoreContract, PagesGoOnWhereTheLastOneEnded) {
  std::vector<ChatMessage> all;
  for (std::uint8_t number = 1; number <= 5; ++number) all.push_back(message(number, number));
  append(all);
  const auto first = page({.conversation = kRoom, .reader = kMary, .limit = 2});
  EXPECT_TRUE(first->has_more);
  const auto last = page({.conversation = kRoom, .reader = kMary, .before = Position{kFirstEpoch, 3}, .limit = 2});
  EXPECT_FALSE(last->has_more);
  EXPECT_EQ(last->messages.size(), 2U);
  EXPECT_THAT(sequences({.conversation = kRoom, .reader = kMary, .before = Position{kFirstEpoch, 1}}), IsEmpty());
  EXPECT_THAT(sequences({.conversation = kRoom, .reader = kMary, .after = Position{kFirstEpoch, 2}, .limit = 2}),
              ElementsAre(3, 4));
}

TEST_P(MessageStoreContract, ShowsAConversationToItsMembersOnly) {
  append({message(1, 1)});
  EXPECT_EQ(page({.conversation = kRoom, .reader = kPeter}), std::nullopt);
  EXPECT_EQ(page({.conversation = kOtherRoom, .reader = kMary}), std::nullopt);
}

TEST_P(MessageStoreContract, KeepsConversationsApart) {
  database->add_member(kOtherRoom, kMary);
  append({message(1, 1), message(2, 2, kFirstEpoch, kOtherRoom)});
  EXPECT_THAT(sequences({.conversation = kRoom, .reader = kMary}), ElementsAre(1));
  EXPECT_THAT(sequences({.conversation = kOtherRoom, .reader = kMary}), ElementsAre(2));
}

TEST_P(MessageStoreContract, APageSaysHowFarItsConversationIs) {
  append({message(1, 1), message(2, 2), message(3, 3, kFirstEpoch, kOtherRoom)});
  EXPECT_THAT(reached(), Optional(Position{kFirstEpoch, 2}));
  EXPECT_TRUE(store->append(std::vector{skipped(7, kNextEpoch)}).has_value());
  EXPECT_THAT(page({.conversation = kRoom, .reader = kMary, .before = Position{kFirstEpoch, 2}})->reached,
              Optional(Position{kNextEpoch, 7}));
}

TEST_P(MessageStoreContract, TwoPeopleMayUseTheSameClientId) {
  auto first = message(1, 1);
  auto same_second = message(2, 2);
  auto later = message(3, 3);
  same_second.author = later.author = kMary;
  same_second.client_id = later.client_id = first.client_id;
  same_second.sent_at = first.sent_at;
  later.sent_at = first.sent_at + std::chrono::minutes(10);
  EXPECT_EQ(append({first, same_second, later}).stored, 3U);
}

TEST_P(MessageStoreContract, PreviewsWhatAPageWillShow) {
  append({message(1, 1), message(2, 2)});
  const std::vector<ChatMessage> tail = {message(2, 2), message(1, 3), message(4, 4), message(5, 5), message(4, 6)};
  const auto preview = store->preview(tail).value();  // the first is stored meanwhile; 1 and 4 are repeated
  ASSERT_EQ(preview.size(), 3U);
  EXPECT_EQ(preview[0].message, message(2, 2));
  EXPECT_EQ(preview[1].message, message(4, 4));
  EXPECT_EQ(preview[2].message, message(5, 5));
  EXPECT_EQ(preview[1].username, "peter");
  EXPECT_EQ(preview[1].display_name, "PETER");
  append(tail);
  EXPECT_THAT(sequences({.conversation = kRoom, .reader = kMary, .after = Position{kFirstEpoch, 1}}),
              ElementsAre(2, 4, 5));
}

TEST_P(MessageStoreContract, PreviewsMessagesOfPeopleWhoAreGone) {
  auto orphan = message(1, 1);
  orphan.author = uuid(99);
  const auto preview = store->preview(std::vector{orphan}).value();
  ASSERT_EQ(preview.size(), 1U);
  EXPECT_EQ(preview[0].username, "");
}

TEST_P(MessageStoreContract, ShowsMessagesOfPeopleWhoAreGone) {
  auto orphan = message(1, 1);
  orphan.author = uuid(99);
  append({orphan});
  const auto rows = page({.conversation = kRoom, .reader = kMary})->messages;
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].message.author, uuid(99));
  EXPECT_EQ(rows[0].username, "");
}

TEST_P(MessageStoreContract, AroundAMessageHasAsManyOnEitherSideNewestFirst) {
  std::vector<ChatMessage> all;
  for (std::uint8_t number = 1; number <= 9; ++number) all.push_back(message(number, number));
  append(all);
  const auto around = [](std::uint64_t sequence, std::size_t limit) {
    return HistoryQuery{
        .conversation = kRoom, .reader = kMary, .around = Position{kFirstEpoch, sequence}, .limit = limit};
  };
  EXPECT_THAT(sequences(around(5, 5)), ElementsAre(7, 6, 5, 4, 3));
  EXPECT_THAT(sequences(around(5, 4)), ElementsAre(7, 6, 5, 4));
  EXPECT_THAT(sequences(around(5, 1)), ElementsAre(5));
  EXPECT_TRUE(page(around(5, 5))->has_more);
  EXPECT_TRUE(page(around(5, 5))->has_newer);
  EXPECT_THAT(sequences(around(9, 5)), ElementsAre(9, 8, 7));
  EXPECT_FALSE(page(around(9, 5))->has_newer);
  EXPECT_THAT(sequences(around(1, 5)), ElementsAre(3, 2, 1));
  EXPECT_FALSE(page(around(1, 5))->has_more);
  EXPECT_THAT(sequences(around(20, 4)), ElementsAre(9, 8));  // no such message
}

TEST_P(MessageStoreContract, PagesCrossMonthsAndYears) {
  std::map<std::uint64_t, ChatMessage> all;
  for (std::uint8_t number = 1; number <= 12; ++number) {
    all[number] = message(number, number, number < 7 ? kFirstEpoch : kNextEpoch);
    all[number].sent_at += std::chrono::days(25) * number;
  }
  for (const auto& [number, one] : all) append({one});
  EXPECT_THAT(sequences({.conversation = kRoom, .reader = kMary, .limit = 5}), ElementsAre(12, 11, 10, 9, 8));
  EXPECT_TRUE(page({.conversation = kRoom, .reader = kMary, .limit = 11})->has_more);
  EXPECT_FALSE(page({.conversation = kRoom, .reader = kMary, .limit = 12})->has_more);
  EXPECT_THAT(sequences({.conversation = kRoom, .reader = kMary, .before = Position{kNextEpoch, 9}, .limit = 4}),
              ElementsAre(8, 7, 6, 5));
  EXPECT_THAT(sequences({.conversation = kRoom, .reader = kMary, .after = Position{kFirstEpoch, 4}, .limit = 4}),
              ElementsAre(5, 6, 7, 8));
  EXPECT_THAT(sequences({.conversation = kRoom, .reader = kMary, .around = Position{kFirstEpoch, 6}, .limit = 5}),
              ElementsAre(8, 7, 6, 5, 4));
  EXPECT_EQ(append({all[3], all[11]}).repeated, 2U);
}

TEST_P(MessageStoreContract, ALaterEpochIsNewerWhateverItsClockSaid) {
  auto future = message(1, 1);
  future.sent_at += std::chrono::days(400);
  append({future});
  append({message(2, 1, kNextEpoch), message(3, 2, kNextEpoch)});
  EXPECT_THAT(page({.conversation = kRoom, .reader = kMary})->messages.back().message, future);
  EXPECT_THAT(sequences({.conversation = kRoom, .reader = kMary, .before = Position{kNextEpoch, 2}}),
              ElementsAre(1, 1));
}

TEST_P(MessageStoreContract, AMessageThatComesLateStandsInItsPlace) {
  append({message(2, 2)});
  append({message(1, 1)});  // before all that the store knows of that month
  EXPECT_THAT(sequences({.conversation = kRoom, .reader = kMary}), ElementsAre(2, 1));
  EXPECT_THAT(sequences({.conversation = kRoom, .reader = kMary, .after = Position{}}), ElementsAre(1, 2));
}

TEST_P(MessageStoreContract, PeopleDoNotOccupyEachOthersIds) {
  auto marys = message(1, 2);
  marys.author = kMary;
  const auto elsewhere = message(1, 3, kFirstEpoch, kOtherRoom);
  EXPECT_EQ(append({message(1, 1), marys, elsewhere}).stored, 3U);
  EXPECT_EQ(store->preview(std::vector{marys, message(1, 9)}).value().size(), 1U);
}

TEST_P(MessageStoreContract, KeepsHostileTextsAsTheyAre) {
  const std::vector<std::string> hostile = {"'; DROP TABLE message; --",
                                            "\\x00 \\N \\. {\"a\",NULL}",
                                            "$1 ?1 :a @b %s %n",
                                            "a\tb\r\nc\x01\x1F\x7F",
                                            "\u202Eabc\u202C \u200F\u05E9\u05DC\u05D5\u05DD",
                                            "\U0001F469\u200D\U0001F469\u200D\U0001F467 \U0001D11E \U0010FFFF",
                                            "e\u0301\u0301\u0301",
                                            std::string(16'384, '\''),
                                            "\uFEFF\uFFFD\uFFFE",
                                            "NULL",
                                            "{}",
                                            "\"",
                                            ","};
  std::vector<ChatMessage> all;
  for (const std::string& text : hostile) {
    const auto number = static_cast<std::uint8_t>(all.size() + 1);
    all.push_back(message(number, number));
    all.back().text = text;
    all.back().client_id = text;
  }
  EXPECT_EQ(append(all).stored, all.size());
  const auto rows = page({.conversation = kRoom, .reader = kMary, .after = Position{}})->messages;
  ASSERT_EQ(rows.size(), all.size());
  for (std::size_t index = 0; index < all.size(); ++index) EXPECT_EQ(rows[index].message, all[index]);
}

TEST_P(MessageStoreContract, ATextWithNulOrNoUtf8IsKeptAsItIsOrRefusedAlone) {
  database->add_member(kOtherRoom, kMary);
  std::uint8_t number = 0;
  for (const std::string& text : {std::string("a\0b", 3), std::string("\xC3("), std::string("\xED\xA0\x80")}) {
    ++number;
    auto odd = message(number, number);
    odd.text = text;
    const Appended appended =
        append({odd, message(static_cast<std::uint8_t>(number + 10), number + 10U, kFirstEpoch, kOtherRoom)});
    EXPECT_EQ(appended.stored + appended.left_out.size(), 2U);
    EXPECT_EQ(page({.conversation = kOtherRoom, .reader = kMary})->messages.size(), number);
    if (appended.left_out.empty()) {
      EXPECT_EQ(page({.conversation = kRoom, .reader = kMary})->messages.at(0).message.text, text);
    } else {
      EXPECT_EQ(appended.left_out[0].index, 0U);
      EXPECT_NE(appended.left_out[0].reason, "");
    }
  }
}

TEST_P(MessageStoreContract, OfManyThatAreRefusedEachIsFound) {
  database->refuse_text("no");
  std::vector<ChatMessage> all;
  std::vector<std::size_t> refused;
  for (std::uint8_t number = 1; number <= 60; ++number) {
    all.push_back(message(number, number, kFirstEpoch, uuid(static_cast<std::uint8_t>(100 + number % 20))));
    if (number % 20 < 3 && number > 20) all.back().text = "no";
  }
  const Appended appended = append(all);
  EXPECT_EQ(appended.stored, 54U);
  ASSERT_EQ(appended.left_out.size(), 6U);
  for (const LeftOut& left : appended.left_out) refused.push_back(left.index + 1);
  EXPECT_THAT(refused, ElementsAre(21, 22, 40, 41, 42, 60));
  EXPECT_THAT(appended.left_out[2].reason, testing::HasSubstr("not this one"));
  EXPECT_EQ(appended.left_out[3].reason, "");  // behind 21
}

INSTANTIATE_TEST_SUITE_P(Adapters, MessageStoreContract, every_adapter(), name_of_adapter);
INSTANTIATE_TEST_SUITE_P(Between, MessageStoreContract,
                         testing::Values(Adapter{"pgbouncer", test::make_pgbouncer_message_database}), name_of_adapter);

}  // namespace
}  // namespace fanfare::workers::store
