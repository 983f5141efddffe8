#include "workers/store/conversation_store.hpp"

#include <gtest/gtest.h>

#include <future>
#include <set>

#include "tests/integration/workers/store/account_stores_fixture.hpp"

namespace fanfare::workers::store::test {
namespace {

NewConversation direct(const Uuid& founder, const Uuid& other) {
  return {.id = common::new_id(kNow),
          .kind = ConversationKind::kDirect,
          .created_at = kNow,
          .founder = founder,
          .others = {other}};
}

NewConversation room(const std::string& title, const Uuid& founder, std::vector<Uuid> others,
                     common::TimePoint created_at = kNow) {
  return {.id = common::new_id(created_at),
          .kind = ConversationKind::kRoom,
          .title = title,
          .created_at = created_at,
          .founder = founder,
          .others = std::move(others)};
}

class ConversationStoreTest : public AccountStoresTest {
 protected:
  CreatedConversation create(const NewConversation& wanted) {
    return stores->conversations().create(wanted).value().value();
  }
  std::optional<Position> read(const Uuid& person, const Uuid& conversation, const Position& position) {
    return stores->conversations().read(person, conversation, position, kNow).value();
  }
  /// The newest of the person's.
  Conversation listed(const Uuid& person, common::TimePoint now) {
    return stores->conversations().list(person, std::nullopt, 1, now).value().conversations.at(0);
  }
  std::vector<OutboxRow> outbox() { return stores->outbox().pending(1000).value(); }

  const Uuid anna = add_person("anna");
  const Uuid paul = add_person("paul");
  const Uuid zoe = add_person("zoe");
};

TEST_P(ConversationStoreTest, MakesADirectConversationOnce) {
  const auto first = create(direct(anna, paul));
  EXPECT_TRUE(first.created);
  EXPECT_EQ(first.conversation.kind, ConversationKind::kDirect);
  EXPECT_EQ(first.conversation.title, std::nullopt);
  EXPECT_EQ(first.conversation.member_count, 2);
  ASSERT_EQ(first.conversation.members.size(), 2);
  EXPECT_EQ(first.conversation.members[0].id, anna);
  const auto again = create(direct(paul, anna));
  EXPECT_FALSE(again.created);
  EXPECT_EQ(again.conversation.id, first.conversation.id);
  EXPECT_TRUE(create(direct(anna, zoe)).created);
}

TEST_P(ConversationStoreTest, MakesADirectConversationOnceWhenBothBeginItAtTheSameTime) {
  const auto begin = [this](const Uuid& founder, const Uuid& other) {
    const auto own = database->open();
    std::set<Uuid> ids;
    for (int i = 0; i < 20; ++i) {
      ids.insert(own->conversations().create(direct(founder, other)).value().value().conversation.id);
    }
    return ids;
  };
  auto one = std::async(std::launch::async, begin, anna, paul);
  auto other = std::async(std::launch::async, begin, paul, anna);
  const auto ids = one.get();
  EXPECT_EQ(ids.size(), 1);
  EXPECT_EQ(ids, other.get());
  EXPECT_EQ(outbox().size(), 3);
}

TEST_P(ConversationStoreTest, MakesNothingWithPeopleWhoDoNotExist) {
  const Uuid nobody = common::new_id(kNow);
  EXPECT_FALSE(stores->conversations().create(direct(anna, nobody)).value());
  EXPECT_FALSE(stores->conversations().create(room("r", anna, {paul, nobody})).value());
  EXPECT_FALSE(stores->conversations().create(room("r", nobody, {paul})).value());
  EXPECT_TRUE(stores->conversations().list(anna, std::nullopt, 50, kNow).value().conversations.empty());
  EXPECT_TRUE(outbox().empty());
}

TEST_P(ConversationStoreTest, TellsEverybodyOfANewOneInTheOrderOfTheCommits) {
  const auto first = create(direct(anna, paul)).conversation.id;
  const auto second = create(room("r", anna, {zoe})).conversation.id;
  const auto rows = outbox();
  ASSERT_EQ(rows.size(), 6);
  std::set<Uuid> ids;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(rows[i].change, i + 1);
    EXPECT_EQ(rows[i].conversation, i < 3 ? first : second);
    EXPECT_TRUE(ids.insert(rows[i].message_id).second);
  }
  EXPECT_EQ(rows[0].kind, ChangeKind::kConversationChanged);
  EXPECT_TRUE(rows[0].person.is_nil());
  EXPECT_EQ(rows[1].kind, ChangeKind::kConversationAdded);
  EXPECT_EQ(rows[1].person, anna);
  EXPECT_EQ(rows[2].person, paul);
  EXPECT_EQ(rows[5].person, zoe);
}

TEST_P(ConversationStoreTest, ListsOnesOwnNewestFirstInPages) {
  std::vector<Uuid> made;
  for (int i = 0; i < 5; ++i) {
    made.push_back(create(room(std::to_string(i), anna, {paul}, kNow + std::chrono::seconds(i))).conversation.id);
  }
  create(room("others", paul, {zoe}));
  const auto first = stores->conversations().list(anna, std::nullopt, 3, kNow).value();
  ASSERT_EQ(first.conversations.size(), 3);
  EXPECT_TRUE(first.has_more);
  EXPECT_EQ(first.conversations[0].id, made[4]);
  EXPECT_EQ(first.conversations[0].title, "4");
  const auto second = stores->conversations().list(anna, first.conversations.back().id, 3, kNow).value();
  ASSERT_EQ(second.conversations.size(), 2);
  EXPECT_FALSE(second.has_more);
  EXPECT_EQ(second.conversations[1].id, made[0]);
}

TEST_P(ConversationStoreTest, ShowsTheFirstThreeMembersOfARoomAndCountsAll) {
  std::vector<Uuid> others = {paul, zoe};
  for (int i = 0; i < 5; ++i) others.push_back(add_person("p" + std::to_string(i)));
  const auto made = create(room("r", anna, others)).conversation;
  EXPECT_EQ(made.member_count, 8);
  ASSERT_EQ(made.members.size(), 3);
  EXPECT_EQ(made.members[0].id, anna);
  EXPECT_EQ(made.members[1].id, paul);
  EXPECT_EQ(made.members[2].id, zoe);
}

TEST_P(ConversationStoreTest, ListsMembersInPagesToMembersOnly) {
  const Uuid id = create(room("r", anna, {paul})).conversation.id;
  const auto first = stores->conversations().members(paul, id, std::nullopt, 1).value().value();
  ASSERT_EQ(first.members.size(), 1);
  EXPECT_EQ(first.members[0].person.id, anna);
  EXPECT_EQ(first.members[0].role, Role::kOwner);
  ASSERT_TRUE(first.next);
  const auto second = stores->conversations().members(paul, id, first.next, 1).value().value();
  ASSERT_EQ(second.members.size(), 1);
  EXPECT_EQ(second.members[0].person.id, paul);
  EXPECT_EQ(second.members[0].role, Role::kMember);
  EXPECT_FALSE(second.next);
  EXPECT_FALSE(stores->conversations().members(zoe, id, std::nullopt, 10).value());
  EXPECT_FALSE(stores->conversations().members(anna, common::new_id(kNow), std::nullopt, 10).value());
}

TEST_P(ConversationStoreTest, AnswersForRightsWithTheChangeTheyWereReadAt) {
  EXPECT_EQ(stores->conversations().access(anna, common::new_id(kNow)).value().change, 0);
  const Uuid id = create(room("r", anna, {paul})).conversation.id;
  const auto annas = stores->conversations().access(anna, id).value();
  EXPECT_EQ(annas.role, Role::kOwner);
  EXPECT_EQ(annas.change, 3);
  const auto zoes = stores->conversations().access(zoe, id).value();
  EXPECT_EQ(zoes.role, std::nullopt);
  EXPECT_EQ(zoes.change, 3);
  EXPECT_TRUE(stores->outbox().remove(3));
  EXPECT_EQ(stores->conversations().access(zoe, id).value().change, 3) << "also when all is published";
}

TEST_P(ConversationStoreTest, KnowsHowFarEachHasReadAndNeverGoesBack) {
  const Uuid id = create(room("r", anna, {paul})).conversation.id;
  const Position first{common::new_id(kNow), 5};
  const Position later{first.epoch, 900};
  const Position next_life{common::new_id(kNow + std::chrono::hours(1)), 1};
  EXPECT_EQ(listed(anna, kNow).read, std::nullopt);
  EXPECT_EQ(read(anna, id, first), first);
  EXPECT_EQ(read(anna, id, later), later);
  EXPECT_EQ(read(anna, id, first), later) << "came late";
  EXPECT_EQ(read(anna, id, next_life), next_life);
  EXPECT_EQ(read(anna, id, later), next_life) << "epochs sort by time";
  EXPECT_EQ(read(anna, id, {next_life.epoch, kMaxSequence}), (Position{next_life.epoch, kMaxSequence}));
  EXPECT_EQ(listed(anna, kNow).read, (Position{next_life.epoch, kMaxSequence}));
  EXPECT_EQ(listed(paul, kNow).read, std::nullopt) << "to each their own";
  EXPECT_EQ(outbox().size(), 3) << "nobody is told";
}

TEST_P(ConversationStoreTest, LetsNobodyElseReadOrMute) {
  const Uuid id = create(room("r", anna, {paul})).conversation.id;
  for (const Uuid& conversation : {id, common::new_id(kNow)}) {
    EXPECT_EQ(read(zoe, conversation, {id, 1}), std::nullopt);
    EXPECT_FALSE(stores->conversations().mute(zoe, conversation, {}).value());
    EXPECT_FALSE(stores->conversations().unmute(zoe, conversation).value());
  }
}

TEST_P(ConversationStoreTest, MutesUntilATimeOrUntilItIsTakenBack) {
  const Uuid id = create(room("r", anna, {paul})).conversation.id;
  const Mute short_one{kNow + std::chrono::milliseconds(1)};
  EXPECT_EQ(listed(anna, kNow).muted, std::nullopt);
  EXPECT_TRUE(stores->conversations().unmute(anna, id).value()) << "also one that is not muted";
  EXPECT_TRUE(stores->conversations().mute(anna, id, short_one).value());
  EXPECT_EQ(listed(anna, kNow).muted, short_one);
  EXPECT_EQ(listed(anna, *short_one.until).muted, std::nullopt) << "it has ended";
  EXPECT_EQ(listed(paul, kNow).muted, std::nullopt) << "to each their own";
  EXPECT_TRUE(stores->conversations().mute(anna, id, {}).value());
  EXPECT_EQ(listed(anna, kNow + std::chrono::years(100)).muted, Mute{});
  EXPECT_TRUE(stores->conversations().mute(anna, id, short_one).value());
  EXPECT_EQ(listed(anna, kNow).muted, short_one) << "in the other's place";
  EXPECT_TRUE(stores->conversations().unmute(anna, id).value());
  EXPECT_EQ(listed(anna, kNow).muted, std::nullopt);
}

TEST_P(ConversationStoreTest, ShowsADirectOneThatIsBegunAgainAsWhoBeginsItSeesIt) {
  const Uuid id = create(direct(anna, paul)).conversation.id;
  EXPECT_EQ(read(paul, id, {id, 3}), (Position{id, 3}));
  EXPECT_TRUE(stores->conversations().mute(paul, id, {}).value());
  const auto again = create(direct(paul, anna)).conversation;
  EXPECT_EQ(again.read, (Position{id, 3}));
  EXPECT_EQ(again.muted, Mute{});
  EXPECT_EQ(create(direct(anna, paul)).conversation.muted, std::nullopt);
}

TEST_P(ConversationStoreTest, KeepsTheFurthestWhenSeveralReadAtOnce) {
  const Uuid id = create(direct(anna, paul)).conversation.id;
  const auto read_on = [&](std::uint64_t first) {
    const auto own = database->open();
    bool is_forward = true;
    std::uint64_t last = 0;
    for (std::uint64_t sequence = first; sequence <= 40; sequence += 2) {
      const auto now_at = own->conversations().read(anna, id, {id, sequence}, kNow).value().value().sequence;
      is_forward = is_forward && now_at >= last && now_at >= sequence;
      last = now_at;
    }
    return is_forward;
  };
  auto one = std::async(std::launch::async, read_on, 1);
  auto other = std::async(std::launch::async, read_on, 2);
  EXPECT_TRUE(one.get());
  EXPECT_TRUE(other.get());
  EXPECT_EQ(listed(anna, kNow).read, (Position{id, 40}));
}

INSTANTIATE_TEST_SUITE_P(Each, ConversationStoreTest, testing::ValuesIn(account_databases()), name_of_database);

}  // namespace
}  // namespace fanfare::workers::store::test
