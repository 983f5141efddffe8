// How subscriptions begin, catch up from what is stored, and are told what they may have missed (PROTOCOL.md §5).
#include <algorithm>

#include "protocol/topic.hpp"
#include "sdk/session/batch_records.hpp"
#include "sdk/session/session.hpp"

namespace fanfare::session {

bool Session::registered(Registration& registration, const protocol::Ok& ok) {
  registration.places.clear();
  for (const auto& [number, position] : ok.positions) {
    if (auto* stream = streams_.find(number)) registration.places.push_back({stream, position});
  }
  const bool replays = registration.asked != protocol::From::now;
  if (replays && registration.places.size() != 1) return false;
  registration.status = Registration::Status::ready;
  registration.catching_up = replays;
  if (replays && (ok.flags & protocol::Ok::kShared) != 0) {
    registration.shared = true;
    ++registration.places.front().stream->sharing;
  }

  const bool again = std::exchange(registration.was_ready, true);
  const bool subscribes = registration.kind == Registration::Kind::subscription;
  // First, so that who is told that it is ready knows from where on.
  if (subscribes && registration.stream != nullptr && registration.places.size() == 1) {
    const bool recovered = replays ? (ok.flags & protocol::Ok::kRecovered) != 0 : !again;
    listener_.on_event(Begun{registration.handle, registration.places.front().position, recovered});
  }
  listener_.on_event(Registered{registration.handle});
  if (!subscribes) return true;
  // Of what a replay can't give the broker tells itself.
  if (again && !replays) tell_gaps(registration);
  registration.left_at.clear();
  return true;
}

void Session::tell_gaps(const Registration& registration) {
  for (const auto& [stream, begins] : registration.places) {
    const auto* left = registration.left(stream);
    if (left != nullptr && begins <= left->position) continue;
    Gap gap{.reason = GapReason::session_lost, .stream = stream->name, .from = {begins.epoch, 0}, .to = begins};
    if (left != nullptr) {
      gap.from = {left->position.epoch, left->position.sequence + 1};
      if (left->position.epoch != begins.epoch) gap.reason = GapReason::epoch_changed;
    }
    listener_.on_event(GapSeen{registration.handle, std::move(gap)});
  }
  if (registration.stream == nullptr) {
    listener_.on_event(GapSeen{registration.handle, {.reason = GapReason::session_lost}});
  }
}

bool Session::deliver_replay(const protocol::Deliver& deliver, Incoming& incoming) {
  auto* stream = streams_.find(deliver.stream);
  if (stream == nullptr) return false;
  const auto take = [&](const protocol::Record& record, const BrokerTopic& topic, std::string_view bytes) {
    const Position position{deliver.epoch, record.sequence};
    for (auto* subscriber : topic.subscribers) {
      if (!subscriber->replays(deliver.handle, stream) || position <= subscriber->caught_up_to()) continue;
      subscriber->places.front().position = position;
      incoming.to_handlers = true;
      listener_.on_message({subscriber->handle, incoming.data, deliver.epoch, record, topic.name, bytes});
    }
  };
  if (!for_each_record(deliver.records, deliver.count, deliver.stream, topics_, registrations_, take)) return false;
  const Position through{deliver.epoch, deliver.through};
  if (deliver.handle != 0) {
    auto* only = registrations_.find(deliver.handle);
    if (only != nullptr && only->replays(deliver.handle, stream)) {
      auto& place = only->places.front();
      place.position = std::max(place.position, through);
    }
  } else if (stream->sharing > 0) {
    stream->shared = std::max(stream->shared, through);
  }
  return true;
}

bool Session::on(const protocol::CaughtUp& caught_up, Incoming&) {
  auto* registration = registrations_.find(caught_up.handle);
  if (registration == nullptr || !registration->catching_up) return true;
  if (registration->places.front().stream != streams_.find(caught_up.at.stream)) return false;
  registration->join_live(caught_up.at.position);
  listener_.on_event(session::CaughtUp{registration->handle, registration->places.front().position});
  return true;
}

bool Session::on(const protocol::Gap& gap, Incoming&) {
  const auto* stream = streams_.find(gap.stream);
  const Gap told{.reason = static_cast<GapReason>(gap.reason),
                 .stream = stream == nullptr ? std::string() : stream->name,
                 .from = {gap.epoch, gap.from},
                 .to = {gap.epoch, gap.to},
                 .dropped = gap.dropped};
  if (gap.handle != 0) {
    auto* registration = registrations_.find(gap.handle);
    if (registration == nullptr) return true;
    registration->pass_gap(told.from, told.to);
    listener_.on_event(GapSeen{gap.handle, told});
    return true;
  }
  for (const auto& [handle, registration] : registrations_.all()) {
    if (misses_live(registration, gap, stream)) listener_.on_event(GapSeen{handle, told});
  }
  return true;
}

bool Session::misses_live(const Registration& registration, const protocol::Gap& gap, const Stream* stream) const {
  if (registration.kind != Registration::Kind::subscription || registration.catching_up) return false;
  if (registration.status != Registration::Status::ready) return false;
  if (protocol::is_pattern(gap.pattern) && !protocol::overlap(gap.pattern, registration.pattern)) return false;
  if (stream == nullptr) return registration.stream == nullptr;
  return std::ranges::find(registration.places, stream, &Registration::Place::stream) != registration.places.end();
}

}  // namespace fanfare::session
