#include "workers/persistence/page_cut.hpp"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace fanfare::workers::persistence {
namespace {

std::vector<std::string> texts_of(std::initializer_list<std::size_t> sizes) {
  std::vector<std::string> texts;
  for (const std::size_t size : sizes) texts.emplace_back(size, 'x');
  return texts;
}

void expect_cut(const Cut& cut, std::size_t first, std::size_t last) {
  EXPECT_EQ(cut.first, first);
  EXPECT_EQ(cut.last, last);
}

TEST(PageCut, KeepsWhatFits) { expect_cut(cut_around(texts_of({4, 4, 4}), 1, 15), 0, 3); }

TEST(PageCut, FromTheFrontItKeepsWhatComesFirst) { expect_cut(cut_around(texts_of({4, 4, 4}), 0, 14), 0, 2); }

TEST(PageCut, CutsBothSidesEvenly) { expect_cut(cut_around(texts_of({4, 4, 4, 4, 4, 4, 4}), 3, 25), 1, 6); }

TEST(PageCut, GoesOnWithOneSideWhereTheOtherEnds) {
  expect_cut(cut_around(texts_of({4, 4, 4, 4}), 3, 15), 1, 4);
  expect_cut(cut_around(texts_of({90, 4, 4, 4}), 1, 25), 1, 4);
}

TEST(PageCut, KeepsTheMiddleHoweverLargeItIs) {
  expect_cut(cut_around(texts_of({1, 900, 1}), 1, 10), 1, 2);
  expect_cut(cut_around(texts_of({1, 900}), 7, 10), 1, 2);
  expect_cut(cut_around({}, 0, 10), 0, 0);
}

TEST(PageCut, ListsWhatIsKept) {
  const std::vector<std::string> texts = {"1", "2", "3"};
  EXPECT_EQ(list_of(texts, {1, 3}), "[2,3]");
  EXPECT_EQ(list_of(texts, {}), "[]");
}

TEST(PageCut, StaysWithinItsBytesAndKeepsTheMiddle) {
  const auto seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const auto up_to = [&](std::size_t most) { return std::uniform_int_distribution<std::size_t>(0, most)(random); };
  for (int round = 0; round < 1'000; ++round) {
    std::vector<std::string> texts(1 + up_to(20));
    for (std::string& text : texts) text.assign(up_to(30), 'x');
    const std::size_t middle = up_to(texts.size() - 1);
    const std::size_t bytes = up_to(300);
    const Cut cut = cut_around(texts, middle, bytes);
    ASSERT_LE(cut.first, middle);
    ASSERT_GT(cut.last, middle);
    ASSERT_LE(cut.last, texts.size());
    const std::size_t size = list_of(texts, cut).size();
    ASSERT_TRUE(size <= bytes + 2 || cut.last - cut.first == 1) << size << " of " << bytes;
  }
}

}  // namespace
}  // namespace fanfare::workers::persistence
