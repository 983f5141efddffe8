// Random subscribers, publishes, trims, restarts and answers of the journal, against a list of what was stored: each
// subscription gets exactly the messages of its pattern, in order and once, from where it began, or a gap says which
// may be missing.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <random>
#include <set>

#include "tests/unit/broker/subscriber.hpp"
#include "tests/unit/broker/waiting_journal.hpp"

namespace fanfare::broker::core {
namespace {

using protocol::From;

struct StoredMessage {
  Position position;
  std::string topic;
  std::int64_t timestamp = 0;
};

/// Where a subscription began, as the oracle sees it.
struct Begun {
  std::string pattern;
  Position after;           ///< everything beyond it is to come
  std::int64_t time = 0;    ///< or everything since
  std::uint64_t first = 1;  ///< the oldest record held then
};

class RandomReplays {
 public:
  explicit RandomReplays(unsigned seed) : random_(seed) {
    settings_ = CoreDriver::settings();
    settings_.outbox = 3'000;
    settings_.page = 600;
    settings_.recent = any(2) == 0 ? 2'000 : 0;
    settings_.reads = 3;
    settings_.replays = 2;
    settings_.lease = std::chrono::hours(100);
    start();
  }

  void run(int steps) {
    for (step_ = 0; step_ < steps; ++step_) {
      const auto what = any(100);
      if (what < 40) {
        publish();
      } else if (what < 55) {
        subscribe();
      } else if (what < 58) {
        unsubscribe();
      } else if (what < 75) {
        credit(200 + any(1'500));
      } else if (what < 90) {
        give();
      } else if (what < 93) {
        journal_.holding = any(3) != 0;
      } else if (what < 95) {
        trim();
      } else if (what < 97) {
        disconnect();
      } else {
        driver_->from(pick().peer(), protocol::Ping{.token = 1});
      }
      take();
      if (testing::Test::HasFatalFailure()) return;
    }
    finish();
  }

 private:
  std::size_t any(std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(random_); }

  void start() {
    driver_ = std::make_unique<CoreDriver>(settings_, &journal_);
    publisher_ = driver_->peer("publisher");
    for (int i = 0; i < 3; ++i) connect();
  }

  void connect() {
    subscribers_.push_back(std::make_unique<Subscriber>(*driver_, 1 + any(2'000)));
    begun_.emplace_back();
  }

  Subscriber& pick() { return *subscribers_[any(subscribers_.size())]; }

  void publish() {
    const auto topic = "chat." + std::string(1, static_cast<char>('a' + any(4))) + (any(3) == 0 ? ".x" : "");
    driver_->now.clock += 10;
    driver_->publish(publisher_, topic, std::string(1 + any(300), 'x'));
    const auto range = driver_->expect<protocol::Puback>(publisher_).as<protocol::Puback>().ranges.at(0);
    stored_.push_back({{range.epoch, range.sequence}, topic, driver_->now.clock});
  }

  void subscribe() {
    static const std::vector<std::string> kPatterns{"chat.>",   "chat.*",   "chat.a",  "chat.b",
                                                    "chat.*.x", "chat.a.>", "chat.c.x"};
    const auto who = any(subscribers_.size());
    std::string frame(protocol::kFrameHeader);
    const auto together = 1 + any(3);  // often from the same place
    auto from = static_cast<From>(any(5));
    if (stored_.empty()) from = From::all;
    const auto& place = stored_.empty() ? StoredMessage{} : stored_[any(stored_.size())];
    for (std::size_t i = 0; i < together; ++i) {
      const auto handle = next_handle_++;
      Begun begun{.pattern = kPatterns[any(kPatterns.size())], .after = {}, .first = first_};
      if (from == From::now) begun.after = stored_.back().position;
      if (from == From::after) begun.after = place.position;
      if (from == From::at) begun.after = {place.position.epoch, place.position.sequence - 1};
      if (from == From::time) begun.time = place.timestamp;
      begun_[who].emplace(handle, begun);
      protocol::append_command(
          frame, subscribers_[who]->subscription(handle, begun.pattern, from, place.position, place.timestamp));
    }
    driver_->raw(subscribers_[who]->peer(), frame);
  }

  void unsubscribe() {
    auto& subscriber = pick();
    if (!subscriber.subscriptions.empty()) subscriber.unsubscribe(subscriber.subscriptions.begin()->first);
  }

  void credit(std::size_t bytes) { pick().credit(bytes); }

  void give() {
    if (!journal_.answers.empty()) journal_.give();
    driver_->core().settle(driver_->now);
  }

  void trim() {
    if (stored_.size() < 20) return;
    first_ = std::max<std::uint64_t>(first_, stored_.size() - any(stored_.size() / 3));
    journal_.memory().trim(1, first_);
    driver_->core().settle(driver_->now);
  }

  void disconnect() {
    const auto who = any(subscribers_.size());
    driver_->lose(subscribers_[who]->peer());
    subscribers_.erase(subscribers_.begin() + static_cast<std::ptrdiff_t>(who));
    begun_.erase(begun_.begin() + static_cast<std::ptrdiff_t>(who));
    connect();
  }

  void take() {
    for (auto& one : subscribers_) {
      one->take_all();
      check_position(*one);
    }
    check(false);
  }

  /// POSITION never runs ahead: whatever is live has been handed everything up to there, or was told of a gap.
  void check_position(const Subscriber& subscriber) {
    for (const auto& [handle, one] : subscriber.subscriptions) {
      if (one.catching_up || one.handed.empty()) continue;
      for (const auto& message : stored_) {
        if (message.position > subscriber.told || message.position <= one.handed.back().position) continue;
        ASSERT_FALSE(protocol::matches(one.pattern, message.topic) && !in_gap(one, message.position.sequence))
            << "step " << step_ << " handle " << handle << " sequence " << message.position.sequence;
      }
    }
  }

  static bool in_gap(const Subscriber::Subscribed& one, std::uint64_t sequence) {
    return std::ranges::any_of(one.gaps, [&](const auto& gap) { return gap.from <= sequence && sequence <= gap.to; });
  }

  /// `complete`: nothing is on its way any more.
  void check(bool complete) {
    for (std::size_t i = 0; i < subscribers_.size(); ++i) {
      for (const auto& [handle, one] : subscribers_[i]->subscriptions) {
        const auto& begun = begun_[i].at(handle);
        auto handed = one.handed.begin();
        for (const auto& message : stored_) {
          const bool wanted = message.position > begun.after && message.timestamp >= begun.time &&
                              protocol::matches(begun.pattern, message.topic);
          if (!wanted) continue;
          if (handed != one.handed.end() && handed->position == message.position) {
            ASSERT_EQ(handed->topic, message.topic);
            ++handed;
            continue;
          }
          const auto sequence = message.position.sequence;
          // What was removed before it began was never promised to a start at the oldest or at a time.
          const bool promised = !(begun.after == Position{} && sequence < first_ && one.handed.begin() == handed);
          const bool over = handed == one.handed.end() && !complete;  // may still come
          ASSERT_TRUE(over || !promised || in_gap(one, sequence))
              << "step " << step_ << ": handle " << handle << " of " << begun.pattern << " after "
              << begun.after.sequence << " time " << begun.time << " first " << begun.first << " lacks " << sequence
              << " first " << first_ << "\n"
              << story(one);
        }
        ASSERT_TRUE(handed == one.handed.end()) << "step " << step_ << ": handle " << handle << " of " << begun.pattern
                                                << " got out of order " << handed->position.sequence;
      }
    }
  }

  static std::string story(const Subscriber::Subscribed& one) {
    std::string text = "handed";
    for (const auto& each : one.handed) text += " " + std::to_string(each.position.sequence);
    text += "; gaps";
    for (const auto& gap : one.gaps) text += " " + std::to_string(gap.from) + "-" + std::to_string(gap.to);
    return text + "; position " + std::to_string(one.position.sequence);
  }

  /// Everybody reads all there is.
  void finish() {
    journal_.holding = false;
    while (!journal_.answers.empty()) give();
    for (int round = 0; round < 400; ++round) {
      for (auto& one : subscribers_) {
        one->credit(20'000);
        one->take_all();
      }
    }
    for (auto& one : subscribers_) {
      for (const auto& [handle, sub] : one->subscriptions) {
        ASSERT_TRUE(sub.answered && !sub.catching_up) << "handle " << handle;
      }
    }
    check(true);
    ASSERT_EQ(journal_.readers, 0);
  }

  std::mt19937 random_;
  Settings settings_;
  WaitingJournal journal_;
  std::unique_ptr<CoreDriver> driver_;
  ConnectionId publisher_ = 0;
  std::vector<std::unique_ptr<Subscriber>> subscribers_;
  std::vector<std::map<protocol::Handle, Begun>> begun_;
  std::vector<StoredMessage> stored_;
  std::uint64_t first_ = 1;
  protocol::Handle next_handle_ = 1;
  int step_ = 0;
};

TEST(RandomReplay, GivesEachSubscriptionExactlyItsMessagesOrSaysWhatIsMissing) {
  const char* given = std::getenv("FANFARE_TEST_SEED");
  const auto seed = given != nullptr ? static_cast<unsigned>(std::strtoul(given, nullptr, 10)) : std::random_device()();
  for (unsigned i = 0; i < 10; ++i) {
    SCOPED_TRACE("FANFARE_TEST_SEED=" + std::to_string(seed + i));
    std::cout << "seed " << seed + i << '\n';
    RandomReplays(seed + i).run(300);
    if (testing::Test::HasFatalFailure()) return;
  }
}

}  // namespace
}  // namespace fanfare::broker::core
