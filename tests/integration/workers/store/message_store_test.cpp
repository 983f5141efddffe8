// What every adapter of MessageStore promises.
#include "workers/store/message_store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/integration/workers/store/message_database.hpp"

namespace fanfare::workers::store {
namespace {

using test::uuid;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Optional;

const Uuid kRoom = uuid(100);
const Uuid kOtherRoom = uuid(101);
const Uuid kPeter = uuid(1);
const Uuid kMary = uuid(2);
const Uuid kFirstEpoch = uuid(200);
const Uuid kNextEpoch = uuid(201);

ChatMessage message(std::uint8_t id, std::uint64_t sequence, const Uuid& epoch = kFirstEpoch,
                    const Uuid& conversation = kRoom) {
  return {
      .id = uuid(id),
      .conversation = conversation,
      .author = kPeter,
      .client_id = "c" + std::to_string(id),
      .text = "text " + std::to_string(id),
      .position = {epoch, sequence},
      .sent_at = std::chrono::sys_time<std::chrono::milliseconds>(std::chrono::milliseconds(1'700'000'000'123 + id))};
}

ConversationRecord skipped(std::uint64_t sequence, const Uuid& epoch = kFirstEpoch, const Uuid& conversation = kRoom) {
  return {.conversation = conversation, .position = {epoch, sequence}};
}

struct Adapter {
  const char* name;
  std::unique_ptr<test::MessageDatabase> (*make)();
};

/// Part of the tests' names in lists.
void PrintTo(const Adapter& adapter, std::ostream* out) { *out << adapter.name; }

class MessageStoreContract : public testing::TestWithParam<Adapter> {
 protected:
  MessageStoreContract() {
    database->add_person(kPeter, "peter");
    database->add_person(kMary, "mary");
    database->add_member(kRoom, kMary);
  }

  Appended append(const std::vector<ChatMessage>& messages) {
    std::vector<ConversationRecord> records;
    for (const ChatMessage& one : messages) {
      records.push_back({.conversation = one.conversation, .position = one.position, .message = one});
    }
    return store->append(records).value();
  }

  std::optional<Position> reached(const Uuid& conversation = kRoom) {
    return page({.conversation = conversation, .reader = kMary})->reached;
  }

  std::optional<HistoryPage> page(HistoryQuery query) { return store->page(query).value(); }

  std::vector<std::uint64_t> sequences(const HistoryQuery& query) {
    std::vector<std::uint64_t> result;
    const auto found = page(query).value();
    for (const HistoryMessage& row : found.messages) result.push_back(row.message.position.sequence);
    return result;
  }

  std::unique_ptr<test::MessageDatabase> database = GetParam().make();
  std::unique_ptr<MessageStore> store = database->open_store();
};

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

INSTANTIATE_TEST_SUITE_P(Adapters, MessageStoreContract,
                         testing::Values(Adapter{"sqlite", test::make_sqlite_message_database},
                                         Adapter{"postgres", test::make_postgres_message_database}),
                         [](const auto& adapter) { return adapter.param.name; });

}  // namespace
}  // namespace fanfare::workers::store
