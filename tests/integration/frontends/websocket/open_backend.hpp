#pragma once
// A backend that lets everybody in and channels in which nothing happens: for tests of the server alone.

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "frontends/websocket/session/ports.hpp"

namespace fanfare::test {

class OpenBackend final : public frontends::websocket::session::Backend {
 public:
  static constexpr std::chrono::seconds kTokenLife{60};
  using Identity = frontends::websocket::session::Identity;
  template <class T>
  using OnAnswer = frontends::websocket::session::OnAnswer<T>;

  void check_token(const std::string& token, OnAnswer<Identity> done) override {
    done(Identity{token, std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()) + kTokenLife});
  }
  void check_member(const std::string&, const std::string&, OnAnswer<void> done) override { done({}); }
  void publish_typing(const std::string&, const std::string&, OnAnswer<void> done) override { done({}); }
  void call(const std::string&, const std::string&, const std::string&, OnAnswer<std::string> done) override {
    done(std::string("{}"));
  }
};

class QuietChannels final : public frontends::websocket::session::Channels {
 public:
  void enter(const std::string&, const std::shared_ptr<frontends::websocket::session::Subscriber>&,
             const std::optional<Position>&,
             frontends::websocket::session::OnAnswer<frontends::websocket::session::Entered> done) override {
    done(frontends::websocket::session::Entered{});
  }
  void leave(const std::string&, const frontends::websocket::session::Subscriber&) override {}
};

class NobodyThere final : public frontends::websocket::session::Presence {
 public:
  void came(const std::string&) override {}
  void went(const std::string&) override {}
  void online(const std::string&, const std::string&,
              frontends::websocket::session::OnAnswer<std::vector<std::string>> done) override {
    done(std::vector<std::string>());
  }
  void watch(const std::string&, const std::string&,
             const std::shared_ptr<frontends::websocket::session::Subscriber>&) override {}
  void unwatch(const std::string&, const frontends::websocket::session::Subscriber&) override {}
};

}  // namespace fanfare::test
