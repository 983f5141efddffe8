#include "workers/common/request_pool.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <set>

#include "tests/support/eventually.hpp"

namespace fanfare::workers::common {
namespace {

using std::chrono::seconds;
using std::chrono::steady_clock;

Job job(std::string payload, steady_clock::duration remaining = seconds(60)) {
  return {"t.echo", "", std::move(payload), steady_clock::now() + remaining};
}

/// Submits and gives the reply.
std::future<std::string> ask(RequestPool& pool, Job job) {
  auto promise = std::make_shared<std::promise<std::string>>();
  pool.submit(std::move(job), [promise](std::string reply) { promise->set_value(std::move(reply)); });
  return promise->get_future();
}

bool is_unavailable(std::future<std::string>& reply) { return reply.get().find("unavailable") != std::string::npos; }

RequestPool::Answering echo() {
  return [](const Job& each) { return each.payload; };
}

/// One thread that answers once it is let go.
class Gate {
 public:
  RequestPool::Answering answering() {
    return [this](const Job& each) {
      ++entered;
      open.get_future().wait();
      return each.payload;
    };
  }
  std::atomic<int> entered = 0;
  std::promise<void> open;
};

TEST(RequestPool, AnswersEachRequest) {
  RequestPool pool({.threads = 3, .queue = 100}, echo);
  std::vector<std::future<std::string>> replies;
  for (int i = 0; i < 100; ++i) replies.push_back(ask(pool, job(std::to_string(i))));
  for (int i = 0; i < 100; ++i) EXPECT_EQ(replies[static_cast<std::size_t>(i)].get(), std::to_string(i));
}

TEST(RequestPool, RefusesAtItsBoundAtOnce) {
  Gate gate;
  RequestPool pool({.threads = 1, .queue = 1, .when_full = {RefusalCode::kTooManyRequests, "wait"}},
                   [&] { return gate.answering(); });
  auto first = ask(pool, job("first"));
  ASSERT_TRUE(test::eventually(seconds(5), [&] { return gate.entered == 1; }));
  auto second = ask(pool, job("second", steady_clock::duration::zero()));
  auto third = ask(pool, job("third"));
  EXPECT_NE(third.get().find("too_many_requests"), std::string::npos);
  gate.open.set_value();
  EXPECT_EQ(first.get(), "first");
  EXPECT_TRUE(is_unavailable(second));  // its caller no longer waits: nothing was done
  EXPECT_EQ(gate.entered, 1);
}

TEST(RequestPool, MakesWhatAThreadAnswersWithOnThatThread) {
  std::mutex mutex;
  std::set<std::thread::id> makers;
  {
    RequestPool pool({.threads = 2, .queue = 10}, [&] {
      const std::lock_guard lock(mutex);
      makers.insert(std::this_thread::get_id());
      return [maker = std::this_thread::get_id()](const Job&) {
        return std::string(maker == std::this_thread::get_id() ? "own" : "another's");
      };
    });
    for (int i = 0; i < 10; ++i) EXPECT_EQ(ask(pool, job("")).get(), "own");
  }
  EXPECT_EQ(makers.size(), 2);
}

TEST(RequestPool, AnswersWhatWaitsWhenItIsDrained) {
  RequestPool pool({.threads = 1, .queue = 50}, echo);
  std::vector<std::future<std::string>> replies;
  for (int i = 0; i < 50; ++i) replies.push_back(ask(pool, job("x")));
  pool.drain(steady_clock::now() + test::patient(seconds(10)));
  for (auto& reply : replies) EXPECT_EQ(reply.get(), "x");
  auto late = ask(pool, job("late"));
  EXPECT_TRUE(is_unavailable(late));
}

TEST(RequestPool, RefusesWhatStillWaitsAtTheDeadline) {
  Gate gate;
  RequestPool pool({.threads = 1, .queue = 5}, [&] { return gate.answering(); });
  auto first = ask(pool, job("first"));
  ASSERT_TRUE(test::eventually(seconds(5), [&] { return gate.entered == 1; }));
  auto second = ask(pool, job("second"));
  auto drained = std::async(std::launch::async, [&] { pool.drain(steady_clock::now()); });
  EXPECT_TRUE(is_unavailable(second));
  gate.open.set_value();
  EXPECT_EQ(first.get(), "first");
  drained.get();
}

}  // namespace
}  // namespace fanfare::workers::common
