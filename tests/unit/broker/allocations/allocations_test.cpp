// What the core allocates while messages flow: something for each turn, nothing for a message.

#include <gtest/gtest.h>

#include <cstdlib>
#include <new>

#include "tests/bench/loaded_core.hpp"

namespace {

std::size_t allocations = 0;  // this program has one thread

void* counted(std::size_t size) {
  ++allocations;
  if (auto* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}

}  // namespace

// Not inlined, or the compiler takes free() for the wrong counterpart of new.
[[gnu::noinline]] void* operator new(std::size_t size) { return counted(size); }
[[gnu::noinline]] void* operator new[](std::size_t size) { return counted(size); }
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete[](void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }

namespace fanfare::broker::core {
namespace {

constexpr std::size_t kTurns = 1'000;

/// Of so many turns with a frame of `messages`, when all has been seen once.
std::size_t allocations_of(bench::LoadedCore& core, std::uint32_t messages) {
  bench::PublishFrame frame(messages, 128, 1, 1);
  for (std::size_t turn = 0; turn < kTurns; ++turn) core.turn(frame, 1);
  const auto before = allocations;
  for (std::size_t turn = 0; turn < kTurns; ++turn) core.turn(frame, 1);
  return allocations - before;
}

/// As many with a hundred times the messages, and few: most of a turn are those of a batch and of each session's
/// frames.
void expect_none_for_a_message(bench::LoadedCore& core, std::size_t most_of_a_turn) {
  const auto few = allocations_of(core, 100);
  const auto many = allocations_of(core, 1'500);
  EXPECT_LE(few, kTurns * most_of_a_turn);
  EXPECT_EQ(many, few);
  EXPECT_EQ(core.sessions_closed(), 0U);
}

TEST(Allocations, AreNoneForAMessageThatNobodyHears) {
  bench::LoadedCore core;
  core.name_topic(1, "bench.one");
  expect_none_for_a_message(core, 20);
}

TEST(Allocations, AreNoneForAMessageToASubscriber) {
  bench::LoadedCore core;
  core.name_topic(1, "bench.one");
  core.subscriber({"bench.>"});
  expect_none_for_a_message(core, 30);
}

TEST(Allocations, AreNoneForAMessageToFiftySubscribersOfDifferentPatterns) {
  bench::LoadedCore core;
  core.name_topic(1, "bench.one");
  for (int i = 0; i < 50; ++i) core.subscriber({"bench.>", "other." + std::to_string(i)});
  expect_none_for_a_message(core, 30 + 50 * 4);
}

TEST(Allocations, AreNoneForAMessageThatIsStored) {
  bench::LoadedCore core;
  core.name_topic(1, "kept.one");
  core.subscriber({"kept.>"});
  expect_none_for_a_message(core, 40);
}

}  // namespace
}  // namespace fanfare::broker::core
