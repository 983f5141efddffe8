// The way of a message that failed too often into the stream `dead`, and of a letter that is given back.

#include <algorithm>
#include <utility>

#include "broker/core/groups/dead_letter.hpp"
#include "broker/core/groups/entry.hpp"
#include "broker/core/groups/own_streams.hpp"
#include "protocol/topic.hpp"

namespace fanfare::broker::core::groups {

namespace {

constexpr std::size_t kUnderWay = 64;
constexpr std::chrono::seconds kBuryAgain{1};
constexpr std::uint64_t kLookup = std::uint64_t{1} << 63U;  // other numbers than those of publishes

}  // namespace

void Groups::bury(Entry& entry) {
  if (entry.bury_again_at && now_.steady < *entry.bury_again_at) return;
  entry.bury_again_at.reset();
  std::set<std::uint64_t> under_way;
  for (const auto& [token, sequence] : entry.burying) under_way.insert(sequence);
  for (const auto& [token, condemned] : entry.looking_up) under_way.insert(condemned.sequence);
  for (auto at = entry.condemned.begin(); at != entry.condemned.end() && under_way.size() < kUnderWay;) {
    if (!under_way.contains(at->sequence) && bury_one(entry, *at)) {
      at = entry.condemned.erase(at);
      continue;
    }
    if (entry.bury_again_at || entry.again.reading) return;  // what comes behind it has to wait too
    under_way.insert(at->sequence);
    ++at;
  }
}

/// Whether it is done with.
bool Groups::bury_one(Entry& entry, const Condemned& condemned) {
  const auto sequence = condemned.sequence;
  // One that was given back has its letter still.
  const auto& returned = entry.group.state().returned;
  if (const auto at = returned.find(sequence); at != returned.end()) {
    entry.group.buried(sequence, at->second);
    return true;
  }
  if (const auto at = entry.looked_up.find(sequence); at != entry.looked_up.end() && at->second != 0) {
    entry.group.buried(sequence, at->second);
    entry.looked_up.erase(at);
    entry.loaded_failures.erase(sequence);
    return true;
  }
  Found found;
  const auto fetched = fetch(entry, sequence, found);
  if (fetched == Fetched::waits) return false;
  const auto topic = topics_.by_number(entry.stream->number, condemned.topic);
  const auto letter = fetched == Fetched::found && topic ? make_letter({.group = entry.name,
                                                                        .stream = entry.stream->name,
                                                                        .topic = topic->name,
                                                                        .epoch = found.epoch,
                                                                        .failures = condemned.failures,
                                                                        .reason = condemned.reason},
                                                                       found.bytes)
                                                         : std::nullopt;
  if (!letter) {
    if (entry.group.gone(sequence)) gap(entry, sequence, sequence);
    return true;
  }
  // It may stand there already: the broker stopped between the letter and the group's own record.
  const auto id = letter_id(entry.name, found.epoch, sequence);
  if (const auto known = dead_stream_->ids.find(id); known && known->sequence != 0) {
    entry.group.buried(sequence, known->sequence);
    entry.loaded_failures.erase(sequence);
    return true;
  }
  if (entry.loaded_failures.contains(sequence) && !entry.looked_up.contains(sequence) &&
      dead_stream_->ids.floor() >= dead_stream_->first) {
    const auto token = ++last_token_ | kLookup;
    by_token_.emplace(token, entry.id);
    entry.looking_up.emplace(token, condemned);
    journal_.look_up({.number = token, .stream = dead_stream_->number, .id = id, .after = dead_stream_->first - 1});
    return false;
  }
  const auto token = ++last_token_;
  by_token_.emplace(token, entry.id);
  entry.burying.emplace(token, sequence);
  const OwnMessage message{
      .id = id, .actor_size = letter->actor_size, .headers_size = letter->headers_size, .content = letter->bytes};
  if (!publishing_.append_own(*dead_stream_, dead_topic(entry.name), message, token, now_)) {
    by_token_.erase(token);
    entry.burying.erase(token);
    entry.bury_again_at = now_.steady + kBuryAgain;
  }
  return false;
}

bool Groups::looked_up(const IdLookedUp& answer) {
  const auto known = by_token_.find(answer.number);
  if ((answer.number & kLookup) == 0 || known == by_token_.end()) return (answer.number & kLookup) != 0;
  const auto found = by_id_.find(known->second);
  by_token_.erase(known);
  if (found == by_id_.end()) return true;
  auto& entry = *found->second;
  if (const auto looking = entry.looking_up.extract(answer.number)) {
    const bool is_there = answer.outcome == IdLookedUp::Outcome::found;
    entry.looked_up.insert_or_assign(looking.mapped().sequence, is_there ? answer.sequence : 0);
  }
  enqueue(entry);
  return true;
}

/// Whether it may go on at once.
bool Groups::give_back(Entry& entry) {
  if (entry.stream == nullptr) return false;
  // The topic of a message is in its letter only.
  const auto number_of = [&](const Found& letter, std::uint64_t sequence) -> TopicNumber {
    const auto head = read_letter(letter.bytes);
    if (!head || head->sequence != sequence || !protocol::is_topic(head->topic, settings_.limits)) return 0;
    // The stream has lost the message, and another may stand in its place.
    const auto& stream = *entry.stream;
    if (head->epoch != stream.head.epoch && sequence > stream.known_since(head->epoch)) return 0;
    const auto topic = topics_.find_or_add(head->topic);
    if (topic->stream != entry.stream->number) return 0;
    if (topic->number == 0) {
      topics_.number(topic);
      streams_.define(*topic);
    }
    return topic->number;
  };
  while (!entry.unknown.empty()) {
    const auto [sequence, dead] = entry.unknown.front();
    Found letter;
    const auto fetched = fetch_letter(entry, dead, letter);
    if (fetched == Fetched::waits) return false;
    const auto topic = fetched == Fetched::found ? number_of(letter, sequence) : 0;
    if (topic != 0) {
      entry.group.known(sequence, topic);
    } else if (entry.group.gone(sequence)) {
      gap(entry, sequence, sequence);
    }
    entry.unknown.pop_front();
  }
  while (!entry.retries.empty()) {
    auto& retry = entry.retries.front();
    while (!retry.dead.empty()) {
      if (budget_ == 0) return true;
      const auto dead = retry.dead.front();
      Found letter;
      if (entry.group.state().dead.contains(dead)) {
        const auto fetched = fetch_letter(entry, dead, letter);
        if (fetched == Fetched::waits) return false;
        const auto head = fetched == Fetched::found ? read_letter(letter.bytes) : std::nullopt;
        const auto topic = head ? number_of(letter, head->sequence) : 0;
        if (topic != 0) static_cast<void>(entry.group.give_back(dead, head->sequence, topic));
        budget_ -= std::min(budget_, letter.bytes.size());
      }
      retry.dead.pop_front();
    }
    entry.answers.push_back(retry.answer);
    entry.retries.pop_front();
  }
  return false;
}

}  // namespace fanfare::broker::core::groups
