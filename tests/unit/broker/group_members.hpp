#pragma once
// Members of groups as PROTOCOL.md describes them, over a core that a test drives: what each has and was told. One
// thread.

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "broker/core/groups/own_streams.hpp"
#include "tests/unit/broker/core_driver.hpp"

namespace fanfare::broker::core {

/// The broker's own streams, behind the two of GroupMember::settings().
inline constexpr protocol::StreamNumber kDeadStream = 3;
inline constexpr protocol::StreamNumber kGroupsStream = 4;

class GroupMember {
 public:
  struct Delivery {
    std::uint64_t sequence = 0;
    std::uint16_t attempt = 0;
    Uuid epoch;
    std::string topic;
    std::string payload;
    Headers headers;
    std::string publisher;
    std::optional<Uuid> id;
    std::int64_t timestamp = 0;
  };

  static Settings settings() {
    auto settings = CoreDriver::settings();
    groups::add_own_streams(settings);
    return settings;
  }

  static protocol::Join join(std::string_view pattern = "chat.>", std::string_view group = "work") {
    return {.handle = 7, .group = group, .pattern = pattern};
  }

  explicit GroupMember(CoreDriver& driver, std::uint64_t limit = 1ULL << 40U)
      : driver_(driver), peer_(driver.peer("member", limit)) {}
  GroupMember(CoreDriver& driver, protocol::Join join) : GroupMember(driver) { enter(join); }

  void enter(protocol::Join join) {
    handle_ = join.handle;
    join_ = join.request = ++driver_.request;
    driver_.from(peer_, join);
  }
  /// The position of the OK.
  std::uint64_t joined() {
    const auto ok = driver_.expect<protocol::Ok>(peer_);
    const auto positions = ok.as<protocol::Ok>().positions;
    return positions.empty() ? 0 : positions.front().position.sequence;
  }

  /// What was handed over since the last call; the member has it then.
  std::vector<Delivery> take() {
    std::vector<Delivery> taken;
    for (const auto& one : driver_.take(peer_)) take_in(one, taken);
    return taken;
  }
  std::vector<std::string> payloads() {
    std::vector<std::string> payloads;
    for (const auto& one : take()) payloads.push_back(one.payload);
    return payloads;
  }
  std::vector<std::uint64_t> sequences() {
    std::vector<std::uint64_t> sequences;
    for (const auto& one : take()) sequences.push_back(one.sequence);
    return sequences;
  }

  protocol::RequestNumber ack(const Delivery& one, bool cumulative = false) {
    const auto flags = cumulative ? protocol::Ack::kCumulative : std::uint8_t{0};
    driver_.from(peer_, protocol::Ack{.request = ++driver_.request,
                                      .handle = handle_,
                                      .flags = flags,
                                      .epoch = one.epoch,
                                      .entries = {{one.sequence, one.attempt}}});
    return driver_.request;
  }
  void ack(const std::vector<Delivery>& all) {
    for (const auto& one : all) ack(one);
  }
  protocol::RequestNumber fail(const Delivery& one, std::uint32_t delay_ms = 0, std::string_view reason = "no") {
    return nack(one, protocol::NackKind::failed, delay_ms, reason);
  }
  protocol::RequestNumber defer(const Delivery& one, std::uint32_t delay_ms) {
    return nack(one, protocol::NackKind::defer, delay_ms, "");
  }
  void progress(const Delivery& one) {
    driver_.from(peer_,
                 protocol::Progress{.handle = handle_, .epoch = one.epoch, .entry = {one.sequence, one.attempt}});
  }
  void leave() { driver_.from(peer_, protocol::Leave{.request = ++driver_.request, .handle = handle_}); }
  /// Its LEAVE when it is done.
  protocol::RequestNumber finish() {
    driver_.from(peer_,
                 protocol::Leave{.request = ++driver_.request, .handle = handle_, .flags = protocol::Leave::kWhenDone});
    return driver_.request;
  }
  void lose() { driver_.lose(peer_); }

  /// Whether `request` was answered OK, with no stale entry; an ERROR's name, else.
  std::string answer(protocol::RequestNumber request) {
    static_cast<void>(take_all());
    const auto found = answers_.find(request);
    return found == answers_.end() ? "none" : found->second;
  }

  [[nodiscard]] ConnectionId peer() const { return peer_; }

  std::vector<std::pair<std::uint64_t, std::uint16_t>> revoked;
  std::vector<std::uint64_t> terms;  ///< of each ROLE; 0: standby
  std::vector<Delivery> had;

 private:
  std::vector<Delivery> take_all() {
    auto taken = take();
    had.insert(had.end(), taken.begin(), taken.end());
    return taken;
  }

  protocol::RequestNumber nack(const Delivery& one, protocol::NackKind kind, std::uint32_t delay_ms,
                               std::string_view reason) {
    driver_.from(peer_, protocol::Nack{.request = ++driver_.request,
                                       .handle = handle_,
                                       .kind = kind,
                                       .delay_ms = delay_ms,
                                       .epoch = one.epoch,
                                       .entry = {one.sequence, one.attempt},
                                       .reason = reason});
    return driver_.request;
  }

  void take_in(const Got& got, std::vector<Delivery>& taken) {
    if (got.type == protocol::CommandType::topic) {
      const auto topic = got.as<protocol::Topic>();
      names_[{topic.stream, topic.number}] = topic.name;
    } else if (got.type == protocol::CommandType::ok) {
      const auto ok = got.as<protocol::Ok>();
      answers_[ok.request] = ok.positions.empty() || ok.request == join_ ? "ok" : "partly stale";
    } else if (got.type == protocol::CommandType::error) {
      const auto error = got.as<protocol::Error>();
      answers_[error.request] = describe(error.code).name;
    } else if (got.type == protocol::CommandType::revoke) {
      for (const auto& one : got.as<protocol::Revoke>().entries) revoked.emplace_back(one.sequence, one.attempt);
    } else if (got.type == protocol::CommandType::role) {
      terms.push_back(got.as<protocol::Role>().term);
    } else if (got.type == protocol::CommandType::deliver) {
      const auto deliver = got.as<protocol::Deliver>();
      if (deliver.kind != protocol::DeliveryKind::group || deliver.handle != handle_) return;
      auto records = std::string_view(deliver.records);
      std::size_t count = 0;
      while (const auto record = protocol::next_record(records)) {
        taken.push_back({.sequence = record->sequence,
                         .attempt = deliver.attempts.at(count++),
                         .epoch = deliver.epoch,
                         .topic = names_.at({deliver.stream, record->topic}),
                         .payload = std::string(record->content.payload),
                         .headers = *protocol::decode_headers(record->content.headers),
                         .publisher = std::string(record->publisher),
                         .id = record->content.id,
                         .timestamp = record->timestamp});
      }
      if (count != deliver.attempts.size()) throw std::logic_error("an attempt for each record");
    }
  }

  CoreDriver& driver_;
  ConnectionId peer_;
  protocol::Handle handle_ = 7;
  protocol::RequestNumber join_ = 0;
  std::map<std::pair<protocol::StreamNumber, std::uint32_t>, std::string> names_;
  std::map<protocol::RequestNumber, std::string> answers_;
};

}  // namespace fanfare::broker::core
