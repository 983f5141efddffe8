// Whatever a client sends: a session takes any frames without a fault, and its own answers are JSON lines. The input is
// frames separated by zero bytes; one that begins with a digit lets so many seconds pass first.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "frontends/websocket/protocol/reply.hpp"
#include "frontends/websocket/session/session.hpp"

namespace {

using namespace fanfare::frontends::websocket;

class CheckingOutlet final : public session::Outlet {
 public:
  void send(const protocol::Line& line) override {
    if (closed_ || line.json().find('\n') != std::string_view::npos || !protocol::compact_json(line.json()))
      std::abort();
  }
  [[nodiscard]] std::size_t waiting() const override { return 0; }
  void close(const protocol::Disconnect&) override { closed_ = true; }

 private:
  bool closed_ = false;
};

/// Answers everything at once; a token's or conversation's last character decides how.
class ObligingBackend final : public session::Backend {
 public:
  explicit ObligingBackend(const session::Instant& now) : now_(now) {}

  void check_token(const std::string& token, session::OnAnswer<session::Identity> done) override {
    if (token.empty()) return done(protocol::Refusal{protocol::kUnauthorized, "no"});
    done(session::Identity{token, std::chrono::time_point_cast<std::chrono::seconds>(now_.clock) + kTokenLife});
  }
  void check_member(const std::string&, const std::string& conversation, session::OnAnswer<void> done) override {
    if (conversation.back() == '0') return done(protocol::Refusal{protocol::kPermissionDenied, "no"});
    done({});
  }
  void publish_typing(const std::string&, const std::string&, session::OnAnswer<void> done) override { done({}); }
  void call(const std::string&, const std::string&, const std::string& data,
            session::OnAnswer<std::string> done) override {
    done(data);
  }

 private:
  static constexpr std::chrono::seconds kTokenLife{30};
  const session::Instant& now_;
};

class ObligingChannels final : public session::Channels {
 public:
  void enter(const std::string&, const std::shared_ptr<session::Subscriber>&,
             const std::optional<fanfare::Position>& after, session::OnAnswer<session::Entered> done) override {
    if (!after) return done(session::Entered{});
    done(session::Entered{.position = after, .recovered = after->sequence % 2 == 0, .replayed = {{7, "{}"}}});
  }
  void leave(const std::string&, const session::Subscriber&) override {}
};

class ObligingPresence final : public session::Presence {
 public:
  void came(const std::string&) override { ++there_; }
  void went(const std::string&) override {
    if (there_-- == 0) std::abort();
  }
  void online(const std::string& person, const std::string& conversation,
              session::OnAnswer<std::vector<std::string>> done) override {
    done(std::vector<std::string>{person, conversation});
  }
  void watch(const std::string& person, const std::string& conversation,
             const std::shared_ptr<session::Subscriber>& subscriber) override {
    ++watches_;
    subscriber->deliver(protocol::join_push("chat." + conversation, person));
  }
  void unwatch(const std::string&, const session::Subscriber&) override {
    if (watches_-- == 0) std::abort();
  }
  [[nodiscard]] bool is_empty() const { return there_ == 0 && watches_ == 0; }

 private:
  std::size_t there_ = 0;
  std::size_t watches_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  session::Instant now{std::chrono::steady_clock::time_point(std::chrono::hours(1)), {}};
  CheckingOutlet outlet;
  ObligingBackend backend(now);
  ObligingChannels channels;
  ObligingPresence presence;
  const auto session = session::Session::make("c", {outlet, backend, channels, presence, [&] { return now; }, "fuzz"});
  while (!rest.empty()) {
    const auto end = rest.find('\0');
    auto frame = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    if (!frame.empty() && frame.front() >= '0' && frame.front() <= '9') {
      now.steady += std::chrono::seconds(frame.front() - '0');
      session->tick();
      frame.remove_prefix(1);
    }
    session->received(frame);
    session->deliver(protocol::publication_push({.channel = "chat.1", .data = "{}", .user = frame.substr(0, 8)}));
  }
  session->ended();
  if (!presence.is_empty()) std::abort();
  return 0;
}
