#pragma once
// A session with a virtual clock, an outlet that keeps what was sent, and a backend and channels that answer when the
// test says so. For the session tests only.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "frontends/websocket/session/session.hpp"

namespace fanfare::frontends::websocket::session {

using namespace std::chrono_literals;

inline const std::string kAda = "0190a000-0000-7000-8000-00000000000a";
inline const std::string kBob = "0190a000-0000-7000-8000-00000000000b";
inline const std::string kTalk = "0190c000-0000-7000-8000-000000000001";

class RecordingOutlet final : public Outlet {
 public:
  void send(const protocol::Line& line) override {
    EXPECT_FALSE(closed) << "sent after close: " << line.json();
    lines.emplace_back(line.json());
  }
  [[nodiscard]] std::size_t waiting() const override { return waits; }
  void close(const protocol::Disconnect& why) override {
    EXPECT_FALSE(closed);
    closed = why;
  }

  std::vector<std::string> take() { return std::exchange(lines, {}); }

  std::vector<std::string> lines;
  std::size_t waits = 0;
  std::optional<protocol::Disconnect> closed;
};

/// Each question waits in its list until the test answers it.
class ScriptedBackend final : public Backend {
 public:
  void check_token(const std::string& token, OnAnswer<Identity> done) override {
    tokens.emplace_back(token, std::move(done));
  }
  void check_member(const std::string& person, const std::string& conversation, OnAnswer<void> done) override {
    members.emplace_back(person + " " + conversation, std::move(done));
  }
  void publish_typing(const std::string& person, const std::string& conversation, OnAnswer<void> done) override {
    published.emplace_back(person + " " + conversation, std::move(done));
  }
  void call(const std::string& person, const std::string& method, const std::string& data,
            OnAnswer<std::string> done) override {
    calls.emplace_back(person + " " + method + " " + data, std::move(done));
  }

  template <class T>
  using Open = std::deque<std::pair<std::string, OnAnswer<T>>>;
  Open<Identity> tokens;
  Open<void> members;
  Open<void> published;
  Open<std::string> calls;
};

class ScriptedChannels final : public Channels {
 public:
  void enter(const std::string& channel, const std::shared_ptr<Subscriber>&, const std::optional<Position>& after,
             OnAnswer<Entered> done) override {
    entered.emplace_back(after ? channel + " after " + after->to_string() : channel, std::move(done));
  }
  void leave(const std::string& channel, const Subscriber&) override { left.push_back(channel); }

  ScriptedBackend::Open<Entered> entered;
  std::vector<std::string> left;
};

class ScriptedPresence final : public Presence {
 public:
  void came(const std::string& person) override { said.push_back("came " + person); }
  void went(const std::string& person) override { said.push_back("went " + person); }
  void online(const std::string& person, const std::string& conversation,
              OnAnswer<std::vector<std::string>> done) override {
    asked.emplace_back(person + " " + conversation, std::move(done));
  }
  void watch(const std::string& person, const std::string& conversation, const std::shared_ptr<Subscriber>&) override {
    said.push_back("watch " + person + " " + conversation);
  }
  void unwatch(const std::string& conversation, const Subscriber&) override {
    said.push_back("unwatch " + conversation);
  }

  ScriptedBackend::Open<std::vector<std::string>> asked;
  std::vector<std::string> said;
};

class SessionTest : public testing::Test {
 protected:
  ~SessionTest() override { session->ended(); }

  template <class T>
  static std::string answer(ScriptedBackend::Open<T>& questions, const Answer<T>& answer) {
    if (questions.empty()) return "nothing was asked";
    auto [question, done] = std::move(questions.front());
    questions.pop_front();
    done(answer);
    return question;
  }

  void connect() {
    session->received(R"({"id":1,"connect":{"token":"good"}})");
    answer<Identity>(backend.tokens, Identity{kAda, expiry(900s)});
    ASSERT_EQ(outlet.take().size(), 1U);
  }

  void subscribe(const std::string& channel, int id = 2) {
    session->received(R"({"id":)" + std::to_string(id) + R"(,"subscribe":{"channel":")" + channel + R"("}})");
  }

  /// Into `chat.<kTalk>`.
  void enter_talk() {
    subscribe("chat." + kTalk);
    answer<void>(backend.members, {});
    answer<Entered>(channels.entered, Entered{});
    ASSERT_THAT(outlet.take(), testing::ElementsAre(R"({"id":2,"subscribe":{}})"));
  }

  std::chrono::sys_seconds expiry(std::chrono::seconds left) const {
    return std::chrono::time_point_cast<std::chrono::seconds>(now.clock + left);
  }

  /// Lets time go on by a second at a time.
  void pass(std::chrono::seconds time) {
    for (; time > 0s; time -= 1s) {
      now.steady += 1s;
      now.clock += 1s;
      session->tick();
    }
  }

  Instant now{std::chrono::steady_clock::time_point(1000s), std::chrono::system_clock::time_point(1'800'000'000s)};
  RecordingOutlet outlet;
  ScriptedBackend backend;
  ScriptedChannels channels;
  ScriptedPresence presence;
  std::shared_ptr<Session> session =
      Session::make("client-1", {outlet, backend, channels, presence, [this] { return now; }, "fanfare 0.1.0"});
};

}  // namespace fanfare::frontends::websocket::session
