#pragma once
// A hub with a virtual clock, a source that keeps what it was asked, and two subscribers that keep what they got. For
// the hub's tests only.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "frontends/websocket/hub/hub.hpp"

namespace fanfare::frontends::websocket::hub {

using namespace std::chrono_literals;

/// Reads wait until the test answers them.
class RecordingSource final : public TopicSource {
 public:
  struct Read {
    std::string topic;
    Position after;
    ReadBounds bounds;
    OnPage done;
  };

  void open(const std::string& topic) override { calls.push_back("open " + topic); }
  void close(const std::string& topic) override { calls.push_back("close " + topic); }
  void read(const std::string& topic, const Position& after, const ReadBounds& bounds, OnPage done) override {
    reads.push_back({topic, after, bounds, std::move(done)});
  }

  /// The oldest read.
  void answer(std::optional<Page> page) {
    ASSERT_FALSE(reads.empty());
    const auto done = std::move(reads.front().done);
    reads.pop_front();
    done(std::move(page));
  }

  std::vector<std::string> calls;
  std::deque<Read> reads;
};

class RecordingSubscriber final : public session::Subscriber {
 public:
  void deliver(const protocol::Line& publication) override {
    got.emplace_back(publication.json());
    last = publication.with_separator().data();
    if (on_delivery) on_delivery();
  }
  void interrupted(const std::string& channel) override { got.push_back("interrupted " + channel); }
  void rights_changed(const std::string& conversation) override { got.push_back("rights " + conversation); }

  std::vector<std::string> got;
  const void* last = nullptr;
  std::function<void()> on_delivery;
};

class HubTest : public testing::Test {
 protected:
  void SetUp() override { hub.set_available(true); }

  /// Notes "entered", the position, "recovered" and what was missed, or "refused" and the code.
  void enter(const std::string& channel, const std::shared_ptr<RecordingSubscriber>& subscriber,
             const std::optional<Position>& after = {}) {
    hub.enter(channel, subscriber, after, [subscriber](const session::Answer<session::Entered>& answer) {
      if (!answer) {
        subscriber->got.push_back("refused " + std::to_string(answer.error().code));
        return;
      }
      std::string text = "entered";
      if (answer->position) text += " at " + std::to_string(answer->position->sequence);
      if (answer->recovered) text += " recovered";
      for (const auto& each : answer->replayed) text += " " + each.json;
      subscriber->got.push_back(text);
    });
  }

  /// chat.1, with all up to `sequence` behind it.
  void open_stream(std::uint64_t sequence) {
    hub.began("chat.1", at(sequence), true);
    hub.opened("chat.1");
  }

  std::size_t arrive(std::uint64_t sequence, const Uuid& epoch = kEpoch) {
    return hub.arrived("chat.1", Position{epoch, sequence}, protocol::Line(std::to_string(sequence)));
  }

  static Position at(std::uint64_t sequence) { return {kEpoch, sequence}; }

  /// The last one, with these sequences and nothing more up to `through`.
  static Page page(const std::vector<std::uint64_t>& sequences, std::uint64_t through) {
    Page page{.through = at(through), .last = true};
    for (const auto sequence : sequences) page.publications.push_back({sequence, std::to_string(sequence)});
    return page;
  }

  static inline const Uuid kEpoch = *Uuid::parse("0190e000-0000-7000-8000-000000000001");
  static inline const Uuid kLaterEpoch = *Uuid::parse("0190e000-0000-7000-8000-000000000002");

  session::Instant now{std::chrono::steady_clock::time_point(1000s), {}};
  RecordingSource source;
  Hub hub{source,
          [this] { return now; },
          {.linger = 30s, .lingering = 2, .recovery = {.count = 4, .bytes = 100, .time = 2s}, .reads = 2}};
  std::shared_ptr<RecordingSubscriber> ada = std::make_shared<RecordingSubscriber>();
  std::shared_ptr<RecordingSubscriber> bob = std::make_shared<RecordingSubscriber>();
};

}  // namespace fanfare::frontends::websocket::hub
