#include "workers/persistence/conversation_tail.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>

namespace fanfare::workers::persistence {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kTailRoom = "0199a1b2-0000-7000-8000-00000000000a";
constexpr const char* kTailTopic = "chat.0199a1b2-0000-7000-8000-00000000000a";
constexpr const char* kTailPerson = "0199a1b2-0000-7000-8000-000000000001";

Position tail_at(std::uint64_t sequence) { return {*Uuid::parse("0199a1b2-0000-7000-8000-0000000000ee"), sequence}; }

Message tail_message(std::uint64_t sequence, std::string_view payload, std::string_view topic = kTailTopic) {
  return {.topic = topic, .position = tail_at(sequence), .actor = kTailPerson, .payload = payload};
}

constexpr std::string_view kText =
    R"({"kind": "text", "id": "0199a1b2-0000-7000-8000-0000000000ff", "client_id": "c", "text": "hello"})";

class ConversationTailTest : public testing::Test {
 protected:
  runtime::Result<ConversationTail> read(const std::optional<Position>& after = tail_at(4),
                                         const TailBounds& bounds = {}) {
    const FetchPage fetch = [this](const std::string& pattern, const FetchOptions& options,
                                   std::chrono::steady_clock::time_point) -> runtime::Result<Fetched> {
      EXPECT_EQ(pattern, kTailTopic);
      asked.push_back(options.from);
      if (pages.empty()) return runtime::Error{"the broker is away"};
      Fetched page = pages.front();
      pages.pop_front();
      return page;
    };
    return read_tail(fetch, *Uuid::parse(kTailRoom), after, std::chrono::steady_clock::time_point::max(), bounds);
  }

  static std::vector<std::uint64_t> sequences(const ConversationTail& tail) {
    std::vector<std::uint64_t> numbers;
    for (const store::ChatMessage& message : tail.messages) numbers.push_back(message.position.sequence);
    return numbers;
  }

  std::deque<Fetched> pages;
  std::vector<From> asked;
};

TEST_F(ConversationTailTest, IsReadPageByPageUpToTheLast) {
  pages.push_back({.messages = {tail_message(5, kText), tail_message(7, kText)}, .through = tail_at(7)});
  pages.push_back({.through = tail_at(30)});
  pages.push_back({.messages = {tail_message(31, kText)}, .through = tail_at(33), .last = true});
  const auto tail = read().value();
  EXPECT_THAT(sequences(tail), ElementsAre(5, 7, 31));
  EXPECT_EQ(tail.through, tail_at(33));
  ASSERT_EQ(asked.size(), 3U);
  EXPECT_EQ(asked[0].position(), tail_at(4));
  EXPECT_EQ(asked[1].position(), tail_at(7));
  EXPECT_EQ(asked[2].position(), tail_at(30));
}

TEST_F(ConversationTailTest, OfAnEmptyDatabaseIsAllThatIsStored) {
  pages.push_back({.through = tail_at(0), .last = true});
  const auto tail = read(std::nullopt).value();
  EXPECT_THAT(tail.messages, IsEmpty());
  EXPECT_EQ(tail.through, tail_at(0));
  EXPECT_EQ(asked[0].kind(), From::Kind::all);
}

TEST_F(ConversationTailTest, HasWhatIsStoredAndNothingElse) {
  pages.push_back({.messages = {tail_message(5, "nonsense"), tail_message(6, R"({"kind": "edited"})"),
                                tail_message(7, kText), tail_message(8, kText, "chat.lobby")},
                   .through = tail_at(8),
                   .last = true});
  EXPECT_THAT(sequences(read().value()), ElementsAre(7));
}

TEST_F(ConversationTailTest, IsNeverAPart) {
  pages.push_back({.messages = {tail_message(5, kText)}, .through = tail_at(5)});
  EXPECT_THAT(read().error().message, HasSubstr("away"));
}

TEST_F(ConversationTailTest, BeyondItsBoundsIsRefused) {
  for (std::uint64_t number = 0; number < 4; ++number) {
    pages.push_back(
        {.messages = {tail_message(5 + number, kText)}, .through = tail_at(5 + number), .last = number == 3});
  }
  auto again = pages;
  EXPECT_THAT(read(tail_at(4), {.pages = 3}).error().message, HasSubstr("too much"));
  EXPECT_EQ(asked.size(), 3U);
  pages = again;
  EXPECT_THAT(read(tail_at(4), {.bytes = 9}).error().message, HasSubstr("too much"));
  EXPECT_EQ(asked.size(), 5U);
  pages = again;
  EXPECT_THAT(sequences(read(tail_at(4), {.pages = 4, .bytes = 20}).value()), ElementsAre(5, 6, 7, 8));
}

TEST_F(ConversationTailTest, OfNoStreamIsRefused) {
  pages.push_back({.last = true});
  EXPECT_THAT(read().error().message, HasSubstr("no stream"));
}

}  // namespace
}  // namespace fanfare::workers::persistence
