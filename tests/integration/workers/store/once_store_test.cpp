#include "workers/store/once_store.hpp"

#include <atomic>
#include <stdexcept>
#include <thread>

#include "tests/integration/workers/store/account_stores_fixture.hpp"

namespace fanfare::workers::store::test {
namespace {

using Kind = OnceOutcome::Kind;

class OnceStoreTest : public AccountStoresTest {
 protected:
  OnceOutcome once(const std::string& key, const std::string& payload = "{}", common::TimePoint now = kNow) {
    const OnceRequest request{
        anna, key, "t.change", runtime::crypto::digest(payload), now, now - std::chrono::hours(24)};
    return stores->once()
        .once(request,
              [&]() -> std::optional<std::string> {
                if (!add_room()) return std::nullopt;
                return "reply " + std::to_string(++calls);
              })
        .value();
  }
  bool add_room() {
    std::vector<Uuid> others;
    if (!somebody_is_unknown) others.push_back(paul);
    const NewConversation room{
        .id = common::new_id(kNow), .title = "x", .created_at = kNow, .founder = anna, .others = others};
    const bool is_made = stores->conversations().create(room).value().has_value();
    return is_made && !somebody_is_unknown;
  }
  std::size_t rooms() {
    return stores->conversations().list(anna, std::nullopt, 50, kNow).value().conversations.size();
  }

  const Uuid anna = add_person("anna");
  const Uuid paul = add_person("paul");
  bool somebody_is_unknown = false;
  int calls = 0;
};

TEST_P(OnceStoreTest, AChangeIsDoneOnceAndItsReplyKept) {
  EXPECT_EQ(once("k").kind, Kind::kDone);
  const OnceOutcome again = once("k");
  EXPECT_EQ(again.kind, Kind::kRepeated);
  EXPECT_EQ(again.reply, "reply 1");
  EXPECT_EQ(rooms(), 1U);
}

TEST_P(OnceStoreTest, AKeyIsForOneRequestOnly) {
  EXPECT_EQ(once("k", "one").kind, Kind::kDone);
  EXPECT_EQ(once("k", "other").kind, Kind::kConflict);
  EXPECT_EQ(once("another", "other").kind, Kind::kDone);
  EXPECT_EQ(rooms(), 2U);
}

TEST_P(OnceStoreTest, WhatRefusesIsUndoneAndMayBeAskedAgain) {
  somebody_is_unknown = true;
  EXPECT_EQ(once("k").kind, Kind::kUndone);
  EXPECT_EQ(rooms(), 0U);
  somebody_is_unknown = false;
  EXPECT_EQ(once("k").kind, Kind::kDone);
  EXPECT_EQ(rooms(), 1U);
}

TEST_P(OnceStoreTest, WhatThrowsIsUndone) {
  const OnceRequest request{anna, "k", "t.change", {}, kNow, kNow - std::chrono::hours(24)};
  const auto change = [&]() -> std::optional<std::string> {
    add_room();
    throw std::logic_error("a defect");
  };
  EXPECT_THROW((void)stores->once().once(request, change), std::logic_error);
  EXPECT_EQ(rooms(), 0U);
  EXPECT_EQ(once("k").kind, Kind::kDone);
}

TEST_P(OnceStoreTest, KeysCountForTheirTime) {
  EXPECT_EQ(once("k").kind, Kind::kDone);
  EXPECT_EQ(once("k", "{}", kNow + std::chrono::hours(24)).kind, Kind::kRepeated);
  EXPECT_EQ(once("k", "other", kNow + std::chrono::hours(25)).kind, Kind::kDone);
  EXPECT_EQ(rooms(), 2U);
}

TEST_P(OnceStoreTest, AnothersKeyIsAnotherKey) {
  EXPECT_EQ(once("k").kind, Kind::kDone);
  const OnceRequest request{paul, "k", "t.change", runtime::crypto::digest("{}"), kNow, kNow - std::chrono::hours(24)};
  EXPECT_EQ(stores->once().once(request, [] { return std::optional<std::string>("his"); }).value().kind, Kind::kDone);
}

TEST_P(OnceStoreTest, OfManyAtOnceOneIsDone) {
  std::vector<std::thread> threads;
  std::atomic<int> done = 0;
  std::atomic<int> repeated = 0;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, own = database->open()] {
      const OnceRequest request{anna, "k", "t.change", {}, kNow, kNow - std::chrono::hours(24)};
      const auto outcome = own->once().once(request, [] { return std::optional<std::string>("reply"); }).value();
      (outcome.kind == Kind::kDone ? done : repeated) += 1;
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(done, 1);
  EXPECT_EQ(repeated, 7);
}

TEST_P(OnceStoreTest, SweepForgetsOldKeysAPartAtATime) {
  for (const char* key : {"a", "b", "c"}) once(key);
  once("young", "{}", kNow + std::chrono::hours(1));
  const auto before = kNow + std::chrono::minutes(1);
  EXPECT_EQ(stores->once().sweep(kNow, 10).value(), 0U);
  EXPECT_EQ(stores->once().sweep(before, 2).value(), 2U);
  EXPECT_EQ(stores->once().sweep(before, 2).value(), 1U);
  EXPECT_EQ(once("young", "{}", kNow + std::chrono::hours(1)).kind, Kind::kRepeated);
  EXPECT_EQ(rooms(), 4U);
}

INSTANTIATE_TEST_SUITE_P(Each, OnceStoreTest, testing::ValuesIn(account_databases_and_pgbouncer()), name_of_database);

}  // namespace
}  // namespace fanfare::workers::store::test
