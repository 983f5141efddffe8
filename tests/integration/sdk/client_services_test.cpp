#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>
#include <fanfare/client.hpp>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <mutex>
#include <optional>
#include <thread>

#include "tests/integration/sdk/broker_process.hpp"
#include "tests/integration/sdk/scripted_broker.hpp"
#include "tests/support/eventually.hpp"

namespace fanfare::test {
namespace {

#if defined(__SANITIZE_ADDRESS__)
constexpr std::size_t kQuarantine = 256U << 20U;  // what the sanitizer keeps of freed memory
#elif defined(__SANITIZE_THREAD__)
constexpr std::size_t kQuarantine = 128U << 20U;  // its shadow of what was touched once
#else
constexpr std::size_t kQuarantine = 0;
#endif

using namespace std::chrono_literals;

constexpr std::size_t kPart = 128U << 10U;
constexpr std::size_t kMebibyte = 1U << 20U;

/// A member in a process of its own, which takes requests and never answers.
class DeafMember {
 public:
  /// Before this process has threads.
  DeafMember(const std::string& address, const std::string& topic) : process_(::fork()) {
    if (process_ != 0) return;
    auto client = Client::connect({.address = address, .name = "deaf"});
    std::vector<Responder> kept;
    const auto service =
        client.serve(topic, [&](const Request&, Responder responder) { kept.push_back(std::move(responder)); });
    while (true) ::pause();
  }
  DeafMember(const DeafMember&) = delete;
  DeafMember& operator=(const DeafMember&) = delete;
  ~DeafMember() { kill(); }

  void kill() {
    if (process_ <= 0) return;
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
    process_ = -1;
  }

 private:
  pid_t process_;
};

/// Of the broker that is started while it lives: killed members are given up soon.
class ShortLease {
 public:
  ShortLease() {
    ::setenv("FANFARE_LIMITS_LEASE", (std::to_string(1 * slowness()) + "s").c_str(), 1);
    ::setenv("FANFARE_LIMITS_HEARTBEAT", "300ms", 1);
  }
  ShortLease(const ShortLease&) = delete;
  ShortLease& operator=(const ShortLease&) = delete;
  ~ShortLease() {
    ::unsetenv("FANFARE_LIMITS_LEASE");
    ::unsetenv("FANFARE_LIMITS_HEARTBEAT");
  }
};

/// Answers a request with parts that begin with their number, from a thread of its own.
class Talker {
 public:
  explicit Talker(std::size_t parts) : parts_(parts) {}

  void answer(Responder responder) {
    thread_ = std::jthread([this, responder = std::move(responder)]() mutable {
      for (std::size_t i = 0; i < parts_; ++i) {
        auto text = std::to_string(i) + " ";
        text.resize(kPart, 'x');
        if (!responder.part({.payload = std::move(text)})) {
          was_refused = true;
          return;
        }
        ++sent;
      }
      responder.reply({.payload = "end"});
    });
  }

  std::atomic<std::size_t> sent = 0;
  std::atomic<bool> was_refused = false;

 private:
  const std::size_t parts_;
  std::jthread thread_;
};

class ClientServices : public testing::Test {
 protected:
  [[nodiscard]] Client connect(const std::string& name) const {
    auto client = Client::connect({.address = address.str(), .name = name});
    EXPECT_TRUE(client.wait_ready(patient(10s))) << client.state().reason;
    return client;
  }
  [[nodiscard]] static Service serve(Client& client, const std::string& topic, Client::AsyncRequestHandler handler) {
    auto service = client.serve(topic, std::move(handler));
    EXPECT_TRUE(service.wait_ready(patient(5s)));
    return service;
  }
  /// How many members `topic` has, as the broker says.
  static std::size_t members(Client& client) { return client.query(QueryKind::services).get().size(); }

  [[nodiscard]] std::size_t brokers_memory() const {
    std::ifstream status("/proc/" + std::to_string(broker.pid()) + "/status");
    for (std::string word; status >> word;) {
      std::size_t kibibytes = 0;
      if (word == "VmRSS:" && status >> kibibytes) return kibibytes << 10U;
    }
    return 0;
  }

  const ShortLease lease;
  const TemporaryAddress address;
  BrokerProcess broker{address.str(), address.folder()};
};

TEST_F(ClientServices, AReplyOfFiftyMebibytesComesInOrderAndIsNeverInTheBrokerAtOnce) {
  auto member = connect("member");
  auto caller = connect("caller");
  Talker talker(50 * kMebibyte / kPart);
  const auto service = serve(member, "s", [&](const Request&, Responder it) { talker.answer(std::move(it)); });
  const auto before = brokers_memory();
  std::size_t most = before;
  std::size_t parts = 0;
  std::size_t bytes = 0;
  const auto on_part = [&](const Reply& part) {
    EXPECT_TRUE(part.payload.starts_with(std::to_string(parts) + " ")) << parts;
    ++parts;
    bytes += part.payload.size();
    if (parts % 20 == 0) most = std::max(most, brokers_memory());
  };
  EXPECT_EQ(caller.request("s", "", patient(10s), {.on_part = on_part}).get().payload, "end");
  EXPECT_EQ(bytes, 50 * kMebibyte);
  EXPECT_LT(most - before, 16 * kMebibyte + kQuarantine);
}

TEST_F(ClientServices, ACallerThatReadsSlowlyHoldsItsOwnReplyBack) {
  auto member = connect("member");
  auto caller = connect("caller");
  Talker talker(10 * kMebibyte / kPart);
  const auto service = serve(member, "s.large", [&](const Request&, Responder it) { talker.answer(std::move(it)); });
  const auto other = serve(member, "s.small", [](const Request&, Responder it) { it.reply({.payload = "at once"}); });
  std::promise<void> go_on;
  std::size_t parts = 0;
  auto reply = caller.request("s.large", "", 60s, {.on_part = [&, gate = go_on.get_future().share()](const Reply&) {
                                gate.wait();
                                ++parts;
                              }});
  // The window, what is under way in the broker, and one.
  constexpr auto kMost = (kMebibyte + kMebibyte / 4) / kPart + 1;
  ASSERT_TRUE(eventually(10s, [&] { return talker.sent >= kMebibyte / kPart; }));
  auto quick = connect("quick");
  for (int i = 0; i < 20; ++i) EXPECT_EQ(quick.request("s.small", "", patient(5s)).get().payload, "at once");
  EXPECT_LE(talker.sent, kMost);
  go_on.set_value();
  EXPECT_EQ(reply.get().payload, "end");
  EXPECT_EQ(parts, 10 * kMebibyte / kPart);
}

TEST_F(ClientServices, PartsArePutTogetherForWhoWantsThemWhole) {
  auto member = connect("member");
  auto caller = connect("caller");
  Talker talker(20);
  const auto service = serve(member, "s", [&](const Request&, Responder it) { talker.answer(std::move(it)); });
  const auto reply = caller.request("s", "", patient(10s)).get();
  EXPECT_EQ(reply.payload.size(), 20 * kPart + 3);
  EXPECT_TRUE(reply.payload.ends_with("xend"));
}

TEST_F(ClientServices, APartThatNobodyWaitsForIsRefused) {
  auto member = connect("member");
  auto caller = connect("caller");
  Talker talker(1'000);
  const auto service = serve(member, "s", [&](const Request&, Responder it) { talker.answer(std::move(it)); });
  std::stop_source stop;
  std::promise<void> go_on;
  auto reply = caller.request(
      "s", "", 60s,
      {.on_part = [gate = go_on.get_future().share()](const Reply&) { gate.wait(); }, .stop = stop.get_token()});
  ASSERT_TRUE(eventually(10s, [&] { return talker.sent >= kMebibyte / kPart; }));
  stop.request_stop();
  EXPECT_TRUE(eventually(10s, [&] { return talker.was_refused.load(); }));
  go_on.set_value();
  try {
    (void)reply.get();
    FAIL() << "it was taken back";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::canceled);
  }
}

TEST_F(ClientServices, AMemberThatIsClosedWaitsForNoRoom) {
  auto member = connect("member");
  auto caller = connect("caller");
  Talker talker(1'000);
  auto service = serve(member, "s", [&](const Request&, Responder it) { talker.answer(std::move(it)); });
  std::promise<void> go_on;
  auto reply =
      caller.request("s", "", 60s, {.on_part = [gate = go_on.get_future().share()](const Reply&) { gate.wait(); }});
  ASSERT_TRUE(eventually(10s, [&] { return talker.sent >= kMebibyte / kPart; }));
  member.close(patient(5s));
  EXPECT_TRUE(eventually(10s, [&] { return talker.was_refused.load(); }));
  go_on.set_value();
  EXPECT_THROW((void)reply.get(), Error);
}

TEST_F(ClientServices, WhatIsSafeToRetryIsAnsweredByAnotherWhenItsMemberIsKilled) {
  DeafMember deaf(address.str(), "s");
  auto caller = connect("caller");
  ASSERT_TRUE(eventually(10s, [&] { return members(caller) == 1; }));
  std::vector<std::future<Reply>> safe;
  for (int i = 0; i < 10; ++i) {
    safe.push_back(caller.request("s", std::to_string(i), 60s, {.retry_safe = true}));
  }
  auto unsafe = caller.request("s", "unsafe", 60s);
  const auto open = [&] {
    std::size_t count = 0;
    for (const auto& row : caller.query(QueryKind::services).get()) count += std::stoul(row.at("in_flight"));
    return count;
  };
  ASSERT_TRUE(eventually(10s, [&] { return open() == 11; }));
  auto member = connect("member");
  std::mutex mutex;
  std::vector<std::string> asked;
  const auto service = serve(member, "s", [&](const Request& request, Responder responder) {
    EXPECT_EQ(request.attempt, 2);
    EXPECT_TRUE(request.retry_safe);
    const std::lock_guard lock(mutex);
    asked.emplace_back(request.payload);
    responder.reply({.payload = "re " + std::string(request.payload)});
  });
  deaf.kill();
  for (std::size_t i = 0; i < safe.size(); ++i) EXPECT_EQ(safe[i].get().payload, "re " + std::to_string(i));
  try {
    (void)unsafe.get();
    FAIL() << "nobody may answer it";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::outcome_unknown);
  }
  const std::lock_guard lock(mutex);
  EXPECT_EQ(asked.size(), 10U);
}

}  // namespace
}  // namespace fanfare::test
