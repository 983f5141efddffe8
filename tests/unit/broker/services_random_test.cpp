// Whatever callers, members and their connections do: each request has exactly one outcome, one that is not safe to
// retry is handed out once, and what a member answers reaches its caller whole, in order, and once.

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

#include "tests/unit/broker/core_driver.hpp"

namespace fanfare::broker::core {
namespace {

using protocol::Reply;
using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr milliseconds kLease{10'000};

/// What the model knows of a request.
struct Asked {
  std::size_t caller = 0;
  bool safe = false;
  microseconds deadline{};  ///< until the first part
  std::set<std::uint16_t> attempts{};
  std::vector<std::string> sent{};  ///< parts of the reply, by the only member that had begun
  bool complete = false;            ///< `sent` has the last one
  std::size_t got = 0;              ///< of these at the caller
  bool over = false;
  bool canceled = false;
};

/// A request that a member has.
struct Handed {
  std::uint64_t number = 0;
  std::uint64_t exchange = 0;
  bool taken_back = false;
  bool has_begun = false;
  std::uint64_t parts = 0;
  std::uint64_t passed = 0;
};

struct Peer {
  bool is_member = false;
  ConnectionId connection = 0;
  bool attached = true;
  microseconds heard{};
  std::uint64_t limit = 0;
  std::vector<Handed> work{};
  std::set<std::uint64_t> canceled_early{};
};

class ServicesRandom : public testing::Test {
 protected:
  static constexpr std::uint64_t kWindow = 150'000;

  std::size_t below(std::size_t bound) { return random_() % bound; }

  void open(Peer& peer) {
    peer = Peer{.is_member = peer.is_member, .heard = driver_.now.steady, .limit = kWindow};
    peer.connection = driver_.peer(peer.is_member ? "member" : "caller", peer.limit);
    if (!peer.is_member) return;
    say(peer, protocol::Serve{.request = ++driver_.request,
                              .handle = 1,
                              .max_in_flight = static_cast<std::uint32_t>(1 + below(5)),
                              .pattern = below(2) == 0 ? "s.>" : "s.one"});
  }

  template <class Command>
  void say(Peer& peer, const Command& command) {
    peer.heard = driver_.now.steady;
    driver_.from(peer.connection, command);
  }

  void ask(std::size_t caller) {
    const auto number = ++driver_.request;
    const bool safe = below(2) == 0;
    const auto timeout = static_cast<std::uint32_t>(1 + below(6'000));
    asked_[number] = {.caller = caller, .safe = safe, .deadline = driver_.now.steady + milliseconds(timeout)};
    const auto content = std::to_string(number);
    say(peers_[caller], protocol::Request{.request = number,
                                          .timeout_ms = timeout,
                                          .flags = safe ? protocol::message_flags::kRetrySafe : std::uint8_t{0},
                                          .topic = below(2) == 0 ? "s.one" : "s.two",
                                          .content = std::string_view(content)});
  }

  void answer(Peer& member) {
    auto& handed = member.work[below(member.work.size())];
    auto& asked = asked_.at(handed.number);
    static constexpr std::array<std::size_t, 3> kSizes = {10, 3'000, 120'000};
    std::string content(kSizes[below(kSizes.size())], 'x');
    content.replace(0, 9, std::to_string(1'000'000'00 + asked.sent.size()));
    const auto under_way = handed.parts - handed.passed;
    if (under_way != 0 && under_way + content.size() > protocol::kPartsInFlight) return;
    const bool last = below(3) == 0;
    if (!handed.taken_back) {
      asked.sent.push_back(content);
      asked.complete = last;
    }
    handed.has_begun = true;
    handed.parts += content.size();
    const auto exchange = handed.exchange;
    if (last) std::erase_if(member.work, [&](const Handed& one) { return one.exchange == exchange; });
    say(member,
        Reply{
            .number = exchange, .flags = last ? std::uint8_t{0} : Reply::kMore, .content = std::string_view(content)});
  }

  void disconnect(Peer& peer) {
    if (peer.attached) driver_.disconnect(peer.connection);
    peer.attached = false;
  }

  void resume(Peer& peer) {
    peer.limit = kWindow;
    peer.connection = driver_.resume(peer.connection, peer.limit);
    peer.heard = driver_.now.steady;
    peer.attached = true;
  }

  /// Its session ends, and a new one begins.
  void replace(std::size_t which) {
    auto& peer = peers_[which];
    if (peer.attached && below(2) == 0) {
      driver_.from(peer.connection, protocol::Bye{});
    } else {
      driver_.lose(peer.connection);
    }
    for (auto& [number, asked] : asked_) {
      if (!peer.is_member && asked.caller == which) asked.over = true;
    }
    // What was said and has not been read goes with it.
    driver_.take(peer.connection);
    open(peer);
  }

  void pass(milliseconds time) {
    for (std::size_t i = 0; i < peers_.size(); ++i) {
      if (!peers_[i].attached && driver_.now.steady + time - peers_[i].heard > kLease - milliseconds(1'000)) replace(i);
    }
    driver_.wait(time);
    for (auto& peer : peers_) {
      if (peer.attached) say(peer, protocol::Ping{});
    }
  }

  void read(Peer& member, const Got& got) {
    if (got.type == protocol::CommandType::cancel) {
      const auto exchange = got.as<protocol::Cancel>().number;
      bool found = false;
      for (auto& handed : member.work) {
        if (handed.exchange != exchange) continue;
        handed.taken_back = true;
        found = true;
      }
      if (!found) member.canceled_early.insert(exchange);
    } else if (got.type == protocol::CommandType::passed) {
      const auto passed = got.as<protocol::Passed>();
      for (auto& handed : member.work) {
        if (handed.exchange != passed.exchange) continue;
        ASSERT_GT(passed.bytes, handed.passed);
        ASSERT_LE(passed.bytes, handed.parts);
        handed.passed = passed.bytes;
      }
    } else if (got.type == protocol::CommandType::request) {
      const auto request = got.as<protocol::ServiceRequest>();
      const auto number = std::stoull(std::string(request.content));
      auto& asked = asked_.at(number);
      ASSERT_TRUE(asked.attempts.insert(request.attempt).second) << number;
      ASSERT_LE(request.attempt, asked.safe ? 5 : 1) << number;
      ASSERT_EQ(asked.sent.size(), 0U) << "tried again after a part: " << number;
      ASSERT_GT(request.remaining_ms, 0U);
      ASSERT_EQ((request.flags & protocol::message_flags::kRetrySafe) != 0, asked.safe);
      member.work.push_back({.number = number,
                             .exchange = request.exchange,
                             .taken_back = member.canceled_early.contains(request.exchange)});
    }
  }

  void read(std::size_t caller, const Got& got) {
    if (got.type == protocol::CommandType::reply) {
      const auto reply = got.as<Reply>();
      auto& asked = asked_.at(reply.number);
      ASSERT_EQ(asked.caller, caller);
      if (asked.over) {
        // An ERROR has overtaken what still waited.
        ASSERT_NE(reply.flags, 0) << reply.number;
        return;
      }
      ASSERT_LT(asked.got, asked.sent.size()) << reply.number;
      ASSERT_EQ(reply.content.substr(0, 9), asked.sent[asked.got].substr(0, 9)) << reply.number;
      ASSERT_EQ(reply.content.size(), asked.sent[asked.got].size());
      ++asked.got;
      const bool last = asked.complete && asked.got == asked.sent.size();
      ASSERT_EQ(reply.flags == 0, last) << reply.number;
      asked.over = last;
    } else if (got.type == protocol::CommandType::error) {
      const auto error = got.as<protocol::Error>();
      auto& asked = asked_.at(error.request);
      ASSERT_EQ(asked.caller, caller);
      ASSERT_FALSE(asked.over) << error.request << " has a second outcome: " << describe(error.code).name;
      asked.over = true;
      switch (error.code) {
        case ErrorCode::no_service:
        case ErrorCode::too_many_requests:
          ASSERT_TRUE(asked.attempts.empty()) << error.request;
          break;
        case ErrorCode::canceled:
          ASSERT_TRUE(asked.canceled) << error.request;
          break;
        case ErrorCode::deadline_exceeded:
          ASSERT_GE(driver_.now.steady, asked.deadline) << error.request;
          break;
        case ErrorCode::outcome_unknown:
          ASSERT_TRUE(!asked.safe || asked.attempts.contains(5) || !asked.sent.empty()) << error.request;
          break;
        default:
          FAIL() << describe(error.code).name;
      }
    }
  }

  void read_all() {
    // Members first: what they were handed explains what callers are told.
    for (auto& peer : peers_) {
      if (!peer.is_member) continue;
      for (const auto& got : driver_.take(peer.connection)) read(peer, got);
    }
    for (std::size_t i = 0; i < peers_.size(); ++i) {
      if (peers_[i].is_member) continue;
      for (const auto& got : driver_.take(peers_[i].connection)) read(i, got);
    }
  }

  void cancel(std::size_t caller) {
    for (auto& [number, asked] : asked_) {
      if (asked.caller != caller || asked.over || below(3) != 0) continue;
      asked.canceled = true;
      return say(peers_[caller], protocol::Cancel{.number = number});
    }
  }

  void step() {
    const auto which = below(peers_.size());
    auto& peer = peers_[which];
    const auto what = below(100);
    if (what < 3) return replace(which);
    if (what < 6) return disconnect(peer);
    if (what < 12) return peer.attached ? void() : resume(peer);
    if (what < 16) return pass(milliseconds(below(2'000)));
    if (!peer.attached) return;
    if (what < 40) {
      peer.limit += below(kWindow);
      return say(peer, protocol::Credit{.received = driver_.received(peer.connection), .limit = peer.limit});
    }
    if (peer.is_member) {
      if (!peer.work.empty()) answer(peer);
    } else if (what < 90) {
      ask(which);
    } else {
      cancel(which);
    }
  }

  static Settings settings() {
    auto settings = CoreDriver::settings();
    settings.lease = kLease;
    return settings;
  }

  const std::uint32_t seed_ = std::random_device{}();
  std::mt19937 random_{seed_};
  CoreDriver driver_{settings()};
  std::vector<Peer> peers_{{}, {}, {.is_member = true}, {.is_member = true}, {.is_member = true}};
  std::map<std::uint64_t, Asked> asked_;
};

TEST_F(ServicesRandom, EachRequestHasOneOutcome) {
  SCOPED_TRACE("seed " + std::to_string(seed_));
  for (auto& peer : peers_) open(peer);
  for (int i = 0; i < 6'000; ++i) {
    step();
    read_all();
    if (HasFatalFailure()) return;
  }
  for (auto& peer : peers_) {
    if (!peer.attached) resume(peer);
    driver_.confirm(peer.connection);
  }
  read_all();
  for (int i = 0; i < 7; ++i) {
    pass(milliseconds(1'000));
    read_all();
    if (HasFatalFailure()) return;
  }
  for (const auto& [number, asked] : asked_) ASSERT_TRUE(asked.over) << number;
  EXPECT_EQ(std::ranges::count(driver_.closed, "credit_exceeded"), 0);
  EXPECT_GT(driver_.core().counters().requests_retried, 10U);
  EXPECT_FALSE(driver_.core().next_deadline() == microseconds::zero());
}

}  // namespace
}  // namespace fanfare::broker::core
