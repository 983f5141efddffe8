// A program of its own, because it counts what operator new is asked for.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include "tests/unit/sdk/driven_client.hpp"

namespace {

std::atomic<std::uint64_t> allocations{0};

}  // namespace

// Not inlined, or the compiler takes free() for the wrong counterpart of new.
[[gnu::noinline]] void* operator new(std::size_t size) {
  ++allocations;
  if (auto* memory = std::malloc(size)) return memory;  // NOLINT(cppcoreguidelines-no-malloc)
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  std::free(memory);
}  // NOLINT(cppcoreguidelines-no-malloc)
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}  // NOLINT(cppcoreguidelines-no-malloc)

namespace fanfare::transport::test {
namespace {

constexpr int kRounds = 20;
constexpr std::uint32_t kMessages = 500;
/// What a frame, not a message, may take: what it is kept in, and what is handed to the dispatcher.
constexpr std::uint64_t kMostPerFrame = 20;

/// Of each of some rounds, after as many that let everything grow.
template <class Round>
std::uint64_t allocations_per_round(const Round& round) {
  for (int i = 0; i < kRounds; ++i) round();
  const auto before = allocations.load();
  for (int i = 0; i < kRounds; ++i) round();
  return (allocations - before) / kRounds;
}

template <class Publish>
std::uint64_t allocations_of(const Publish& publish) {
  DrivenClient client;
  return allocations_per_round([&] {
    for (std::uint32_t i = 0; i < kMessages; ++i) publish(client.core());
    client.send();
    client.acknowledge(kMessages);
  });
}

TEST(Allocations, APublishOfWhichNobodyIsToldTakesNone) {
  const std::string payload(128, 'x');
  EXPECT_LE(allocations_of([&](Core& core) { core.publish("a.topic", payload, {}, std::monostate()); }), kMostPerFrame);
}

TEST(Allocations, APublishWithACallbackTakesNone) {
  const std::string payload(128, 'x');
  std::uint64_t acknowledged = 0;
  EXPECT_LE(allocations_of([&](Core& core) {
              core.publish("a.topic", payload, {},
                           Client::AckHandler([&](const Outcome<Ack>& outcome) { acknowledged += outcome.ok(); }));
            }),
            kMostPerFrame);
  EXPECT_EQ(acknowledged, 2U * kRounds * kMessages);
}

TEST(Allocations, ADeliveredMessageTakesNone) {
  for (const std::uint32_t topics : {1U, 100U}) {
    DrivenClient client;
    std::uint64_t handled = 0;
    const auto registration = client.subscribe("a.*", [&](const Message&) { ++handled; });
    client.announce("a.", topics);
    const auto frame = DrivenClient::delivery(kMessages, topics, std::string(128, 'x'));
    EXPECT_LE(allocations_per_round([&] { client.receive(frame); }), kMostPerFrame + (topics > 1 ? 20 : 0)) << topics;
    EXPECT_EQ(handled, 2U * kRounds * kMessages);
  }
}

}  // namespace
}  // namespace fanfare::transport::test
