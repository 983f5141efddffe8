#pragma once
// A broker with one client, every kind of traffic and a session that resumes exactly: it answers at random moments, and
// keeps what it was told and what it told, to be compared with what the client saw. A repeat that should not be is a
// test failure. Owned by one test; its thread.

#include <cstdint>
#include <functional>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "tests/unit/sdk/broker_link.hpp"
#include "tests/unit/sdk/session_fixture.hpp"

namespace fanfare::session::test {

class ExactBroker {
 public:
  explicit ExactBroker(std::mt19937_64& chance) : chance_(chance) {}

  void connected(const std::string& hello, const protocol::Welcome& welcome);
  /// One command of the client's.
  void received(const protocol::RawCommand& command);
  /// Answers one of what it has not answered; false when nothing is open.
  bool answer_one();

  BrokerLink link;

  /// Payloads that were delivered to a subscription while it was there.
  std::map<Handle, std::vector<std::string>> delivered;
  std::set<Uuid> published;
  std::size_t exchanges = 0;  ///< handed to the client's service
  std::size_t replies = 0;    ///< that it gave
  std::size_t works = 0;      ///< handed out
  std::size_t nacks = 0;
  std::size_t actions = 0;

 private:
  void on(const protocol::Publish& publish);
  void on(const protocol::Subscribe& subscribe);
  void on(const protocol::Unsubscribe& unsubscribe);
  void on(const protocol::Serve& serve);
  void on(const protocol::Request& request);
  void on(const protocol::Reply& reply);
  void on(const protocol::Join& join);
  void on(const protocol::Ack& ack);
  void on(const protocol::Nack& nack);
  void on(const protocol::Fetch& fetch);
  void on(const protocol::Query& query);
  void on(const protocol::Manage& manage);

  void hand_out(std::uint64_t sequence);
  void finish(std::uint64_t sequence, std::uint16_t attempt);
  void later(std::function<void()> answer) { open_.push_back(std::move(answer)); }
  void ok_later(protocol::RequestNumber request);
  /// Numbers rise over the session: one that came twice was sent twice.
  void first_time(protocol::RequestNumber request);

  std::mt19937_64& chance_;
  std::vector<std::function<void()>> open_;
  std::set<protocol::RequestNumber> numbers_;
  std::map<Handle, std::string> patterns_;
  std::map<Handle, std::string> services_;
  std::map<std::uint64_t, protocol::RequestNumber> callers_;  ///< of exchanges
  std::uint64_t last_exchange_ = 0;
  Handle member_ = 0;
  std::map<std::uint64_t, std::uint16_t> out_;
  std::map<std::uint64_t, std::uint16_t> attempts_;
};

}  // namespace fanfare::session::test
