// What a group may do, and must have done in the end (semantics §11).

#include <algorithm>

#include "tests/simulation/complaint.hpp"
#include "tests/simulation/group_watch.hpp"

namespace fanfare::simulation {
namespace {

constexpr std::pair<std::uint64_t, protocol::Handle> kNobody{0, 0};

}  // namespace

void GroupWatch::complain(const char* rule, std::uint32_t group, const std::string& text) const {
  throw Complaint(rule, "group " + std::string(kGroups.at(group).name) + ' ' + text);
}

const LogEntry& GroupWatch::entry(std::uint32_t group, Index index) const {
  return truth_.log(kGroups.at(group).stream).entries.at(index);
}

std::uint32_t GroupWatch::line_of(std::uint32_t group, Index index) const {
  return kGroups.at(group).order == protocol::GroupOrder::exclusive ? 0 : entry(group, index).topic;
}

bool GroupWatch::overstayed(const Item& item, Time now) const {
  return item.unseen || now - item.since >= limits_.ack_wait;
}

std::uint32_t GroupWatch::most_failures(const Item& item, Time now) const {
  return item.failures + (item.holder != kNobody && overstayed(item, now) ? 1U : 0U);
}

GroupWatch::Item* GroupWatch::find(const MemberKey& key, const Position& position, std::uint16_t attempt,
                                   Index& index) {
  const auto member = members_.find(key);
  if (member == members_.end()) return nullptr;
  const auto number = member->second.group;
  const auto& log = truth_.log(kGroups.at(number).stream);
  const auto* found = log.at(position);
  if (found == nullptr) return nullptr;
  index = static_cast<Index>(found - log.entries.data());
  auto& items = groups_.at(number).items;
  const auto item = items.find(index);
  if (item == items.end() || item->second.holder != key || item->second.attempt != attempt) return nullptr;
  return &item->second;
}

bool GroupWatch::is_open(std::uint32_t number, Index index) {
  if (entry(number, index).lost) return false;
  const auto& item = groups_.at(number).items[index];
  // A letter that stood when the broker forgot of it is found again by its id, and no other is written.
  const bool is_letter = item.buried_in != 0 && item.failures >= limits_.max_deliver;
  return !item.may_be_acked && !is_letter;
}

void GroupWatch::take(std::uint32_t number, Index index, bool failed) {
  auto& group = groups_.at(number);
  auto& item = group.items[index];
  if (const auto member = members_.find(item.holder); member != members_.end()) member->second.has.erase(index);
  if (failed || (item.holder != kNobody && overstayed(item, now_))) ++item.failures;
  item.holder = kNobody;
  group.out[line_of(number, index)].erase(index);
}

void GroupWatch::finish(std::uint32_t number, Index index) {
  groups_.at(number).unfinished[line_of(number, index)].erase(index);
}

void GroupWatch::look_on(std::uint32_t number) {
  auto& group = groups_.at(number);
  if (!group.exists) return;
  const auto& log = truth_.log(kGroups.at(number).stream);
  for (; group.next < log.entries.size(); ++group.next) {
    const auto& one = log.entries[group.next];
    if (one.lost || !matches(kGroups.at(number).pattern, one.topic)) continue;
    const auto known = group.items.find(group.next);
    if (known != group.items.end() && known->second.dead) continue;
    group.unfinished[line_of(number, group.next)].insert(group.next);
  }
}

void GroupWatch::joined(const Said& said, const protocol::Ok& ok) {
  const auto member = members_.find(said.member);
  if (member != members_.end()) member->second.stands = true;
  auto& group = groups_.at(said.group);
  const auto floor = ok.positions.empty() ? 0 : ok.positions.front().position.sequence;
  if (!group.exists) {
    group.exists = true;
    const auto& entries = truth_.log(kGroups.at(said.group).stream).entries;
    const auto beyond = [&](const LogEntry& one) { return !one.lost && one.position.sequence > floor; };
    group.begin = static_cast<Index>(std::ranges::find_if(entries, beyond) - entries.begin());
    group.next = group.begin;
    return look_on(said.group);
  }
  look_on(said.group);
  for (const auto& [line, unfinished] : group.unfinished) {
    for (const auto index : unfinished) {
      const auto& one = entry(said.group, index);
      if (one.position.sequence > floor) break;
      if (!is_open(said.group, index)) continue;
      complain(
          "floor", said.group,
          "says that all up to " + std::to_string(floor) + " is finished, but " + text_of(one.position) + " is not");
    }
  }
}

/// A member that finished is let go when it has nothing: so whatever it had comes to nobody else because of it.
void GroupWatch::let_go(const Said& said) {
  const auto member = members_.find(said.member);
  if (member == members_.end()) return;
  for (const auto index : member->second.has) {
    const auto& item = groups_.at(said.group).items[index];
    if (item.may_be_taken || overstayed(item, now_) || entry(said.group, index).lost) continue;
    complain("finish", said.group, "lets a member go that still has " + text_of(entry(said.group, index).position));
  }
  release(said.member, false);
}

void GroupWatch::hand_over(const MemberKey& key, Member& member, const Position& position, std::uint16_t attempt,
                           Time now) {
  const auto number = member.group;
  auto& group = groups_.at(number);
  look_on(number);
  const auto& log = truth_.log(kGroups.at(number).stream);
  const auto* of = log.at(position);
  const auto text = "hands over " + text_of(position) + ", attempt " + std::to_string(attempt);
  if (of == nullptr) complain("commit", number, text + ", which is not stored");
  if (!matches(kGroups.at(number).pattern, of->topic))
    complain("content", number, text + ", which is not of its pattern");
  const auto index = static_cast<Index>(of - log.entries.data());
  if (index < group.begin) complain("begin", number, text + ", from before its beginning");
  auto& item = group.items[index];
  // The letter of a message that its stream has lost can be given back all the same.
  if (of->lost && !item.given_back) complain("commit", number, text + ", which is lost");

  if (item.holder != kNobody) {
    if (!overstayed(item, now)) complain("twice", number, text + ", while somebody has it");
    take(number, index, true);
  }
  if (!item.given_back) {
    if (item.confirmed) complain("acknowledged", number, text + ", which it has confirmed to be done");
    if (item.dead && item.buried_in == run_) complain("dead", number, text + ", which is with the dead letters");
    if (item.acked && item.run == run_) complain("acknowledged", number, text + ", which is done");
    if (item.run == run_ && attempt <= item.attempt) {
      complain("attempts", number, text + ", after attempt " + std::to_string(item.attempt));
    }
    if (item.failed >= limits_.max_deliver) complain("tries", number, text + ", which has failed too often");
    // The broker has forgotten, as it may, what it had not confirmed.
    const bool was_dead = std::exchange(item.dead, false);
    if (std::exchange(item.acked, false) || was_dead) group.unfinished[line_of(number, index)].insert(index);
  }
  if (kGroups.at(number).order != protocol::GroupOrder::any) check_line(number, index, key, now);
  if (kGroups.at(number).order == protocol::GroupOrder::exclusive && group.active != key) {
    complain("active", number, text + " to a member that is not the active one");
  }
  check_load(key, member, now);

  item.attempt = attempt;
  item.delivery = ++deliveries_;
  item.run = run_;
  item.holder = key;
  item.since = now;
  item.acked = false;
  item.may_be_acked = false;
  item.may_be_taken = false;
  // What waited while there was no connection was handed over before.
  const auto resumed = resumed_.find(key.first);
  item.unseen = resumed != resumed_.end() && resumed->second == now;
  group.out[line_of(number, index)].insert(index);
  member.has.insert(index);
}

/// `index` is handed to `key`: everything before it in its line is done, or with the same member; nothing behind it is
/// out, and nothing of the line at anybody else.
void GroupWatch::check_line(std::uint32_t number, Index index, const MemberKey& key, Time now) {
  auto& group = groups_.at(number);
  const auto line = line_of(number, index);
  const auto text = "hands over " + text_of(entry(number, index).position);
  if (group.items[index].given_back) return;
  auto& unfinished = group.unfinished[line];
  for (auto at = unfinished.begin(); at != unfinished.end() && *at < index;) {
    const auto before = *at++;
    if (entry(number, before).lost) {
      unfinished.erase(before);
      continue;
    }
    auto& item = group.items[before];
    // On its way to the dead letters, or perhaps done.
    if (item.may_be_acked || most_failures(item, now) >= limits_.max_deliver) continue;
    if (item.holder == key) continue;
    complain("overtaking", number,
             text + " before " + text_of(entry(number, before).position) + " of the same line is done");
  }
  for (const auto other : group.out[line]) {
    auto& item = group.items[other];
    if (item.given_back || entry(number, other).lost || item.holder == key) {
      if (other > index && !item.given_back && item.holder == key && !overstayed(item, now)) {
        complain("overtaking", number, text + " while " + text_of(entry(number, other).position) + " behind it is out");
      }
      continue;
    }
    if (!overstayed(item, now)) complain("overtaking", number, text + " while another member has some of its line");
  }
}

void GroupWatch::check_load(const MemberKey& key, const Member& member, Time now) const {
  const auto& items = groups_.at(member.group).items;
  if (member.has.size() < member.max_in_flight) return;
  const auto load = std::ranges::count_if(member.has, [&](Index one) { return !overstayed(items.at(one), now); });
  if (static_cast<std::uint32_t>(load) >= member.max_in_flight) {
    complain("load", member.group,
             "hands more than " + std::to_string(member.max_in_flight) + " to member " + std::to_string(key.second) +
                 " of connection " + std::to_string(key.first));
  }
}

void GroupWatch::buried(std::string_view name, const Position& position, Time now) {
  const auto number = group_of(name);
  if (number >= kGroups.size()) throw Complaint("dead", "a letter of a group that there is not");
  look_on(number);
  const auto& log = truth_.log(kGroups.at(number).stream);
  const auto* of = log.at(position);
  if (of == nullptr) complain("dead", number, "buries " + text_of(position) + ", which is not stored");
  const auto index = static_cast<Index>(of - log.entries.data());
  auto& item = groups_.at(number).items[index];
  if (item.confirmed && !item.given_back) complain("dead", number, "buries " + text_of(position) + ", which is done");
  if (item.dead && item.buried_in == run_ && !item.given_back)
    complain("dead", number, "buries " + text_of(position) + " twice");
  if (most_failures(item, now) < limits_.max_deliver && !item.given_back) {
    complain("tries", number,
             "buries " + text_of(position) + " after " + std::to_string(item.failures) + " failures at most");
  }
  if (item.holder != kNobody) take(number, index, true);
  item.dead = true;
  item.buried_in = run_;
  finish(number, index);
}

void GroupWatch::trimmed(std::uint32_t stream, std::uint64_t first) {
  for (std::uint32_t i = 0; i < kGroups.size(); ++i) {
    if (kGroups.at(i).stream != stream) continue;
    look_on(i);
    for (const auto& [line, unfinished] : groups_.at(i).unfinished) {
      for (const auto index : unfinished) {
        const auto& one = entry(i, index);
        if (one.position.sequence >= first) break;
        if (!is_open(i, index)) continue;
        complain("retention", i, "has not finished " + text_of(one.position) + ", and retention may remove it");
      }
    }
  }
}

bool GroupWatch::is_done(std::uint32_t group, const Position& position) const {
  const auto& log = truth_.log(kGroups.at(group).stream);
  const auto* of = log.at(position);
  if (of == nullptr) return false;
  const auto& items = groups_.at(group).items;
  const auto item = items.find(static_cast<Index>(of - log.entries.data()));
  return item != items.end() && item->second.confirmed;
}

bool GroupWatch::all_finished() {
  for (std::uint32_t i = 0; i < kGroups.size(); ++i) {
    look_on(i);
    for (const auto& [line, unfinished] : groups_.at(i).unfinished) {
      if (std::ranges::any_of(unfinished, [&](Index index) { return is_open(i, index); })) return false;
    }
  }
  return true;
}

void GroupWatch::complete() {
  for (std::uint32_t i = 0; i < kGroups.size(); ++i) {
    look_on(i);
    for (const auto& [line, unfinished] : groups_.at(i).unfinished) {
      for (const auto index : unfinished) {
        if (!is_open(i, index)) continue;
        complain("forgotten", i,
                 "has forgotten " + text_of(entry(i, index).position) + " (message " +
                     std::to_string(entry(i, index).message) + ')');
      }
    }
  }
}

}  // namespace fanfare::simulation
