// How many messages are new to somebody, as every adapter of MessageStore counts them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "tests/integration/workers/store/message_store_contract.hpp"

namespace fanfare::workers::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::chrono::hours kMonth{31 * 24};

class UnreadContract : public MessageStoreContract {
 protected:
  /// With another id for each, so that there may be many.
  static ChatMessage numbered(std::uint64_t sequence, const Uuid& author = kPeter, const Uuid& epoch = kFirstEpoch,
                              const Uuid& conversation = kRoom) {
    ChatMessage made = message(1, sequence, epoch, conversation);
    made.author = author;
    made.id.bytes[8] = epoch.bytes[15];
    made.id.bytes[9] = conversation.bytes[15];
    made.id.bytes[13] = static_cast<std::uint8_t>(sequence >> 8U);
    made.id.bytes[14] = static_cast<std::uint8_t>(sequence);
    return made;
  }
  static ChatMessage later(ChatMessage message, std::chrono::milliseconds by) {
    message.sent_at += by;
    return message;
  }

  std::vector<Unread> unread(const std::vector<Uuid>& conversations, std::size_t limit = 100) {
    return store->unread({.reader = kMary, .conversations = conversations, .limit = limit}).value();
  }
  std::size_t count(const Uuid& conversation = kRoom) { return unread({conversation}).at(0).count; }
  void read(std::uint64_t sequence, const Uuid& epoch = kFirstEpoch, const Uuid& conversation = kRoom) {
    database->mark_read(conversation, kMary, {epoch, sequence});
  }
};

TEST_P(UnreadContract, AreThoseBehindTheReadPosition) {
  EXPECT_EQ(count(), 0U) << "no messages at all";
  append({numbered(3), numbered(5), numbered(8)});
  EXPECT_EQ(count(), 3U) << "nothing was read";
  read(3);
  EXPECT_EQ(count(), 2U);
  read(7);
  EXPECT_EQ(count(), 1U) << "a position without a message";
  read(8);
  EXPECT_EQ(count(), 0U);
  read(900);
  EXPECT_EQ(count(), 0U) << "not in the database yet";
  append({numbered(901)});
  EXPECT_EQ(count(), 1U);
}

TEST_P(UnreadContract, AreThoseBehindOnesOwnLastMessage) {
  append({numbered(1), numbered(2, kMary), numbered(3), numbered(4, kMary), numbered(5), numbered(6)});
  EXPECT_EQ(count(), 2U);
  read(5);
  EXPECT_EQ(count(), 1U);
  append({numbered(7, kMary)});
  EXPECT_EQ(count(), 0U);
}

TEST_P(UnreadContract, AreCountedUpToALimit) {
  std::vector<ChatMessage> all;
  for (std::uint64_t sequence = 1; sequence <= 100; ++sequence) all.push_back(numbered(sequence));
  append(all);
  EXPECT_THAT(unread({kRoom}), ElementsAre(Unread{kRoom, 100, false}));
  append({numbered(101)});
  EXPECT_THAT(unread({kRoom}), ElementsAre(Unread{kRoom, 100, true}));
  EXPECT_THAT(unread({kRoom}, 3), ElementsAre(Unread{kRoom, 3, true}));
  read(98);
  EXPECT_THAT(unread({kRoom}, 3), ElementsAre(Unread{kRoom, 3, false}));
}

TEST_P(UnreadContract, AreCountedAcrossEpochsAndMonths) {
  append({numbered(5), later(numbered(6), kMonth), later(numbered(7), 3 * kMonth),
          later(numbered(1, kPeter, kNextEpoch), 3 * kMonth), later(numbered(2, kPeter, kNextEpoch), 5 * kMonth)});
  EXPECT_EQ(count(), 5U);
  read(5);
  EXPECT_EQ(count(), 4U);
  read(6);
  EXPECT_EQ(count(), 3U);
  read(900);
  EXPECT_EQ(count(), 2U) << "an epoch's positions say nothing of the next one's";
  read(1, kNextEpoch);
  EXPECT_EQ(count(), 1U);
  append({later(numbered(3, kMary, kNextEpoch), 5 * kMonth), later(numbered(4, kPeter, kNextEpoch), 6 * kMonth)});
  EXPECT_EQ(count(), 1U) << "one's own message is in another month";
}

TEST_P(UnreadContract, AreToldInTheOrderOfTheQuestionAndToMembersOnly) {
  const Uuid others = uuid(102);
  database->add_member(kOtherRoom, kMary);
  database->add_member(others, kPeter);
  append({numbered(1), numbered(2, kPeter, kFirstEpoch, kOtherRoom), numbered(3, kPeter, kFirstEpoch, kOtherRoom),
          numbered(4, kPeter, kFirstEpoch, others)});
  EXPECT_THAT(unread({kOtherRoom, others, uuid(103), kRoom}),
              ElementsAre(Unread{kOtherRoom, 2, false}, Unread{kRoom, 1, false}));
  EXPECT_THAT(unread({others}), IsEmpty());
  EXPECT_THAT(unread({}), IsEmpty());
  read(3, kFirstEpoch, kOtherRoom);
  EXPECT_THAT(unread({kRoom, kOtherRoom}), ElementsAre(Unread{kRoom, 1, false}, Unread{kOtherRoom, 0, false}));
}

TEST_P(UnreadContract, AreCountedAsOneWouldWhateverLiesWhere) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 chance(seed);
  const auto one_of = [&](std::size_t count) {
    return std::uniform_int_distribution<std::size_t>(0, count - 1)(chance);
  };
  std::vector<Uuid> rooms;
  std::map<Uuid, std::vector<ChatMessage>> messages;
  for (std::uint8_t number = 110; number < 122; ++number) {
    rooms.push_back(uuid(number));
    database->add_member(rooms.back(), kMary);
  }
  std::vector<ChatMessage> all;
  std::chrono::milliseconds time{0};
  for (std::uint64_t sequence = 1; sequence <= 240; ++sequence) {
    if (one_of(30) == 0) time += kMonth;
    const Uuid& epoch = sequence <= 120 ? kFirstEpoch : kNextEpoch;
    const Uuid& room = rooms[one_of(rooms.size())];
    all.push_back(later(numbered(sequence, one_of(12) == 0 ? kMary : kPeter, epoch, room), time));
    messages[room].push_back(all.back());
  }
  append(all);
  std::vector<Unread> expected;
  for (const Uuid& room : rooms) {
    const bool has_read = one_of(3) > 0;
    const std::uint64_t sequence = 1 + one_of(240);
    const Position position{sequence <= 120 ? kFirstEpoch : kNextEpoch, sequence};
    if (has_read) read(sequence, position.epoch, room);
    std::size_t count = 0;
    const auto& own = messages[room];
    for (auto each = own.rbegin(); each != own.rend() && each->author != kMary; ++each) {
      if (has_read && each->position <= position) break;
      ++count;
    }
    expected.push_back({room, std::min<std::size_t>(count, 5), count > 5});
  }
  EXPECT_EQ(unread(rooms, 5), expected);
}

INSTANTIATE_TEST_SUITE_P(Each, UnreadContract, every_adapter(), name_of_adapter);

}  // namespace
}  // namespace fanfare::workers::store
