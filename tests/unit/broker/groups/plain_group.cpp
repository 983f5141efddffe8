#include "plain_group.hpp"

#include <algorithm>

namespace fanfare::broker::core::groups::plain {

using State = Message::State;

void PlainGroup::published(TopicNumber topic, const Uuid& epoch) {
  Message message;
  message.sequence = messages.size() + 1;
  message.topic = topic;
  message.epoch = epoch;
  messages.push_back(message);
}

void PlainGroup::looked_through(std::uint64_t through) {
  for (auto& message : messages) {
    if (message.sequence > scanned && message.sequence <= through && message.topic != 0 &&
        message.state == State::unseen && !message.letter) {
      message.place = last_place() + 1;
      see(message);
    }
  }
  scanned = std::max(scanned, through);
}

std::uint64_t PlainGroup::last_place() const {
  std::uint64_t last = 0;
  for (const auto& message : messages) last = std::max(last, message.place);
  return last;
}

void PlainGroup::see(Message& message) {
  message.state = State::ready;
  if (message.failures < settings.max_deliver) return;
  message.state = State::condemned;
  condemned.push_back(message.sequence);
}

void PlainGroup::restart() {
  scanned = floor();
  members.clear();
  active = 0;
  elected = false;
  for (auto& message : messages) {
    if (message.topic == 0 || message.state == State::finished) continue;
    message.state = State::unseen;
    message.place = 0;
    message.attempt = 0;
    message.due.reset();
    message.since.reset();
  }
}

bool PlainGroup::same_line(const Message& a, const Message& b) const {
  return settings.order == protocol::GroupOrder::exclusive || a.topic == b.topic;
}

bool PlainGroup::before(const Message& a, const Message& b) const { return a.place < b.place; }

bool PlainGroup::takes(const Member& member) const {
  return !member.paused && !member.stalled && !member.finishing && at_member(member.id).size() < member.max_in_flight;
}

std::vector<const Message*> PlainGroup::at_member(MemberId id) const {
  std::vector<const Message*> all;
  for (const auto& message : messages) {
    if (message.state == State::out && message.holder == id) all.push_back(&message);
  }
  std::sort(all.begin(), all.end(), [](const auto* a, const auto* b) { return a->handed < b->handed; });
  return all;
}

Member* PlainGroup::member(MemberId id) {
  for (auto& member : members) {
    if (member.id == id) return &member;
  }
  return nullptr;
}

std::size_t PlainGroup::count(State state) const {
  return static_cast<std::size_t>(
      std::count_if(messages.begin(), messages.end(), [&](const auto& each) { return each.state == state; }));
}

void PlainGroup::join(MemberId id, std::uint32_t max_in_flight) {
  ++counter_;
  members.push_back({.id = id, .max_in_flight = max_in_flight, .standing = counter_, .idle = counter_});
  if (settings.order != protocol::GroupOrder::exclusive) return;
  if (active == 0) {
    elect();
  } else {
    roles.emplace_back(id, 0);
  }
}

void PlainGroup::elect() {
  elected = false;
  active = 0;
  const Member* longest = nullptr;
  for (const auto& member : members) {
    if (!member.finishing && (longest == nullptr || member.standing < longest->standing)) longest = &member;
  }
  if (longest == nullptr) return;
  active = longest->id;
  ++term;
}

void PlainGroup::leave(MemberId id, bool counts) {
  std::vector<std::uint64_t> handled;
  for (auto& message : messages) {
    if (message.state != State::out || message.holder != id) continue;
    if (message.since) handled.push_back(message.sequence);
    come_back(message, false);
  }
  if (counts) {
    for (const auto sequence : handled) failed(at(sequence), {});
  }
  std::erase_if(members, [&](const auto& each) { return each.id == id; });
  if (active == id) elect();
}

std::optional<Group::Offer> PlainGroup::next() const {
  for (const auto& message : messages) {
    // In the order of the sequences: the first that somebody takes.
    if (message.state != State::ready) continue;
    MemberId owner = 0;
    bool blocked = false;
    for (const auto& other : messages) {
      if (!lines() || &other == &message || other.topic == 0 || !same_line(message, other)) continue;
      if (other.state == State::out) owner = other.holder;
      if ((other.state == State::ready || other.state == State::waits) && before(other, message)) blocked = true;
    }
    if (blocked) continue;
    const Member* best = nullptr;
    for (const auto& each : members) {
      if (!takes(each) || (owner != 0 && each.id != owner)) continue;
      if (settings.order == protocol::GroupOrder::exclusive && (!elected || each.id != active)) continue;
      const auto busy = at_member(each.id).size();
      if (best == nullptr || busy < at_member(best->id).size() ||
          (busy == at_member(best->id).size() && each.idle < best->idle)) {
        best = &each;
      }
    }
    if (best == nullptr) continue;
    return Group::Offer{
        .member = best->id, .sequence = message.sequence, .topic = message.topic, .dead = message.letter};
  }
  return std::nullopt;
}

std::uint16_t PlainGroup::hand_over(const Group::Offer& offer) {
  auto& message = at(offer.sequence);
  message.state = State::out;
  message.holder = offer.member;
  message.handed = ++counter_;
  member(offer.member)->idle = counter_;
  const auto last = message.attempt == 0 ? message.failures : message.attempt;
  message.attempt = static_cast<std::uint16_t>(last == 65'535 ? 1 : last + 1);
  handle_first();
  return message.attempt;
}

void PlainGroup::handle_first() {
  for (const auto& each : members) {
    const auto all = at_member(each.id);
    if (all.empty()) continue;
    auto& first = at(all.front()->sequence);
    if (!first.since) first.since = now;
  }
}

Message* PlainGroup::delivery(MemberId member, const Uuid& epoch, const Delivered& delivered) {
  for (auto& message : messages) {
    if (message.sequence == delivered.sequence && message.state == State::out && message.holder == member &&
        message.attempt == delivered.attempt && message.epoch == epoch) {
      return &message;
    }
  }
  return nullptr;
}

void PlainGroup::said(MemberId id) {
  if (auto* const who = member(id)) who->stalled = false;
}

void PlainGroup::ack(Message& message) {
  message.state = State::finished;
  message.failures = 0;
  message.letter.reset();
  message.due.reset();
  message.since.reset();
  handle_first();
}

void PlainGroup::ack_through(MemberId member, std::uint64_t sequence) {
  for (auto& message : messages) {
    if (message.state == State::out && message.holder == member && message.sequence <= sequence) ack(message);
  }
}

void PlainGroup::come_back(Message& message, bool tell) {
  if (tell) taken_back.push_back({message.holder, message.sequence, message.attempt});
  message.state = State::ready;
  message.since.reset();
}

void PlainGroup::come_back_from(Message& message, bool tell_itself) {
  if (lines()) {
    for (auto& other : messages) {
      if (other.state == State::out && same_line(message, other) && before(message, other)) come_back(other, true);
    }
  }
  come_back(message, tell_itself);
}

void PlainGroup::wait(Message& message, std::chrono::milliseconds delay) {
  if (delay.count() == 0) return;
  message.state = State::waits;
  message.due = now + delay;
}

void PlainGroup::failed(Message& message, std::optional<std::chrono::milliseconds> delay) {
  ++message.failures;
  if (message.failures >= settings.max_deliver) {
    message.state = State::condemned;
    condemned.push_back(message.sequence);
    return;
  }
  const auto& list = settings.back_off;
  wait(message, delay ? *delay : list[std::min<std::size_t>(message.failures, list.size()) - 1]);
}

void PlainGroup::fail(Message& message, std::optional<std::chrono::milliseconds> delay) {
  come_back_from(message, false);
  failed(message, delay);
  handle_first();
}

void PlainGroup::defer(Message& message, std::chrono::milliseconds delay) {
  come_back_from(message, false);
  wait(message, delay);
  handle_first();
}

std::optional<std::chrono::microseconds> PlainGroup::next_deadline() const {
  std::optional<std::chrono::microseconds> first;
  const auto consider = [&](std::chrono::microseconds at) {
    if (!first || at < *first) first.emplace(at);
  };
  for (const auto& message : messages) {
    if (message.state == State::waits) consider(*message.due);
    if (message.state == State::out && message.since) consider(*message.since + settings.ack_wait);
  }
  return first;
}

void PlainGroup::tick() {
  while (true) {
    // One after the other, in the order of their times; then of their sequences.
    Message* first = nullptr;
    auto when = now + std::chrono::microseconds(1);
    for (auto& message : messages) {
      if (message.state == State::waits && *message.due < when) {
        first = &message;
        when = *message.due;
      }
      if (message.state == State::out && message.since && *message.since + settings.ack_wait < when) {
        first = &message;
        when = *message.since + settings.ack_wait;
      }
    }
    if (first == nullptr) return;
    if (first->state == State::waits) {
      first->state = State::ready;
      continue;
    }
    const auto by = first->holder;
    member(by)->stalled = true;
    come_back_from(*first, false);
    failed(*first, {});
    for (const auto* each : at_member(by)) {
      if (each->state == State::out && !each->since) come_back_from(at(each->sequence), true);
    }
    handle_first();
  }
}

void PlainGroup::bury(std::uint64_t sequence, std::uint64_t letter) {
  dead.insert(letter);
  letters[letter] = sequence;
  if (at(sequence).state == State::condemned) ack(at(sequence));
}

void PlainGroup::give_back(std::uint64_t letter, std::uint64_t sequence) {
  dead.erase(letter);
  auto& message = at(sequence);
  message.letter = letter;
  message.attempt = 0;
  known(sequence);
}

void PlainGroup::known(std::uint64_t sequence) {
  auto& message = at(sequence);
  // In front of the first that is not out and has a greater sequence.
  const Message* behind = nullptr;
  for (const auto& other : messages) {
    if (!same_line(message, other) || other.sequence <= sequence) continue;
    if (other.state != State::ready && other.state != State::waits) continue;
    if (behind == nullptr || before(other, *behind)) behind = &other;
  }
  auto place = last_place() + 1;
  if (behind != nullptr) {
    place = behind->place;
    for (auto& other : messages) {
      if (other.place >= place) ++other.place;
    }
  }
  message.place = place;
  see(message);
}

std::uint64_t PlainGroup::floor() const {
  std::uint64_t last = 0;
  for (const auto& message : messages) {
    // A message that was given back was finished once: it holds nothing up.
    const auto done =
        message.state == State::finished || message.letter || (message.topic == 0 && message.sequence <= scanned);
    if (!done) break;
    last = message.sequence;
  }
  return last;
}

}  // namespace fanfare::broker::core::groups::plain
