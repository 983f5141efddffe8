#include "workers/persistence/history_page.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <random>

namespace fanfare::workers::persistence {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::IsEmpty;

Position page_at(std::uint64_t sequence, std::uint8_t epoch = 1) {
  Position position{.sequence = sequence};
  position.epoch.bytes[0] = epoch;
  return position;
}

store::HistoryMessage page_row(std::uint64_t sequence, std::uint8_t epoch = 1, const std::string& text = "hi") {
  return {.message = {.text = text, .position = page_at(sequence, epoch)}, .username = {}, .display_name = {}};
}

std::vector<store::HistoryMessage> page_rows(std::initializer_list<std::uint64_t> sequences) {
  std::vector<store::HistoryMessage> rows;
  for (const std::uint64_t sequence : sequences) rows.push_back(page_row(sequence));
  return rows;
}

/// What the database gives that is behind the journal.
store::HistoryPage stored_page(std::vector<store::HistoryMessage> rows, bool has_more, const Position& reached) {
  return {.messages = std::move(rows), .has_more = has_more, .reached = reached};
}

std::vector<std::uint64_t> sequences_of(const store::HistoryPage& page) {
  std::vector<std::uint64_t> numbers;
  for (const store::HistoryMessage& row : page.messages) numbers.push_back(row.message.position.sequence);
  return numbers;
}

TEST(HistoryPage, NewestFirstBeginsWithTheTail) {
  const auto page = merge({.limit = 4}, stored_page(page_rows({5, 3}), false, page_at(6)), page_rows({7, 9}));
  EXPECT_THAT(sequences_of(page), ElementsAre(9, 7, 5, 3));
  EXPECT_FALSE(page.has_more);
}

TEST(HistoryPage, HasTheNewestOfBothUpToTheLimit) {
  const auto page = merge({.limit = 3}, stored_page(page_rows({5, 3, 2}), false, page_at(6)), page_rows({7, 9}));
  EXPECT_THAT(sequences_of(page), ElementsAre(9, 7, 5));
  EXPECT_TRUE(page.has_more);
}

TEST(HistoryPage, BeforeACursorInTheTailGoesOnThere) {
  const store::HistoryQuery query{.before = page_at(9), .limit = 2};
  const store::HistoryPage stored = stored_page(page_rows({5, 3}), true, page_at(6));
  EXPECT_TRUE(needs_tail(query, stored));
  const auto page = merge(query, stored, page_rows({7, 8, 9, 11}));
  EXPECT_THAT(sequences_of(page), ElementsAre(8, 7));
  EXPECT_TRUE(page.has_more);
}

TEST(HistoryPage, AfterACursorEndsWithTheTail) {
  const store::HistoryQuery query{.after = page_at(3), .limit = 3};
  const auto page = merge(query, stored_page(page_rows({4, 5}), false, page_at(6)), page_rows({7, 9}));
  EXPECT_THAT(sequences_of(page), ElementsAre(4, 5, 7));
  EXPECT_TRUE(page.has_more);
  EXPECT_THAT(
      sequences_of(merge({.after = page_at(8), .limit = 3}, stored_page({}, false, page_at(6)), page_rows({7, 9}))),
      ElementsAre(9));
}

TEST(HistoryPage, HasEachMessageOnce) {
  const auto page = merge({.limit = 9}, stored_page(page_rows({6, 5}), false, page_at(6)), page_rows({5, 6, 7}));
  EXPECT_THAT(sequences_of(page), ElementsAre(7, 6, 5));
}

TEST(HistoryPage, OrdersALaterEpochBehind) {
  const auto page = merge({.limit = 9}, stored_page({page_row(8), page_row(7)}, false, page_at(8)), {page_row(1, 2)});
  EXPECT_THAT(sequences_of(page), ElementsAre(1, 8, 7));
}

TEST(HistoryPage, NeedsNoTailWhereTheDatabaseHasEverything) {
  EXPECT_FALSE(needs_tail({.before = page_at(6)}, stored_page({}, false, page_at(6))));
  EXPECT_FALSE(needs_tail({.after = page_at(1)}, stored_page(page_rows({2}), true, page_at(6))));
  EXPECT_TRUE(needs_tail({}, stored_page({}, false, page_at(6))));
  EXPECT_TRUE(needs_tail({.before = page_at(7)}, stored_page({}, false, page_at(6))));
  EXPECT_TRUE(needs_tail({.before = page_at(1)}, {}));
  EXPECT_TRUE(needs_tail({.after = page_at(1)}, stored_page(page_rows({2}), false, page_at(6))));
  EXPECT_TRUE(needs_tail({.around = page_at(3)}, stored_page(page_rows({3, 2}), true, page_at(6))));
  EXPECT_FALSE(needs_tail({.around = page_at(3)}, {.messages = page_rows({3, 2}), .has_newer = true, .reached = {}}));
}

/// The database that has reached some position, and the tail beyond it, against one that has everything.
TEST(HistoryPage, IsWhatTheDatabaseAloneWouldGiveOnceItHasCaughtUp) {
  const auto seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const auto up_to = [&](std::uint64_t most) { return std::uniform_int_distribution<std::uint64_t>(0, most)(random); };
  const auto page_of = [](const store::HistoryQuery& query, const Position& reached, const auto& all) {
    store::HistoryPage page{.reached = reached};
    if (query.around) {
      std::vector<store::HistoryMessage> newer;
      std::vector<store::HistoryMessage> older;
      for (const auto& row : all) {
        const Position& position = row.message.position;
        if (position <= reached) (position > *query.around ? newer : older).push_back(row);
      }
      const std::size_t most_newer = query.limit / 2;
      const std::size_t most_older = query.limit - most_newer;
      page.has_newer = newer.size() > most_newer;
      page.has_more = older.size() > most_older;
      if (page.has_newer) newer.resize(most_newer);
      if (page.has_more) older.erase(older.begin(), older.end() - static_cast<std::ptrdiff_t>(most_older));
      std::ranges::reverse_copy(newer, std::back_inserter(page.messages));
      std::ranges::reverse_copy(older, std::back_inserter(page.messages));
      return page;
    }
    for (const auto& row : all) {
      const Position& position = row.message.position;
      if (position > reached || (query.before && position >= *query.before) ||
          (query.after && position <= *query.after))
        continue;
      page.messages.push_back(row);
    }
    if (!query.after) std::ranges::reverse(page.messages);
    page.has_more = page.messages.size() > query.limit;
    if (page.has_more) page.messages.resize(query.limit);
    return page;
  };
  for (int round = 0; round < 2'000; ++round) {
    std::vector<store::HistoryMessage> all;
    for (std::uint64_t sequence = 1; sequence <= 20; ++sequence) {
      if (up_to(1) == 0) all.push_back(page_row(sequence, sequence < 10 ? 1 : 2));
    }
    const auto anywhere = [&] { return page_at(up_to(21), static_cast<std::uint8_t>(1 + up_to(1))); };
    store::HistoryQuery query{.limit = 1 + up_to(7)};
    const auto side = up_to(3);
    if (side == 1) query.before = anywhere();
    if (side == 2) query.after = anywhere();
    if (side == 3) query.around = anywhere();
    const Position reached = anywhere();
    auto page = page_of(query, reached, all);
    if (needs_tail(query, page)) {
      std::vector<store::HistoryMessage> tail;
      for (const auto& row : all) {
        if (row.message.position > reached) tail.push_back(row);
      }
      page = merge(query, std::move(page), std::move(tail));
    }
    const auto expected = page_of(query, page_at(99, 9), all);
    ASSERT_EQ(sequences_of(page), sequences_of(expected)) << "round " << round;
    ASSERT_EQ(page.has_more, expected.has_more) << "round " << round;
    ASSERT_EQ(page.has_newer, expected.has_newer) << "round " << round;
  }
}

TEST(HistoryPage, IsCutByItsBytesAndGoesOnThere) {
  store::HistoryPage page;
  for (std::uint64_t sequence = 100; sequence > 0; --sequence)
    page.messages.push_back(page_row(sequence, 1, std::string(4'000, 'x')));
  const std::string text = to_json({}, page, page_at(100));
  EXPECT_LE(text.size(), 120U << 10U);
  const json answer = json::parse(text);
  const std::size_t count = answer["messages"].size();
  EXPECT_GT(count, 20U);
  EXPECT_LT(count, 100U);
  EXPECT_EQ(answer["next"], page_at(answer["messages"][count - 1]["sequence"]).to_string());
  EXPECT_EQ(answer["resume"], page_at(100).to_string());
}

TEST(HistoryPage, AroundAMessageIsCutOnBothSidesAndGoesOnThere) {
  store::HistoryPage page;
  for (std::uint64_t sequence = 100; sequence > 0; --sequence)
    page.messages.push_back(page_row(sequence, 1, std::string(4'000, 'x')));
  const std::string text = to_json({.around = page_at(60)}, page, page_at(100));
  EXPECT_LE(text.size(), 120U << 10U);
  const json answer = json::parse(text);
  const json& messages = answer["messages"];
  ASSERT_GT(messages.size(), 20U);
  const std::uint64_t newest = messages.front()["sequence"];
  const std::uint64_t oldest = messages.back()["sequence"];
  EXPECT_EQ(newest - oldest, messages.size() - 1);
  EXPECT_NEAR(static_cast<double>(newest + oldest) / 2, 60.0, 1.0);
  EXPECT_EQ(answer["previous"], page_at(newest).to_string());
  EXPECT_EQ(answer["next"], page_at(oldest).to_string());
}

TEST(HistoryPage, AroundAMessageEndsWhereTheConversationEnds) {
  const store::HistoryPage page{.messages = page_rows({3, 2, 1})};
  const json answer = json::parse(to_json({.around = page_at(2)}, page, page_at(3)));
  EXPECT_EQ(answer["messages"].size(), 3U);
  EXPECT_EQ(answer["previous"], nullptr);
  EXPECT_EQ(answer["next"], nullptr);
}

TEST(HistoryPage, AroundAMessageSaysWhereNewerOnesBegin) {
  const store::HistoryPage page{.messages = page_rows({3, 2, 1}), .has_newer = true};
  EXPECT_EQ(json::parse(to_json({.around = page_at(2)}, page, page_at(9)))["previous"], page_at(3).to_string());
  const json nothing = json::parse(to_json({.around = page_at(2)}, {}, page_at(9)));
  EXPECT_EQ(nothing["previous"], nullptr);
  EXPECT_EQ(nothing["next"], nullptr);
}

TEST(HistoryPage, HoldsOneMessageHoweverLargeItIs) {
  const store::HistoryPage page{.messages = {page_row(2, 1, std::string(500, '"')), page_row(1)}};
  const json answer = json::parse(to_json({}, page, page_at(2), 10));
  EXPECT_EQ(answer["messages"].size(), 1U);
  EXPECT_EQ(answer["next"], page_at(2).to_string());
}

}  // namespace
}  // namespace fanfare::workers::persistence
