#pragma once
// A session that works in groups, and the broker's words to it.

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "tests/unit/sdk/session_fixture.hpp"

namespace fanfare::session::test {

class SessionWorkTest : public SessionTest {
 protected:
  struct Sent {
    std::uint64_t sequence;
    std::uint32_t topic = 1;
    std::uint16_t attempt = 1;
  };

  static Registration membership(protocol::GroupOrder order, bool pipelined = false) {
    Registration it;
    it.kind = Registration::Kind::membership;
    it.pattern = "chat.>";
    it.from = protocol::From::all;
    it.max_in_flight = 256;
    it.joined.group = "work";
    it.joined.order = order;
    it.joined.pipelined = pipelined;
    return it;
  }

  /// Connects and joins; the broker agrees and names topics 1 to 4.
  void work_in(protocol::GroupOrder order, bool pipelined = false) {
    connect();
    session.add(1, membership(order, pipelined));
    agree();
  }
  /// Answers the JOIN that the session sends.
  void agree() {
    join_request = sent().one<protocol::Join>().request;
    receive(protocol::Ok{.request = join_request, .positions = {{1, head}}});
    for (std::uint32_t topic = 1; topic <= 4; ++topic) {
      const auto name = "chat." + std::to_string(topic);
      receive(protocol::Topic{.number = topic, .stream = 1, .name = std::string_view(name)});
    }
  }

  void deliver(const std::vector<Sent>& what) {
    std::string records;
    auto it = stored(records, {epoch, 0}, static_cast<std::uint32_t>(what.size()));
    it.kind = protocol::DeliveryKind::group;
    it.handle = 1;
    for (const auto& one : what) {
      records += record(one.topic, one.sequence, "m");
      it.attempts.push_back(one.attempt);
    }
    it.records = std::string_view(records);
    receive(it);
  }

  void revoke(const std::vector<Sent>& what) {
    protocol::Revoke it{.handle = 1, .epoch = epoch, .entries = {}};
    for (const auto& one : what) it.entries.push_back({one.sequence, one.attempt});
    receive(it);
  }

  void ack(Ticket ticket, std::uint64_t sequence) { session.settle(told.work_at(sequence), ticket, {}); }
  void fail(Ticket ticket, std::uint64_t sequence, std::string reason = "broken") {
    session.settle(told.work_at(sequence), ticket, {.kind = Verdict::Kind::failed, .reason = std::move(reason)});
  }
  void defer(Ticket ticket, std::uint64_t sequence, std::chrono::milliseconds delay) {
    session.settle(told.work_at(sequence), ticket, {.kind = Verdict::Kind::deferred, .delay = delay, .reason = {}});
  }

  protocol::RequestNumber join_request = 0;
};

using Codes = std::map<Ticket, std::optional<ErrorCode>>;
using Sequences = std::vector<std::uint64_t>;

}  // namespace fanfare::session::test
