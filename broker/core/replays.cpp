// Which feeds there are and when each begins. What a feed does then is in feed_steps.cpp.

#include "broker/core/replays.hpp"

#include <limits>
#include <utility>

#include "broker/core/feed.hpp"

namespace fanfare::broker::core {

namespace {

// What a turn looks through in memory, so that it never holds up live traffic for longer than some milliseconds.
constexpr std::size_t kTurn = 4U << 20U;

}  // namespace

Replays::Replays(const Settings& settings, Sessions& sessions, TopicTable& topics, Audiences& audiences,
                 Streams& streams, Subscriptions& subscriptions, Readers& readers, Counters& counters)
    : settings_(settings),
      sessions_(sessions),
      topics_(topics),
      audiences_(audiences),
      streams_(streams),
      subscriptions_(subscriptions),
      readers_(readers),
      counters_(counters) {}

Replays::~Replays() = default;

Replays::Key Replays::key_of(const Feed& feed) {
  return {feed.session, feed.stream, feed.start.after,
          feed.start.time.value_or(std::numeric_limits<std::int64_t>::min())};
}

Replays::Line& Replays::line_of(SessionKey session) {
  auto& line = by_session_[session];
  if (!line) {
    line = std::make_unique<Line>();
    line->session = session;
  }
  return *line;
}

Replays::Feed& Replays::create(const Session& session, protocol::StreamNumber stream) {
  const auto id = ++last_id_;
  auto& feed = *feeds_.emplace(id, std::make_unique<Feed>()).first->second;
  feed.id = id;
  feed.session = session.key;
  feed.stream = stream;
  line_of(session.key).feeds.insert(id);
  return feed;
}

void Replays::add(Session& session, const protocol::Subscribe& command, protocol::StreamNumber number,
                  const Start& start) {
  if (start.at_head) return join_at_once(session, command, streams_.get(number), start);
  auto& subscription = session.subscriptions.at(command.handle);
  const Key key{session.key, number, start.after, start.time.value_or(std::numeric_limits<std::int64_t>::min())};
  if (const auto found = joinable_.find(key); found != joinable_.end()) {
    subscription.feed = found->second;
  } else {
    auto& feed = create(session, number);
    feed.start = start;
    feed.position = start.after;
    subscription.feed = feed.id;
    joinable_.emplace(key, feed.id);
    line_of(session.key).waiting.push_back(feed.id);
    lines_.insert(session.key);
  }
  auto& feed = *feeds_.at(subscription.feed);
  feed.members.emplace(command.handle, command.request);
  feed.patterns.add(subscription.pattern);
}

/// Nothing has to be read: the subscription is live.
void Replays::join_at_once(Session& session, const protocol::Subscribe& command, Stream& stream, const Start& start) {
  const auto& subscription = session.subscriptions.at(command.handle);
  subscriptions_.join(session, subscription);
  patterns_changed(session);
  protocol::Ok ok{.request = command.request, .positions = {{stream.number, start.after}}};
  if (start.recovered) ok.flags = protocol::Ok::kRecovered;
  sessions_.answer(session, ok);
  if (start.missing) {
    ++counters_.gaps;
    ++counters_.gaps_by_reason[static_cast<std::size_t>(start.missing->reason)];
    session.out.push_in_place(protocol::Gap{.handle = command.handle,
                                            .stream = stream.number,
                                            .epoch = stream.head.epoch,
                                            .from = start.missing->from,
                                            .to = start.missing->to,
                                            .reason = start.missing->reason,
                                            .pattern = std::string_view(subscription.pattern)});
  }
  session.out.push_in_place(
      protocol::CaughtUp{.handle = command.handle, .at = {stream.number, std::max(stream.head, start.after)}});
}

/// Lets those feeds begin that may.
void Replays::begin(Line& line) {
  while (line.begun.size() < settings_.replays + line.spills.size() && !line.waiting.empty()) {
    const auto found = feeds_.find(line.waiting.front());
    line.waiting.pop_front();
    if (found == feeds_.end()) continue;
    auto& feed = *found->second;
    if (feed.members.size() > 1) {
      if (!line.shared.try_emplace(feed.stream, feed.id).second) {
        line.blocked[feed.stream].push_back(feed.id);
        continue;
      }
      feed.shared = true;
    }
    joinable_.erase(key_of(feed));
    feed.begun = true;
    line.begun.insert(feed.id);
    enqueue(feed);
  }
}

void Replays::erase(Feed& feed) {
  if (feed.reader != 0) {
    by_reader_.erase(feed.reader);
    readers_.close(feed.reader);
  }
  auto& line = line_of(feed.session);
  const auto stream = feed.stream;
  if (!feed.begun) joinable_.erase(key_of(feed));
  if (feed.shared) {
    line.shared.erase(stream);
    if (auto& blocked = line.blocked[stream]; !blocked.empty()) {
      line.waiting.push_front(blocked.front());
      blocked.pop_front();
    }
  }
  if (feed.spill) line.spills.erase(stream);
  if (line.begun.erase(feed.id) > 0 && !line.waiting.empty()) lines_.insert(feed.session);
  line.feeds.erase(feed.id);
  if (auto* spill = spill_of(feed.session, stream)) enqueue(*spill);  // it may have waited for this one
  feeds_.erase(feed.id);
}

void Replays::enqueue(Feed& feed) {
  if (stopped_ || std::exchange(feed.queued, true)) return;
  ready_.push_back(feed.id);
}

void Replays::cancel(Session& session, protocol::Handle handle) {
  const auto found = feeds_.find(session.subscriptions.at(handle).feed);
  if (found == feeds_.end()) return;
  auto& feed = *found->second;
  const auto member = feed.members.extract(handle);
  if (!feed.members_told) {
    sessions_.refuse(session, member.mapped(), protocol::CommandType::subscribe, ErrorCode::canceled);
  }
  if (feed.members.empty()) erase(feed);
}

void Replays::spilled(Session& session) {
  for (const auto& [stream, position] : session.out.take_spills()) {
    auto& feed = create(session, stream);
    feed.spill = true;
    feed.begun = true;
    feed.members_told = true;
    feed.position = position;
    auto& line = line_of(session.key);
    line.begun.insert(feed.id);
    line.spills.insert_or_assign(stream, feed.id);
    ++counters_.spills;
    enqueue(feed);
  }
}

Replays::Feed* Replays::spill_of(SessionKey session, protocol::StreamNumber stream) const {
  const auto line = by_session_.find(session);
  if (line == by_session_.end()) return nullptr;
  const auto found = line->second->spills.find(stream);
  return found == line->second->spills.end() ? nullptr : feeds_.at(found->second).get();
}

Position Replays::live_position(const Session& session, const Stream& stream) const {
  const auto* spill = spill_of(session.key, stream.number);
  return spill == nullptr ? stream.head : spill->position;
}

void Replays::patterns_changed(Session& session) {
  const auto line = by_session_.find(session.key);
  if (line == by_session_.end()) return;
  for (const auto& [stream, id] : line->second->spills) {
    auto& feed = *feeds_.at(id);
    feed.stale = true;
    enqueue(feed);
  }
}

void Replays::has_room(Session& session) {
  const auto line = by_session_.find(session.key);
  if (line == by_session_.end() || !has_room_for_page(session)) return;
  for (const auto id : line->second->begun) {
    auto& feed = *feeds_.at(id);
    if (std::exchange(feed.stalled, false)) enqueue(feed);
  }
}

void Replays::leave(Session& session) {
  const auto line = by_session_.find(session.key);
  if (line == by_session_.end()) return;
  for (const auto id : std::set<FeedId>(line->second->feeds)) erase(*feeds_.at(id));
  by_session_.erase(line);
  lines_.erase(session.key);
}

bool Replays::answered(ReadDone& done) {
  const auto found = by_reader_.find(done.reader);
  if (found == by_reader_.end()) return false;
  auto& feed = *feeds_.at(found->second);
  feed.reading = false;
  feed.answer = std::move(done);
  enqueue(feed);
  return true;
}

bool Replays::run() {
  if (stopped_) return false;
  for (const auto key : std::exchange(lines_, {})) begin(line_of(key));
  budget_ = kTurn;
  const auto turn = std::exchange(ready_, {});
  for (const auto id : turn) {
    const auto found = feeds_.find(id);
    if (found == feeds_.end()) continue;
    found->second->queued = false;
    advance(*found->second);
  }
  return !turn.empty();
}

void Replays::stop() {
  stopped_ = true;
  ready_.clear();
  lines_.clear();
  for (const auto& [id, feed] : feeds_) {
    auto* session = sessions_.by_key(feed->session);
    if (std::exchange(feed->members_told, true) || session == nullptr) continue;
    for (const auto& [handle, request] : feed->members) {
      sessions_.refuse(*session, request, protocol::CommandType::subscribe, ErrorCode::draining);
      session->subscriptions.erase(handle);
    }
  }
}

}  // namespace fanfare::broker::core
