#include "tests/unit/sdk/stream_model.hpp"

#include <algorithm>

namespace fanfare::session::test {

void StreamModel::publish(std::uint32_t topic) {
  const auto& stored = records_.emplace_back(Stored{{epoch_, head().sequence + 1}, topic});
  const auto wanted = std::ranges::any_of(subscribers_, [&](const auto& entry) {
    return entry.second.live && protocol::matches(entry.second.pattern, name_of(topic));
  });
  if (!wanted) return;
  link.needs(topic, name_of(topic));
  const auto bytes = bytes_of(stored);
  link.send(protocol::Deliver{.stream = 1,
                              .epoch = epoch_,
                              .through = stored.position.sequence,
                              .count = 1,
                              .attempts = {},
                              .records = std::string_view(bytes)});
}

void StreamModel::connected(const std::string& hello, protocol::Welcome welcome) {
  welcome.streams[0].head = head();
  if (!link.greet(hello, std::move(welcome))) subscribers_.clear();
}

void StreamModel::received(std::string_view frame) {
  std::vector<protocol::Subscribe> subscribes;
  protocol::FrameReader reader(frame);
  while (const auto command = reader.next()) {
    if (!link.take(*command)) continue;
    if (const auto one = command->type == protocol::CommandType::subscribe
                             ? protocol::decode<protocol::Subscribe>(command->body)
                             : std::nullopt) {
      subscribes.push_back(*one);
    } else if (command->type == protocol::CommandType::unsubscribe) {
      const auto gone = protocol::decode<protocol::Unsubscribe>(command->body).value();
      std::erase_if(subscribes, [&](const auto& subscribe) { return subscribe.handle == gone.handle; });
      subscribers_.erase(gone.handle);
      link.send(protocol::Ok{.request = gone.request, .positions = {}});
    }
  }
  subscribe(subscribes);
}

void StreamModel::subscribe(const std::vector<protocol::Subscribe>& all) {
  const bool run = std::ranges::any_of(subscribers_, [](const auto& entry) { return entry.second.shared; });
  // Those that come together and begin at the same place share a replay, if none is under way.
  std::map<Position, int> places;
  for (const auto& one : all) {
    if (one.from == protocol::From::after) ++places[one.position];
  }
  const auto busiest = std::ranges::max_element(places, {}, [](const auto& entry) { return entry.second; });
  for (const auto& one : all) {
    auto& subscriber = subscribers_[one.handle];
    subscriber.pattern = one.pattern;
    subscriber.live = one.from == protocol::From::now;
    protocol::Ok ok{.request = one.request, .flags = protocol::Ok::kRecovered, .positions = {{1, head()}}};
    if (subscriber.live) {
      ok.flags = 0;
    } else {
      if (one.from == protocol::From::after) subscriber.reached = one.position;
      if (one.from == protocol::From::after && one.position.epoch != epoch_) ok.flags = 0;
      ok.positions[0].position = subscriber.reached;
      subscriber.shared =
          !run && one.from == protocol::From::after && busiest->second > 1 && one.position == busiest->first;
      if (subscriber.shared) ok.flags |= protocol::Ok::kShared;
    }
    link.send(ok);
  }
}

void StreamModel::replay_some() {
  std::vector<protocol::Handle> alone;
  std::vector<protocol::Handle> shared;
  for (const auto& [handle, subscriber] : subscribers_) {
    if (!subscriber.live) (subscriber.shared ? shared : alone).push_back(handle);
  }
  if (alone.empty() && shared.empty()) return;
  const auto pick = chance_() % (alone.size() + (shared.empty() ? 0 : 1));
  if (pick < alone.size()) {
    replay({alone[pick]}, alone[pick]);
  } else {
    replay(shared, 0);
  }
}

void StreamModel::replay(std::vector<protocol::Handle> handles, protocol::Handle header) {
  const auto reached = subscribers_.at(handles.front()).reached;
  auto next = std::ranges::upper_bound(records_, reached, {}, &Stored::position);
  if (next == records_.end()) {
    for (const auto handle : handles) {
      auto& subscriber = subscribers_.at(handle);
      subscriber = {.pattern = subscriber.pattern, .live = true};
      link.send(protocol::CaughtUp{.handle = handle, .at = {1, std::max(reached, head())}});
    }
    return;
  }
  const auto epoch = next->position.epoch;
  if (reached.sequence > 0 && reached.epoch != epoch) {
    for (const auto handle : handles) {
      link.send(
          protocol::Gap{.handle = handle, .stream = 1, .epoch = epoch, .reason = protocol::GapReason::epoch_changed});
    }
  }
  std::string bytes;
  protocol::Deliver deliver{.stream = 1, .kind = protocol::DeliveryKind::replay, .handle = header, .epoch = epoch};
  for (auto left = 1 + chance_() % 20; left > 0 && next != records_.end() && next->position.epoch == epoch;
       --left, ++next) {
    deliver.through = next->position.sequence;
    const bool wanted = std::ranges::any_of(handles, [&](const auto handle) {
      return protocol::matches(subscribers_.at(handle).pattern, name_of(next->topic));
    });
    if (!wanted) continue;
    link.needs(next->topic, name_of(next->topic));
    bytes += bytes_of(*next);
    ++deliver.count;
  }
  deliver.records = std::string_view(bytes);
  link.send(deliver);
  for (const auto handle : handles) subscribers_.at(handle).reached = {epoch, deliver.through};
}

void StreamModel::tell_position() {
  const auto live = [](const auto& entry) { return entry.second.live; };
  if (std::ranges::any_of(subscribers_, live)) link.send(protocol::PositionUpdate{{1, head()}});
}

bool StreamModel::all_live() const {
  return std::ranges::all_of(subscribers_, [](const auto& entry) { return entry.second.live; });
}

std::string StreamModel::bytes_of(const Stored& stored) const {
  std::string bytes;
  protocol::append_record(bytes, {.topic = stored.topic, .sequence = stored.position.sequence, .publisher = "local"}, 0,
                          0, {});
  return bytes;
}

}  // namespace fanfare::session::test
