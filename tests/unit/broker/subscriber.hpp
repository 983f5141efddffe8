#pragma once
// A client as PROTOCOL.md §5 describes it: hands records to the subscriptions they are for and drops what is not beyond
// their positions. Tests look at what each subscription was handed. One thread.

#include <map>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "protocol/topic.hpp"
#include "tests/unit/broker/core_driver.hpp"

namespace fanfare::broker::core {

class Subscriber {
 public:
  struct Handed {
    Position position;
    std::string topic;
    std::string payload;
  };
  struct Subscribed {
    std::string pattern;
    protocol::RequestNumber request = 0;
    bool answered = false;
    bool catching_up = false;
    bool shared = false;
    bool recovered = false;
    Position position;
    std::vector<Handed> handed;
    std::vector<protocol::Gap> gaps;
    std::size_t dropped = 0;  ///< records that came although they are not beyond the position
  };

  explicit Subscriber(CoreDriver& driver, std::uint64_t limit = 1ULL << 40U)
      : driver_(driver), peer_(driver.peer("subscriber", limit)), window_(limit), limit_(limit) {}

  /// The SUBSCRIBE, to be sent.
  protocol::Subscribe subscription(protocol::Handle handle, const std::string& pattern, protocol::From from,
                                   const Position& position = {}, std::int64_t time = 0,
                                   protocol::Overflow overflow = protocol::Overflow::standard) {
    const auto request = ++driver_.request;
    auto& added = subscriptions[handle];
    added.pattern = pattern;
    added.request = request;
    added.catching_up = from != protocol::From::now;
    return {.request = request,
            .handle = handle,
            .from = from,
            .overflow = overflow,
            .position = position,
            .time = time,
            .pattern = std::string_view(added.pattern)};
  }

  Subscribed& subscribe(protocol::Handle handle, const std::string& pattern, protocol::From from,
                        const Position& position = {}, std::int64_t time = 0) {
    driver_.from(peer_, subscription(handle, pattern, from, position, time));
    return take(handle);
  }

  void unsubscribe(protocol::Handle handle) {
    subscriptions.erase(handle);
    driver_.from(peer_, protocol::Unsubscribe{.request = ++driver_.request, .handle = handle});
  }

  /// Takes in what came.
  void take_all() {
    for (const auto& one : driver_.take(peer_)) take_in(one);
  }
  /// The subscription of `handle` then.
  Subscribed& take(protocol::Handle handle = 1) {
    take_all();
    return subscriptions[handle];
  }

  /// Confirms all data and allows so many bytes more.
  void credit(std::uint64_t bytes) {
    limit_ = std::max(limit_ + bytes, handled_ + window_);
    driver_.from(peer_, protocol::Credit{.received = driver_.received(peer_), .limit = limit_});
  }

  [[nodiscard]] std::vector<std::string> payloads(protocol::Handle handle = 1) {
    std::vector<std::string> payloads;
    for (const auto& one : take(handle).handed) payloads.push_back(one.payload);
    return payloads;
  }

  [[nodiscard]] ConnectionId peer() const { return peer_; }
  [[nodiscard]] std::uint64_t handled() const { return handled_; }

  std::map<protocol::Handle, Subscribed> subscriptions;
  std::vector<std::string> errors;
  Position told;  ///< by the last POSITION

 private:
  void take_in(const Got& got) {
    if (protocol::is_data(got.type)) handled_ += protocol::kCommandHeaderSize + got.body.size();
    switch (got.type) {
      case protocol::CommandType::ok:
        return on_ok(got.as<protocol::Ok>());
      case protocol::CommandType::error:
        errors.emplace_back(describe(got.as<protocol::Error>().code).name);
        return;
      case protocol::CommandType::topic: {
        const auto topic = got.as<protocol::Topic>();
        names_[{topic.stream, topic.number}] = topic.name;
        return;
      }
      case protocol::CommandType::deliver:
        return on_deliver(got.as<protocol::Deliver>());
      case protocol::CommandType::caught_up: {
        const auto command = got.as<protocol::CaughtUp>();
        if (!subscriptions.contains(command.handle)) return;
        auto& one = subscriptions.at(command.handle);
        if (!one.catching_up || !one.answered) throw std::logic_error("CAUGHT_UP out of place");
        one.catching_up = false;
        one.position = std::max(one.position, command.at.position);
        return;
      }
      case protocol::CommandType::gap: {
        const auto gap = got.as<protocol::Gap>();
        for (auto& [handle, one] : subscriptions) {
          if (gap.handle == 0 ? !one.catching_up : gap.handle == handle) one.gaps.push_back(gap);
        }
        return;
      }
      case protocol::CommandType::position:
        told = got.as<protocol::PositionUpdate>().through.position;
        return;
      default:
        return;
    }
  }

  void on_ok(const protocol::Ok& ok) {
    for (auto& [handle, one] : subscriptions) {
      if (one.request != ok.request) continue;
      one.answered = true;
      one.recovered = (ok.flags & protocol::Ok::kRecovered) != 0;
      one.shared = (ok.flags & protocol::Ok::kShared) != 0;
      one.position = ok.positions.at(0).position;
    }
  }

  [[nodiscard]] static bool is_for(const protocol::Deliver& deliver, protocol::Handle handle, const Subscribed& one) {
    if (deliver.kind == protocol::DeliveryKind::live) return !one.catching_up;
    if (!one.catching_up) return false;
    return deliver.handle == 0 ? one.shared : deliver.handle == handle;
  }

  void on_deliver(const protocol::Deliver& deliver) {
    auto records = std::string_view(deliver.records);
    std::uint32_t count = 0;
    while (const auto record = protocol::next_record(records)) {
      ++count;
      const auto name = names_.find({deliver.stream, record->topic});
      if (name == names_.end()) throw std::logic_error("a topic was not announced");
      const Position position{deliver.epoch, record->sequence};
      for (auto& [handle, one] : subscriptions) {
        if (!one.answered || !is_for(deliver, handle, one) || !protocol::matches(one.pattern, name->second)) continue;
        if (position <= one.position) {
          ++one.dropped;
          continue;
        }
        one.handed.push_back({position, name->second, std::string(record->content.payload)});
        one.position = position;
      }
    }
    if (!records.empty() || count != deliver.count) throw std::logic_error("records do not fit their count");
  }

  CoreDriver& driver_;
  ConnectionId peer_;
  std::uint64_t window_;
  std::uint64_t limit_;
  std::uint64_t handled_ = 0;  ///< bytes of data
  std::map<std::pair<protocol::StreamNumber, std::uint32_t>, std::string> names_;
};

}  // namespace fanfare::broker::core
