// What the commands of members and the broker's answers mean for the watch. The rules are in group_rules.cpp.

#include "tests/simulation/group_watch.hpp"

#include <algorithm>

#include "protocol/record.hpp"
#include "tests/simulation/complaint.hpp"

namespace fanfare::simulation {

using protocol::CommandType;

void GroupWatch::up(Session session, std::string_view frame, Time now) {
  now_ = now;
  protocol::FrameReader reader(frame);
  const auto decode = [&]<class Command>(const protocol::RawCommand& raw, auto&& then, const Command*) {
    if (const auto command = protocol::decode<Command>(raw.body)) then(*command);
  };
  while (const auto raw = reader.next()) {
    switch (raw->type) {
      case CommandType::join:
        decode(
            *raw, [&](const auto& join) { on_join(session, join); }, static_cast<protocol::Join*>(nullptr));
        break;
      case CommandType::leave:
        decode(
            *raw, [&](const auto& leave) { on_leave(session, leave); }, static_cast<protocol::Leave*>(nullptr));
        break;
      case CommandType::ack:
        decode(
            *raw, [&](const auto& ack) { on_ack(session, ack, now); }, static_cast<protocol::Ack*>(nullptr));
        break;
      case CommandType::nack:
        decode(
            *raw, [&](const auto& nack) { on_nack(session, nack, now); }, static_cast<protocol::Nack*>(nullptr));
        break;
      case CommandType::progress:
        decode(
            *raw,
            [&](const auto& progress) {
              Index index = 0;
              const auto& [sequence, attempt] = progress.entry;
              auto* item = find({session, progress.handle}, {progress.epoch, sequence}, attempt, index);
              if (item != nullptr && !overstayed(*item, now)) item->since = now;
            },
            static_cast<protocol::Progress*>(nullptr));
        break;
      case CommandType::manage:
        decode(
            *raw,
            [&](const auto& manage) {
              const auto group = group_of(manage.group);
              if (manage.action != protocol::ManageAction::retry_dead || group >= kGroups.size()) return;
              for (auto& [index, item] : groups_.at(group).items)
                item.given_back = item.given_back || item.buried_in != 0;
            },
            static_cast<protocol::Manage*>(nullptr));
        break;
      case CommandType::bye:
        while (true) {
          const auto member = members_.lower_bound({session, 0});
          if (member == members_.end() || member->first.first != session) break;
          release(member->first, false);
        }
        lost(session);
        break;
      default:
        break;
    }
  }
}

void GroupWatch::down(Session session, std::string_view frame, Time now) {
  now_ = now;
  protocol::FrameReader reader(frame);
  while (const auto raw = reader.next()) {
    if (raw->type == CommandType::ok) {
      if (const auto ok = protocol::decode<protocol::Ok>(raw->body)) on_ok(session, *ok);
    } else if (raw->type == CommandType::error) {
      if (const auto error = protocol::decode<protocol::Error>(raw->body)) on_error(session, *error);
    } else if (raw->type == CommandType::deliver && raw->body.size() > 2 && raw->body[2] == '\x02') {
      if (const auto deliver = protocol::decode<protocol::Deliver>(raw->body)) on_deliver(session, *deliver, now);
    } else if (raw->type == CommandType::welcome) {
      resumed_[session] = now;
    } else if (raw->type == CommandType::role) {
      if (const auto role = protocol::decode<protocol::Role>(raw->body)) on_role(session, *role);
    } else if (raw->type == CommandType::revoke) {
      if (const auto revoke = protocol::decode<protocol::Revoke>(raw->body)) on_revoke(session, *revoke);
    }
  }
}

void GroupWatch::taken_back(Session session, std::string_view frame) {
  protocol::FrameReader reader(frame);
  while (const auto raw = reader.next()) {
    if (raw->type != CommandType::revoke) continue;
    if (const auto revoke = protocol::decode<protocol::Revoke>(raw->body)) on_revoke(session, *revoke);
  }
}

void GroupWatch::on_revoke(Session session, const protocol::Revoke& revoke) {
  const auto member = members_.find({session, revoke.handle});
  if (member == members_.end()) return;
  for (const auto& [sequence, attempt] : revoke.entries) {
    Index index = 0;
    if (find(member->first, {revoke.epoch, sequence}, attempt, index) != nullptr) {
      take(member->second.group, index, false);
    }
  }
}

void GroupWatch::on_join(Session session, const protocol::Join& join) {
  const MemberKey key{session, join.handle};
  const auto group = group_of(join.group);
  if (group >= kGroups.size() || members_.contains(key)) return;
  members_.emplace(key, Member{.group = group, .max_in_flight = join.max_in_flight, .has = {}});
  said_.insert_or_assign({session, join.request}, Said{Said::Kind::join, key, group, {}, {}});
}

void GroupWatch::on_leave(Session session, const protocol::Leave& leave) {
  const auto member = members_.find({session, leave.handle});
  if (member == members_.end()) return;
  if ((leave.flags & protocol::Leave::kWhenDone) == 0) return release(member->first, false);
  said_.insert_or_assign({session, leave.request},
                         Said{Said::Kind::leave, member->first, member->second.group, {}, {}});
}

void GroupWatch::on_ack(Session session, const protocol::Ack& ack, Time now) {
  const auto member = members_.find({session, ack.handle});
  if (member == members_.end()) return;
  Said said{Said::Kind::ack, member->first, member->second.group, {}, {}};
  for (const auto& [sequence, attempt] : ack.entries) {
    Index index = 0;
    auto* item = find(member->first, {ack.epoch, sequence}, attempt, index);
    if (item == nullptr) continue;
    said.entries.push_back(index);
    said.deliveries.push_back(item->delivery);
    const bool late = item->may_be_taken || overstayed(*item, now);
    take(said.group, index, late);
    if (late) {
      item->may_be_acked = true;
    } else {
      item->acked = true;
      item->acked_delivery = item->delivery;
      finish(said.group, index);
    }
  }
  said_.insert_or_assign({session, ack.request}, std::move(said));
}

void GroupWatch::on_nack(Session session, const protocol::Nack& nack, Time now) {
  const auto member = members_.find({session, nack.handle});
  if (member == members_.end()) return;
  const bool failed = nack.kind == protocol::NackKind::failed;
  Said said{failed ? Said::Kind::failed : Said::Kind::defer, member->first, member->second.group, {}, {}};
  Index index = 0;
  if (const auto* item = find(member->first, {nack.epoch, nack.entry.sequence}, nack.entry.attempt, index)) {
    said.entries.push_back(index);
    const bool late = overstayed(*item, now);
    take(said.group, index, failed || late);
    // What was given back stands somewhere in its line, and what is behind it there comes back.
    for (const auto each : groups_.at(said.group).out[line_of(said.group, index)]) {
      auto& other = groups_.at(said.group).items[each];
      other.may_be_taken = other.may_be_taken || late || item->given_back || other.given_back;
    }
    if (!late && !item->given_back && kGroups.at(said.group).order != protocol::GroupOrder::any) {
      // What is out behind it in its line comes back too.
      auto& out = groups_.at(said.group).out[line_of(said.group, index)];
      const std::vector<Index> behind(out.upper_bound(index), out.end());
      for (const auto each : behind) take(said.group, each, false);
    }
  }
  said_.insert_or_assign({session, nack.request}, std::move(said));
}

void GroupWatch::on_ok(Session session, const protocol::Ok& ok) {
  const auto known = said_.extract({session, ok.request});
  if (!known) return;
  const auto& said = known.mapped();
  if (said.kind == Said::Kind::join) return joined(said, ok);
  if (said.kind == Said::Kind::leave) return let_go(said);
  auto& group = groups_.at(said.group);
  for (std::size_t i = 0; i < said.entries.size(); ++i) {
    const auto index = said.entries[i];
    auto& item = group.items[index];
    const auto sequence = entry(said.group, index).position.sequence;
    const bool stale =
        std::ranges::any_of(ok.positions, [&](const auto& one) { return one.position.sequence == sequence; });
    if (said.kind == Said::Kind::failed) ++item.failed;
    if (said.kind != Said::Kind::ack) continue;
    if (stale && item.acked && item.acked_delivery == said.deliveries[i])
      complain("stale", said.group, "was told that an acknowledgement came too late, and it did not");
    if (stale) continue;
    item.confirmed = true;
    item.acked = true;
    finish(said.group, index);
  }
}

void GroupWatch::on_error(Session session, const protocol::Error& error) {
  if ((error.flags & protocol::Error::kCloses) != 0) return lost(session);
  const auto known = said_.extract({session, error.request});
  if (!known) return;
  const auto& said = known.mapped();
  if (said.kind == Said::Kind::join) {
    if (error.code == ErrorCode::group_mismatch || error.code == ErrorCode::bad_name) {
      complain("refused", said.group, "refuses a member: " + std::string(error.text));
    }
    members_.erase(said.member);
  } else if (said.kind == Said::Kind::leave) {
    release(said.member, false);
  } else if (error.code == ErrorCode::stale && said.kind == Said::Kind::ack) {
    for (std::size_t i = 0; i < said.entries.size(); ++i) {
      const auto& item = groups_.at(said.group).items[said.entries[i]];
      if (item.acked && item.acked_delivery == said.deliveries[i]) {
        complain("stale", said.group, "was told that an acknowledgement came too late, and it did not");
      }
    }
  }
}

void GroupWatch::on_deliver(Session session, const protocol::Deliver& deliver, Time now) {
  const auto member = members_.find({session, deliver.handle});
  // It has left; what is on its way then is dropped by its client.
  if (member == members_.end()) return;
  if (!member->second.stands) complain("member", member->second.group, "hands something to who is no member yet");
  std::string_view rest = deliver.records;
  for (const auto attempt : deliver.attempts) {
    const auto record = protocol::next_record(rest);
    if (!record) complain("frame", member->second.group, "sends a delivery that is none");
    hand_over(member->first, member->second, {deliver.epoch, record->sequence}, attempt, now);
  }
}

void GroupWatch::on_role(Session session, const protocol::Role& role) {
  const auto member = members_.find({session, role.handle});
  if (member == members_.end()) return;
  auto& group = groups_.at(member->second.group);
  if (role.role == protocol::RoleKind::standby) return;
  if (role.term <= group.term) {
    complain("term", member->second.group,
             "elects with term " + std::to_string(role.term) + " after " + std::to_string(group.term));
  }
  group.term = role.term;
  group.active = member->first;
}

void GroupWatch::detached(Session session) {
  for (auto member = members_.lower_bound({session, 0}); member != members_.end() && member->first.first == session;
       ++member) {
    for (const auto index : member->second.has) groups_.at(member->second.group).items[index].unseen = true;
  }
}

void GroupWatch::lost(Session session) {
  for (auto member = members_.lower_bound({session, 0}); member != members_.end() && member->first.first == session;) {
    const auto key = (member++)->first;
    release(key, true);
  }
  std::erase_if(said_, [&](const auto& one) { return one.first.first == session; });
}

void GroupWatch::broker_stopped(Time now) {
  members_.clear();
  said_.clear();
  resumed_.clear();
  for (auto& group : groups_) {
    group.out.clear();
    group.active = {};
    for (auto& [index, item] : group.items) {
      item.failures = most_failures(item, now);
      item.holder = {};
    }
  }
}

void GroupWatch::release(const MemberKey& key, bool failed) {
  const auto member = members_.find(key);
  if (member == members_.end()) return;
  const auto has = member->second.has;
  for (const auto index : has) take(member->second.group, index, failed);
  members_.erase(key);
}

}  // namespace fanfare::simulation
