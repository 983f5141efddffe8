#pragma once
// A core under load without a socket: one publisher, subscribers that confirm what they are handed, turns as the server
// makes them. What it is asked for is all real; only the frames go nowhere. One thread.

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "broker/core/core.hpp"
#include "protocol/frame.hpp"

namespace fanfare::bench {

/// Commits at once and keeps nothing: what a stream costs the core, without what it costs the disk.
class PassingJournal final : public broker::core::Journal {
 public:
  broker::core::Kept kept(protocol::StreamNumber) override { return {.head = {.epoch = Uuid{{1}}, .sequence = 0}}; }
  void define(protocol::StreamNumber, std::uint32_t, std::string_view) override {}
  void append(broker::core::Batch batch) override {
    const auto first = head_ + 1;
    auto* const end = batch.records->data() + batch.records->size();
    for (auto* at = batch.records->data(); at != end; at += protocol::load<std::uint32_t>(at)) {
      protocol::set_sequence(at, ++head_);
    }
    decided_.emplace_back(broker::core::Commit{.stream = batch.stream, .first = first, .count = batch.count});
  }
  void open_reader(broker::core::ReaderId, broker::core::ReaderSpec) override {}
  void read(const broker::core::ReadRequest&) override {}
  void close_reader(broker::core::ReaderId) override {}
  void look_up(const broker::core::IdLookup&) override {}
  std::vector<broker::core::JournalEvent> take_events() override { return std::exchange(decided_, {}); }
  void hold(protocol::StreamNumber, std::uint64_t) override {}
  [[nodiscard]] broker::core::StreamFigures figures(protocol::StreamNumber) const override { return {}; }

 private:
  std::vector<broker::core::JournalEvent> decided_;
  std::uint64_t head_ = 0;
};

/// A frame of PUBLISHes that can be sent again and again: each time under the requests that follow.
class PublishFrame {
 public:
  /// Goes round the topic numbers `first_topic` to `first_topic` + `topics` - 1.
  PublishFrame(std::uint32_t count, std::size_t payload, std::uint32_t first_topic, std::uint32_t topics)
      : bytes_(protocol::kFrameHeader) {
    const std::string content(payload, 'x');
    for (std::uint32_t i = 0; i < count; ++i) {
      requests_.push_back(bytes_.size() + protocol::kCommandHeaderSize);
      protocol::append_command(
          bytes_, protocol::Publish{.topic = first_topic + i % topics, .content = std::string_view(content)});
    }
  }

  [[nodiscard]] std::size_t size() const { return bytes_.size(); }

  /// The frame, with requests that follow `last`.
  [[nodiscard]] const std::string& after(protocol::RequestNumber& last) {
    for (const auto at : requests_) protocol::store(bytes_.data() + at, ++last);
    return bytes_;
  }

 private:
  std::string bytes_;
  std::vector<std::size_t> requests_;
};

class LoadedCore final : public broker::core::Effects {
 public:
  static constexpr broker::core::ConnectionId kPublisher = 1;

  LoadedCore() : core_({.streams = {{"kept", {"kept.>"}}}}, random(), journal_, *this, now_) { greet(kPublisher); }

  broker::core::ConnectionId subscriber(const std::vector<std::string>& patterns) {
    const auto id = ++last_connection_;
    greet(id);
    protocol::Handle handle = 0;
    for (const auto& pattern : patterns) {
      ++handle;
      from(id, protocol::Subscribe{.request = handle, .handle = handle, .pattern = std::string_view(pattern)});
    }
    return id;
  }

  void name_topic(std::uint32_t number, std::string_view name) {
    from(kPublisher, protocol::Topic{.number = number, .name = name});
    if (last_request_ > 0) return;
    // A session has its whole credit from its first message on.
    PublishFrame first(1, 0, number, 1);
    turn(first, 1);
  }

  /// `frames` frames of the publisher and, before the core settles, a CREDIT of everybody who was handed something.
  void turn(PublishFrame& frame, std::size_t frames) {
    ++now_.steady;
    ++now_.clock;
    for (std::size_t i = 0; i < frames; ++i) core_.received(kPublisher, frame.after(last_request_), now_);
    for (const auto id : std::exchange(handed_, {})) confirm(id);
    core_.settle(now_);
  }

  void send(broker::core::ConnectionId to, broker::core::SharedFrame frame) override {
    ++frames_sent_;
    bytes_sent_ += frame->size();
    auto& peer = peers_[to];
    protocol::FrameReader reader(*frame);
    while (const auto command = reader.next()) {
      if (protocol::is_counted(command->type)) ++peer.received;
      if (protocol::is_data(command->type)) peer.bytes += protocol::kCommandHeaderSize + command->body.size();
      peer.owes = peer.owes || protocol::is_counted(command->type);
    }
    if (peer.owes && !std::exchange(peer.listed, true)) handed_.push_back(to);
  }
  void session_opened(broker::core::ConnectionId, std::string_view) override {}
  void session_closed(broker::core::ConnectionId, std::string_view, std::string_view) override { ++closed_; }
  void fenced(std::string_view, std::string_view) override {}

  [[nodiscard]] const broker::core::Counters& counters() const { return core_.counters(); }
  [[nodiscard]] std::uint64_t bytes_sent() const { return bytes_sent_; }
  [[nodiscard]] std::uint64_t frames_sent() const { return frames_sent_; }
  [[nodiscard]] std::uint64_t sessions_closed() const { return closed_; }

 private:
  static constexpr std::uint64_t kWindow = 8U << 20U;

  struct Peer {
    std::uint64_t received = 0;
    std::uint64_t bytes = 0;
    bool owes = false;
    bool listed = false;
  };

  static broker::core::Random random() {
    return [last = std::uint64_t{0}]() mutable {
      Uuid id;
      protocol::store(reinterpret_cast<char*>(id.bytes.data()), ++last);
      return id;
    };
  }

  template <class Command>
  void from(broker::core::ConnectionId id, const Command& command) {
    core_.received(id, protocol::make_frame(command), now_);
    core_.settle(now_);
  }

  void greet(broker::core::ConnectionId id) {
    from(id, protocol::Hello{.version_min = 1, .version_max = 1, .limit = kWindow, .name = std::string_view("peer")});
  }

  void confirm(broker::core::ConnectionId id) {
    auto& peer = peers_[id];
    peer.owes = peer.listed = false;
    credit_.assign(protocol::kFrameHeader);
    protocol::append_command(credit_, protocol::Credit{.received = peer.received, .limit = peer.bytes + kWindow});
    core_.received(id, credit_, now_);
  }

  broker::core::Instant now_{.steady = std::chrono::seconds(100), .clock = 1'700'000'000'000'000};
  PassingJournal journal_;
  broker::core::Core core_;
  std::unordered_map<broker::core::ConnectionId, Peer> peers_;
  std::vector<broker::core::ConnectionId> handed_;
  std::string credit_;
  protocol::RequestNumber last_request_ = 0;
  broker::core::ConnectionId last_connection_ = kPublisher;
  std::uint64_t frames_sent_ = 0;
  std::uint64_t bytes_sent_ = 0;
  std::uint64_t closed_ = 0;
};

}  // namespace fanfare::bench
