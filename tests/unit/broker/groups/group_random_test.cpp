// Group against the plain one: whatever comes, both must hand out the same, take back the same and keep the same.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <random>

#include "plain_group.hpp"

namespace fanfare::broker::core::groups {
namespace {

using plain::PlainGroup;
using plain::TakenBack;
using State = plain::Message::State;
using std::chrono::milliseconds;

class RandomGroup {
 public:
  RandomGroup(unsigned seed, protocol::GroupOrder order)
      : random_(seed), plain_(settings(order)), group_(initial()), committed_(initial()), committed_plain_(plain_) {}

  void run(int steps) {
    for (int step = 0; step < steps && !testing::Test::HasFailure(); ++step) {
      SCOPED_TRACE("step " + std::to_string(step));
      one_step();
      compare();
    }
    finish_all();
  }

 private:
  std::uint64_t any(std::uint64_t n) { return std::uniform_int_distribution<std::uint64_t>(0, n - 1)(random_); }
  Instant now() const { return {.steady = plain_.now, .clock = 0}; }

  GroupSettings settings(protocol::GroupOrder order) {
    GroupSettings settings;
    settings.order = order;
    settings.pattern = ">";
    settings.ack_wait = milliseconds(10 + any(200));
    settings.max_deliver = 1 + static_cast<std::uint32_t>(any(4));
    settings.max_pending = any(4) == 0 ? 5 : 1'000;
    settings.back_off = {milliseconds(10), milliseconds(50)};
    return settings;
  }
  GroupState initial() const {
    GroupState state;
    state.settings = plain_.settings;
    return state;
  }

  void one_step() {
    switch (any(23)) {
      case 0:
        return join();
      case 1:
        return leave();
      case 2:
        return pause();
      case 3:
        return publish();
      case 4:
      case 5:
        return look();
      case 6:
      case 7:
      case 8:
      case 9:
        return hand_out(1 + any(5));
      case 10:
      case 11:
      case 12:
      case 13:
        return say();
      case 14:
        return say_something_stale();
      case 15:
        return pass_time();
      case 16:
        return bury();
      case 17:
        return letters();
      case 18:
        return any(4) == 0 ? lose_one() : say();
      case 19:
        return commit();
      case 20:
        return any(10) == 0 ? restart() : commit();
      case 21:
        return finish();
      default:
        return elected();
    }
  }

  void join() {
    if (plain_.members.size() >= 5) return;
    const auto room = static_cast<std::uint32_t>(1 + any(6));
    group_.join(++last_member_, room, now());
    plain_.join(last_member_, room);
  }
  MemberId somebody() { return plain_.members.empty() ? 0 : plain_.members[any(plain_.members.size())].id; }
  void leave() {
    const auto id = somebody();
    if (id == 0 || any(3) != 0) return;
    const auto counts = any(2) == 0;
    if (counts) {
      group_.lost(id, now());
    } else {
      group_.leave(id, now());
    }
    plain_.leave(id, counts);
  }
  void finish() {
    const auto id = somebody();
    if (id == 0) return;
    auto& member = *plain_.member(id);
    if (member.finishing && plain_.at_member(id).empty()) {
      group_.leave(id, now());
      plain_.leave(id, false);
    } else if (any(3) == 0) {
      group_.finish(id);
      member.finishing = true;
    }
  }
  void pause() {
    const auto id = somebody();
    if (id == 0) return;
    auto& paused = plain_.member(id)->paused;
    paused = !paused;
    if (paused) {
      group_.pause(id);
    } else {
      group_.resume(id);
    }
  }
  void publish() {
    for (auto count = any(10); count > 0; --count) {
      if (any(40) == 0) ++epoch_;
      plain_.published(any(4) == 0 ? 0 : static_cast<TopicNumber>(1 + any(4)), Uuid::version7(epoch_, {}));
    }
  }
  void look() {
    const auto begin = group_.scanned();
    if (plain_.messages.size() <= begin || (any(3) != 0 && !group_.wants_more())) return;
    const auto through = begin + 1 + any(std::min<std::uint64_t>(plain_.messages.size() - begin, 12));
    for (auto sequence = begin + 1; sequence <= through; ++sequence) {
      if (const auto topic = plain_.at(sequence).topic; topic != 0) group_.found(sequence, topic);
    }
    group_.scanned_to(through);
    plain_.looked_through(through);
  }
  void hand_out(std::uint64_t count) {
    for (; count > 0; --count) {
      const auto offer = group_.next();
      const auto expected = plain_.next();
      ASSERT_EQ(offer.has_value(), expected.has_value());
      if (!offer) return;
      ASSERT_EQ(offer->sequence, expected->sequence);
      ASSERT_EQ(offer->member, expected->member);
      ASSERT_EQ(offer->topic, expected->topic);
      ASSERT_EQ(offer->dead, expected->dead);
      ASSERT_EQ(group_.hand_over(*offer, plain_.at(offer->sequence).epoch, now()), plain_.hand_over(*offer));
    }
  }
  plain::Message* something_out() {
    std::vector<plain::Message*> out;
    for (auto& message : plain_.messages) {
      if (message.state == State::out) out.push_back(&message);
    }
    return out.empty() ? nullptr : out[any(out.size())];
  }
  void say() {
    auto* const message = something_out();
    if (message == nullptr) return;
    const auto who = message->holder;
    const auto epoch = message->epoch;
    const Delivered delivered{.sequence = message->sequence, .attempt = message->attempt};
    plain_.said(who);
    switch (any(8)) {
      case 0: {
        const milliseconds delay(any(3) * 40);
        EXPECT_TRUE(group_.defer(who, epoch, delivered, delay, now()));
        return plain_.defer(*message, delay);
      }
      case 1:
      case 2: {
        std::optional<milliseconds> delay;
        if (any(2) == 0) delay.emplace(any(3) * 40);
        EXPECT_TRUE(group_.fail(who, epoch, delivered, delay, "no", now()));
        return plain_.fail(*message, delay);
      }
      case 3:
        EXPECT_TRUE(group_.progress(who, epoch, delivered, now()));
        return plain_.progress(*message);
      case 4:
        EXPECT_TRUE(group_.ack_through(who, epoch, delivered, now()));
        return plain_.ack_through(who, delivered.sequence);
      default:
        EXPECT_TRUE(group_.ack(who, epoch, delivered, now()));
        return plain_.ack(*message);
    }
  }
  void say_something_stale() {
    const auto id = somebody();
    if (plain_.messages.empty() || id == 0) return;
    const Delivered delivered{.sequence = 1 + any(plain_.messages.size()),
                              .attempt = static_cast<std::uint16_t>(1 + any(3))};
    const auto epoch = Uuid::version7(any(epoch_ + 1), {});
    if (plain_.delivery(id, epoch, delivered) != nullptr) return;
    plain_.said(id);
    switch (any(4)) {
      case 0:
        EXPECT_FALSE(group_.ack(id, epoch, delivered, now()));
        return;
      case 1:
        EXPECT_FALSE(group_.ack_through(id, epoch, delivered, now()));
        return;
      case 2:
        EXPECT_FALSE(group_.fail(id, epoch, delivered, {}, "no", now()));
        return;
      default:
        EXPECT_FALSE(group_.defer(id, epoch, delivered, milliseconds(5), now()));
        return;
    }
  }
  void pass_time() {
    const auto next = plain_.next_deadline();
    plain_.now = next && any(2) == 0 ? std::max(plain_.now, *next) : plain_.now + milliseconds(any(30));
    group_.tick(now());
    plain_.tick();
  }

  void bury() {
    for (const auto& message : plain_.messages) {
      if (message.state != State::condemned || any(2) == 0) continue;
      group_.buried(message.sequence, ++last_letter_);
      plain_.bury(message.sequence, last_letter_);
      return;
    }
  }
  void letters() {
    if (plain_.dead.empty()) {
      EXPECT_FALSE(group_.give_back(last_letter_ + 1, 1, 1));
      return;
    }
    auto letter = plain_.dead.begin();
    std::advance(letter, any(plain_.dead.size()));
    const auto number = *letter;
    const auto sequence = plain_.letters.at(number);
    switch (any(8)) {
      case 0:
        EXPECT_TRUE(group_.drop_dead(number));
        EXPECT_FALSE(group_.drop_dead(number));
        plain_.dead.erase(number);
        return;
      case 1:
        group_.dead_trimmed(number);
        plain_.dead.erase(plain_.dead.begin(), letter);
        return;
      default:
        EXPECT_TRUE(group_.give_back(number, sequence, plain_.at(sequence).topic));
        plain_.give_back(number, sequence);
    }
  }
  void lose_one() {
    // The journal does not hold what was to be handed out.
    if (plain_.messages.empty()) return;
    auto& message = plain_.at(1 + any(plain_.messages.size()));
    const auto unfinished = message.topic != 0 && message.state != State::finished && message.state != State::unseen;
    EXPECT_EQ(group_.gone(message.sequence), unfinished) << message.sequence;
    if (unfinished) plain_.ack(message);
  }
  void elected() {
    if (plain_.active == 0) return;
    group_.elected(plain_.term - 1, now());  // too late: not its term
    group_.elected(plain_.term, now());
    if (!plain_.elected) plain_.roles.emplace_back(plain_.active, plain_.term);
    plain_.elected = true;
  }

  void commit() {
    apply(committed_, group_.take_changes());
    EXPECT_TRUE(group_.take_changes().empty());
    EXPECT_EQ(committed_, group_.state());
    committed_plain_ = plain_;
  }
  void restart() {
    // What was not committed is lost, but not what was published.
    const auto published = plain_.messages;
    const auto at = plain_.now;
    plain_ = committed_plain_;
    plain_.now = at;
    plain_.taken_back.clear();
    plain_.condemned.clear();
    plain_.roles.clear();
    for (auto i = plain_.messages.size(); i < published.size(); ++i) {
      plain_.published(published[i].topic, published[i].epoch);
    }
    plain_.restart();
    group_ = Group(committed_);
    for (auto& message : plain_.messages) {
      if (!message.letter) continue;
      if (any(5) == 0) {
        EXPECT_TRUE(group_.gone(message.sequence));
        plain_.ack(message);
      } else {
        group_.known(message.sequence, message.topic);
        plain_.known(message.sequence);
      }
    }
    commit();
  }

  void compare() {
    see_events();
    plain_.scanned = std::max(plain_.scanned, plain_.floor());  // what is finished need not be looked at again
    const auto& state = group_.state();
    ASSERT_EQ(state.floor, plain_.floor());
    ASSERT_EQ(state.term, plain_.term);
    ASSERT_EQ(group_.scanned(), plain_.scanned);
    ASSERT_EQ(group_.pending(), plain_.count(State::ready) + plain_.count(State::waits) + plain_.count(State::out) +
                                    plain_.count(State::condemned));
    ASSERT_EQ(group_.in_flight(), plain_.count(State::out));
    ASSERT_EQ(group_.delayed(), plain_.count(State::waits));
    ASSERT_EQ(group_.next_deadline(), plain_.next_deadline());
    std::map<std::uint64_t, std::uint32_t> failures;
    std::map<std::uint64_t, std::uint64_t> returned;
    for (const auto& message : plain_.messages) {
      if (message.failures > 0) failures[message.sequence] = message.failures;
      if (message.letter) returned[message.sequence] = *message.letter;
      const auto done = message.sequence <= state.floor || state.finished.contains(message.sequence);
      const auto expected = message.sequence <= plain_.floor() || message.state == State::finished || message.letter;
      ASSERT_EQ(done, expected) << message.sequence;
    }
    ASSERT_EQ(state.failures, failures);
    ASSERT_EQ(state.returned, returned);
    ASSERT_EQ(state.dead.size(), plain_.dead.size());
    for (const auto letter : plain_.dead) ASSERT_TRUE(state.dead.contains(letter));
    std::vector<Group::MemberFigures> figures = group_.members();
    ASSERT_EQ(figures.size(), plain_.members.size());
    for (const auto& each : figures) {
      ASSERT_EQ(each.in_flight, plain_.at_member(each.member).size());
      ASSERT_LE(each.in_flight, each.max_in_flight);
      ASSERT_EQ(group_.has_any(each.member), each.in_flight > 0);
      ASSERT_EQ(each.stalled, plain_.member(each.member)->stalled);
      ASSERT_EQ(each.term, plain_.elected && plain_.active == each.member ? plain_.term : 0);
    }
    ASSERT_NO_FATAL_FAILURE(keep_key_order());
    ASSERT_NO_FATAL_FAILURE(read_on());
  }
  /// Whoever takes something and has nothing to take makes the group read on; without such a member it does not.
  void read_on() {
    const auto takes = std::any_of(plain_.members.begin(), plain_.members.end(),
                                   [&](const auto& member) { return plain_.takes(member); });
    const auto full = group_.pending() >= plain_.settings.max_pending;
    ASSERT_EQ(group_.full(), full);
    if (!takes || full) {
      ASSERT_FALSE(group_.wants_more());
    } else if (!group_.next() && plain_.settings.order != protocol::GroupOrder::exclusive) {
      ASSERT_TRUE(group_.wants_more());
    }
  }
  /// Not by comparison: what is out of a topic is at one member, and nothing of it that waits stands before.
  void keep_key_order() {
    if (plain_.settings.order == protocol::GroupOrder::any) return;
    std::map<TopicNumber, MemberId> owners;
    for (const auto& message : plain_.messages) {
      if (message.state != State::out) continue;
      const auto [owner, is_new] = owners.try_emplace(message.topic, message.holder);
      ASSERT_EQ(owner->second, message.holder);
      for (const auto& other : plain_.messages) {
        const auto passed = other.topic == message.topic && other.sequence < message.sequence && !other.letter &&
                            !message.letter && (other.state == State::ready || other.state == State::waits);
        ASSERT_FALSE(passed) << message.sequence << " passed " << other.sequence;
      }
    }
  }
  void see_events() {
    std::vector<TakenBack> taken_back;
    std::vector<std::uint64_t> condemned;
    std::vector<std::pair<MemberId, std::uint64_t>> roles;
    for (const auto& event : group_.take_events()) {
      if (const auto* const revoked = std::get_if<Revoked>(&event)) {
        for (const auto& each : revoked->deliveries) {
          EXPECT_EQ(revoked->epoch, plain_.at(each.sequence).epoch);
          taken_back.push_back({revoked->member, each.sequence, each.attempt});
        }
      } else if (const auto* const role = std::get_if<RoleChanged>(&event)) {
        roles.emplace_back(role->member, role->term);
      } else {
        condemned.push_back(std::get<Condemned>(event).sequence);
      }
    }
    std::sort(taken_back.begin(), taken_back.end());
    std::sort(plain_.taken_back.begin(), plain_.taken_back.end());
    EXPECT_EQ(taken_back, std::exchange(plain_.taken_back, {}));
    std::sort(condemned.begin(), condemned.end());
    std::sort(plain_.condemned.begin(), plain_.condemned.end());
    EXPECT_EQ(condemned, std::exchange(plain_.condemned, {}));
    EXPECT_EQ(roles, std::exchange(plain_.roles, {}));
  }

  /// Nothing is forgotten: with a member that takes and acknowledges everything, all of the stream ends finished.
  void finish_all() {
    if (testing::Test::HasFailure()) return;
    restart();
    see_events();
    group_.join(++last_member_, 3, now());
    plain_.join(last_member_, 3);
    elected();
    for (int round = 0; round < 10'000 && !testing::Test::HasFailure(); ++round) {
      for (const auto& message : plain_.messages) {
        if (message.state != State::condemned) continue;
        group_.buried(message.sequence, ++last_letter_);
        plain_.bury(message.sequence, last_letter_);
      }
      look();
      hand_out(10);
      while (auto* const message = something_out()) {
        EXPECT_TRUE(group_.ack(message->holder, message->epoch,
                               {.sequence = message->sequence, .attempt = message->attempt}, now()));
        plain_.ack(*message);
      }
      see_events();
      if (group_.scanned() == plain_.messages.size() && group_.pending() == 0) break;
    }
    EXPECT_EQ(group_.pending(), 0U);
    EXPECT_EQ(group_.state().floor, plain_.messages.size());
    EXPECT_TRUE(group_.state().finished.empty());
    EXPECT_TRUE(group_.state().failures.empty());
    EXPECT_TRUE(group_.state().returned.empty());
    commit();
  }

  std::mt19937 random_;
  PlainGroup plain_;
  Group group_;
  GroupState committed_;
  PlainGroup committed_plain_;
  MemberId last_member_ = 0;
  std::uint64_t last_letter_ = 0;
  std::uint64_t epoch_ = 1;
};

void agree(protocol::GroupOrder order) {
  const auto* const given = std::getenv("FANFARE_TEST_SEED");
  const auto seed = given != nullptr ? static_cast<unsigned>(std::strtoul(given, nullptr, 10)) : std::random_device()();
  for (unsigned i = 0; i < (given != nullptr ? 1U : 12U) && !testing::Test::HasFailure(); ++i) {
    SCOPED_TRACE("FANFARE_TEST_SEED=" + std::to_string(seed + i));
    std::cout << "seed " << seed + i << '\n';
    RandomGroup(seed + i, order).run(1'000);
  }
}

TEST(GroupRandom, OrderAnyAgreesWithThePlainGroup) { agree(protocol::GroupOrder::any); }
TEST(GroupRandom, OrderKeyAgreesWithThePlainGroup) { agree(protocol::GroupOrder::key); }
TEST(GroupRandom, OrderExclusiveAgreesWithThePlainGroup) { agree(protocol::GroupOrder::exclusive); }

}  // namespace
}  // namespace fanfare::broker::core::groups
