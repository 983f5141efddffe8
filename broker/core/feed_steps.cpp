// What a feed does when it is its turn: hands on what was read, and then ends, goes on from memory, or asks the
// journal.

#include <algorithm>
#include <utility>

#include "broker/core/feed.hpp"
#include "broker/core/replays.hpp"

namespace fanfare::broker::core {

std::size_t Replays::page_bytes() const { return std::min(settings_.page, std::max(settings_.outbox / 4, 1U)); }

bool Replays::has_room_for_page(const Session& session) const { return session.out.waiting_bytes() <= page_bytes(); }

void Replays::advance(Feed& feed) {
  auto& session = *sessions_.by_key(feed.session);
  auto& stream = streams_.get(feed.stream);
  if (feed.answer) hand_on(feed, session, stream);
  while (!feed.reading) {
    if (feed.spill && session.streams[feed.stream].subscriptions == 0) return finish(feed, session, stream);
    const auto target = feed.spill ? stream.head : live_position(session, stream);
    if (feed.located() && feed.position >= target) return finish(feed, session, stream);
    if (!has_room_for_page(session)) {
      feed.stalled = true;
      return;
    }
    if (waits_for_a_replay(feed)) return;
    if (budget_ == 0) return enqueue(feed);
    if (!from_memory(feed, session, stream, target.sequence)) ask(feed, session, stream, target.sequence);
  }
}

/// A replay that has been where this session was would run after it for ever, so once the session waits for it.
bool Replays::waits_for_a_replay(const Feed& feed) const {
  if (!feed.spill) return false;
  return std::ranges::any_of(by_session_.at(feed.session)->begun, [&](FeedId id) {
    const auto& other = *feeds_.at(id);
    return !other.spill && other.stream == feed.stream && other.close_by;
  });
}

void Replays::finish(Feed& feed, Session& session, Stream& stream) {
  sessions_.wake(session);
  if (feed.spill) {
    session.out.unspill(stream.number);
    return erase(feed);
  }
  // A spilled session may be where retention has been since: the GAP that it is told then is this one's too.
  answer_members(feed, session, feed.start.recovered && feed.position.sequence + 1 >= stream.first);
  const protocol::StreamPosition at{stream.number, feed.position};
  std::string caught_up;
  for (const auto& [handle, request] : feed.members) {
    auto& subscription = session.subscriptions.at(handle);
    subscription.feed = 0;
    subscriptions_.join(session, subscription);
    protocol::append_command(caught_up, protocol::CaughtUp{.handle = handle, .at = at});
  }
  session.out.push_in_place(std::move(caught_up), static_cast<std::uint32_t>(feed.members.size()));
  // What a spilled session is being read lacks the new patterns.
  if (auto* spill = spill_of(session.key, stream.number)) restart(*spill);
  erase(feed);
}

void Replays::restart(Feed& feed) {
  if (feed.reader != 0) {
    by_reader_.erase(feed.reader);
    readers_.close(std::exchange(feed.reader, 0));
  }
  feed.reading = false;
  feed.stale = false;
  feed.answer.reset();
  enqueue(feed);
}

void Replays::hand_on(Feed& feed, Session& session, Stream& stream) {
  const auto done = *std::exchange(feed.answer, std::nullopt);
  sessions_.wake(session);
  answer_members(feed, session, feed.start.recovered && !done.missing);
  if (done.missing) gap(feed, session, done.through.epoch, *done.missing);

  const auto enter = [&](const Uuid& epoch) {
    const bool told = done.missing && done.missing->reason == protocol::GapReason::epoch_changed;
    if (feed.located() && epoch != feed.position.epoch && !told) {
      gap(feed, session, epoch, {.reason = protocol::GapReason::epoch_changed});
    }
    if (epoch != feed.position.epoch) feed.position = {epoch, 0};  // a lost journal counts from 1 again
  };
  auto through = done.through;
  if (done.records) {
    enter(done.epoch);
    deliver(feed, session, done.epoch, *done.records, through.sequence);
  }
  // All that there was up to the head of this epoch has been read, although its last record is of an earlier one.
  if (through.sequence >= feed.until) through.epoch = std::max(through.epoch, stream.head.epoch);
  enter(through.epoch);
  feed.position.sequence = std::max(feed.position.sequence, through.sequence);
  if (!feed.spill && through.sequence >= feed.until) feed.close_by = true;
}

/// The next page from the records that are still in memory; false when they do not reach back to here.
bool Replays::from_memory(Feed& feed, Session& session, Stream& stream, std::uint64_t until) {
  const auto reaches = [&](std::uint64_t sequence) {
    return sequence + 1 >= stream.first && stream.recent.begin_by(sequence);
  };
  if (!feed.located() && !feed.start.time && reaches(stream.first - 1)) {
    feed.position = {stream.head.epoch, stream.first - 1};
  }
  if (feed.position.epoch != stream.head.epoch || !reaches(feed.position.sequence)) return false;
  if (feed.position.sequence >= until) return true;

  sessions_.wake(session);
  answer_members(feed, session, feed.start.recovered);
  std::string records;
  auto through = until;
  auto last = feed.position.sequence;
  std::size_t looked_at = 0;
  stream.recent.visit(feed.position.sequence, [&](const RecordView& record) {
    if (record.sequence > until) return false;
    looked_at += record.bytes.size();
    const auto topic = topics_.by_number(stream.number, record.topic);
    if (topic && wants(feed, session, *topic)) {
      if (!records.empty() && records.size() + record.bytes.size() > page_bytes()) {
        through = last;
        return false;
      }
      records.append(record.bytes);
    }
    last = record.sequence;
    return true;
  });
  budget_ -= std::min(budget_, looked_at);
  if (!records.empty()) deliver(feed, session, stream.head.epoch, records, through);
  feed.position.sequence = through;
  return true;
}

bool Replays::wants(const Feed& feed, const Session& session, Topic& topic) {
  if (!feed.spill) return feed.patterns.matches(topic.name);
  return audiences_.reaches(topic, session);
}

void Replays::ask(Feed& feed, const Session& session, const Stream& stream, std::uint64_t until) {
  if (std::exchange(feed.stale, false) && feed.reader != 0) {
    by_reader_.erase(feed.reader);
    readers_.close(std::exchange(feed.reader, 0));
  }
  if (feed.reader == 0) {
    ReaderSpec spec{.stream = stream.number, .after = feed.position};
    if (!feed.located()) spec.time = feed.start.time;
    if (feed.spill) {
      for (const auto& [pattern, uses] : session.patterns) spec.patterns.push_back(pattern);
    } else {
      spec.patterns = feed.patterns.all();
    }
    feed.reader = readers_.open(std::move(spec));
    by_reader_.emplace(feed.reader, feed.id);
  }
  feed.reading = true;
  feed.until = until;
  readers_.read({.reader = feed.reader, .until = until, .max_bytes = page_bytes()});
}

void Replays::answer_members(Feed& feed, Session& session, bool recovered) {
  if (std::exchange(feed.members_told, true)) return;
  protocol::Ok ok{.positions = {{feed.stream, feed.start.after}}};
  if (recovered) ok.flags |= protocol::Ok::kRecovered;
  if (feed.shared) ok.flags |= protocol::Ok::kShared;
  for (const auto& [handle, request] : feed.members) {
    ok.request = request;
    if (feed.shared) {  // it must not overtake deliveries of an earlier shared run, which look the same
      session.out.push_in_place(ok);
    } else {
      session.out.push_free(ok);
    }
  }
}

void Replays::gap(Feed& feed, Session& session, const Uuid& epoch, const ReadDone::Missing& missing) {
  ++counters_.gaps;
  ++counters_.gaps_by_reason[static_cast<std::size_t>(missing.reason)];
  protocol::Gap gap{
      .stream = feed.stream, .epoch = epoch, .from = missing.from, .to = missing.to, .reason = missing.reason};
  if (feed.spill) return session.out.push_in_place(gap);
  for (const auto& [handle, request] : feed.members) {
    gap.handle = handle;
    gap.pattern = std::string_view(session.subscriptions.at(handle).pattern);
    session.out.push_in_place(gap);
  }
}

void Replays::deliver(Feed& feed, Session& session, const Uuid& epoch, std::string_view records,
                      std::uint64_t through) {
  const auto kind = feed.spill ? protocol::DeliveryKind::live : protocol::DeliveryKind::replay;
  const auto handle = feed.spill || feed.shared ? 0U : feed.members.begin()->first;
  auto batch = std::make_shared<DeliveryBatch>(feed.stream, epoch, kind, handle);
  ReadDone::Missing nameless;
  for (RecordView record; cut_record(records, record);) {
    if (const auto topic = topics_.by_number(feed.stream, record.topic)) {
      batch->bytes().append(record.bytes);
      batch->added(topic, record.sequence);
    } else {  // retention has taken the topic long before this answer came
      if (nameless.from == 0) nameless.from = record.sequence;
      nameless.to = record.sequence;
    }
  }
  if (nameless.from != 0) gap(feed, session, epoch, nameless);
  if (batch->count() == 0) return;
  batch->seal(through);
  counters_.records_replayed += batch->count();
  session.out.push_read(std::move(batch));
  if (session.out.has_spills()) spilled(session);  // it may have pushed another stream's batches out
}

}  // namespace fanfare::broker::core
