// The records of `$groups`: what is written is read back, anything else is refused.

#include <gtest/gtest.h>

#include <random>

#include "broker/core/groups/dead_letter.hpp"
#include "broker/core/groups/state_format.hpp"
#include "broker/core/groups/state_loader.hpp"

namespace fanfare::broker::core::groups {
namespace {

GroupState sample() {
  GroupState state;
  state.name = "work";
  state.settings.pattern = "chat.>";
  state.settings.order = protocol::GroupOrder::key;
  state.stream = "chat";
  state.epoch = Uuid{{1, 2, 3}};
  state.floor = 10;
  state.finished.add(12, 20);
  state.finished.add(25);
  state.failures = {{11, 2}, {30, 4}};
  state.term = 3;
  state.dead.add(1, 4);
  state.returned = {{5, 9}};
  return state;
}

std::map<std::string, LoadedGroup, std::less<>> load(const std::vector<std::string>& payloads) {
  StateLoader loader;
  std::uint64_t sequence = 0;
  for (const auto& payload : payloads) EXPECT_TRUE(loader.take(payload, ++sequence));
  return loader.take_groups();
}

TEST(GroupStateFormat, ASnapshotComesBackAsItWas) {
  const auto payloads = encode_snapshot(sample());
  ASSERT_EQ(payloads.size(), 1U);
  const auto groups = load(payloads);
  EXPECT_EQ(groups.at("work").state, sample());
  EXPECT_EQ(groups.at("work").snapshot, 1U);
}

TEST(GroupStateFormat, LargeSnapshotsComeInPartsOfBoundedSize) {
  auto state = sample();
  for (std::uint64_t i = 0; i < 100'000; ++i) state.finished.add(100 + 2 * i);
  for (std::uint64_t i = 0; i < 10'000; ++i) state.failures.emplace(101 + 2 * i, 1);
  state.finished.add(1'000'000, 9'000'000);
  const auto payloads = encode_snapshot(state);
  EXPECT_GT(payloads.size(), 4U);
  for (const auto& payload : payloads) EXPECT_LE(payload.size(), kMaxStatePayload);
  EXPECT_EQ(load(payloads).at("work").state, state);

  auto cut = payloads;
  cut.pop_back();
  EXPECT_TRUE(load(cut).empty());
  auto twice = cut;  // a disk that was full in between
  twice.insert(twice.end(), payloads.begin(), payloads.end());
  EXPECT_EQ(load(twice).at("work").state, state);
}

TEST(GroupStateFormat, ChangesApplyToTheSnapshotBeforeThem) {
  const GroupChanges changes{.dead = {7},
                             .dropped = {1},
                             .finished = {13, 21, 22, 30},
                             .returned = {{6, 3}},
                             .failures = {{40, 1}},
                             .floor = 11,
                             .term = 4};
  auto payloads = encode_snapshot(sample());
  payloads.push_back(encode_changes("work", changes).at(0));
  auto expected = sample();
  apply(expected, changes);
  EXPECT_EQ(load(payloads).at("work").state, expected);

  EXPECT_TRUE(load(encode_changes("work", changes)).empty());  // its snapshot is no more
  payloads.push_back(encode_dropped("work"));
  EXPECT_TRUE(load(payloads).empty());
}

TEST(GroupStateFormat, ManyChangesApplyPieceByPiece) {
  GroupChanges changes;
  for (std::uint64_t i = 0; i < 100'000; ++i) changes.finished.push_back(50 + 2 * i);
  const auto pieces = encode_changes("work", changes);
  EXPECT_GT(pieces.size(), 1U);
  auto payloads = encode_snapshot(sample());
  payloads.insert(payloads.end(), pieces.begin(), pieces.end());
  auto expected = sample();
  apply(expected, changes);
  EXPECT_EQ(load(payloads).at("work").state, expected);
}

TEST(GroupStateFormat, NothingThatIsCutOrLongerIsARecord) {
  const auto whole = encode_snapshot(sample()).at(0);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto record = decode_group_record(std::string_view(whole).substr(0, size));
    if (!record) continue;  // it may have been cut between two items: then it is one with fewer
    EXPECT_NE(std::get<SnapshotPart>(record->what).state, sample());
  }
  EXPECT_FALSE(decode_group_record(whole + "x"));
  auto later = whole;
  later[0] = 2;
  EXPECT_FALSE(decode_group_record(later));
  EXPECT_FALSE(decode_group_record(encode_dropped("no.name")));
}

TEST(GroupStateFormat, NoBytesBringItDown) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE(seed);
  std::mt19937 random(seed);
  const auto whole = encode_snapshot(sample()).at(0);
  for (int i = 0; i < 20'000; ++i) {
    auto bytes = whole;
    for (int j = 0; j < 3; ++j) bytes[random() % bytes.size()] = static_cast<char>(random());
    static_cast<void>(decode_group_record(bytes));
  }
}

TEST(DeadLetterId, IsTheSameForTheSameMessageOnly) {
  const Uuid epoch{{1}};
  EXPECT_EQ(letter_id("work", epoch, 5), letter_id("work", epoch, 5));
  std::set<Uuid> ids;
  for (const auto* group : {"work", "mail", "worj"}) {
    for (std::uint8_t e = 0; e < 10; ++e) {
      for (std::uint64_t sequence = 1; sequence <= 100; ++sequence) ids.insert(letter_id(group, Uuid{{e}}, sequence));
    }
  }
  EXPECT_EQ(ids.size(), 3'000U);
}

}  // namespace
}  // namespace fanfare::broker::core::groups
