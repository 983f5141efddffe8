#include "broker/core/figures.hpp"

#include "broker/core/core.hpp"

namespace fanfare::broker::core {
namespace {

SessionShown shown(const Session& session) {
  return {.id = session.id.to_string(),
          .name = session.name,
          .waiting_bytes = session.out.waiting_bytes(),
          .published = session.published,
          .delivered = session.out.delivered() + session.handed,
          .dropped = session.drops.counts()};
}

void add(SessionShown& sum, const Session& session) {
  sum.waiting_bytes += session.out.waiting_bytes();
  sum.published += session.published;
  sum.delivered += session.out.delivered() + session.handed;
  for (const auto& [key, count] : session.drops.counts()) sum.dropped[{key.first, {}}] += count;
}

}  // namespace

Figures Core::figures() {
  Figures figures{.counters = counters_,
                  .sessions = sessions_.size(),
                  .patterns = audiences_.patterns(),
                  .topics = topics_.size(),
                  .open_requests = services_.open(),
                  .readers = readers_.size(),
                  .replays = replays_.size(),
                  .presence_keys = presence_.keys().all().size(),
                  .presence_in_grace = presence_.keys().in_grace(),
                  .presence_holds = presence_.keys().holds(),
                  .presence_watchers = presence_.watchers().size(),
                  .presence_resets = presence_.watchers().resets(),
                  .slowed_sessions = slowed_.size(),
                  .uncommitted = publishing_.uncommitted(),
                  .lent = sessions_.lent(),
                  .draining = draining_};
  for (const auto& stream : streams_.all()) {
    const auto kept = journal_.figures(stream.number);
    figures.streams.push_back({.name = stream.name,
                               .head = stream.head.sequence,
                               .first = stream.first,
                               .bytes = kept.bytes,
                               .segments = kept.segments,
                               .uncommitted = stream.uncommitted,
                               .counters = stream.counters,
                               .failed = stream.failed});
  }
  for (const auto* session : sessions_.all()) {
    if (figures.listed.size() < Figures::kListedSessions) {
      figures.listed.push_back(shown(*session));
    } else {
      add(figures.other_sessions, *session);
    }
  }
  figures.groups = groups_.shown();
  return figures;
}

bool Core::is_heard(std::string_view topic) { return audiences_.reach(*topics_.find_or_add(topic)).sessions > 0; }

void Core::announce(std::string_view topic, std::string_view payload, Instant now) {
  publishing_.announce(topic, {}, payload, now);
}

void Core::tally(Session& session, DropPolicy policy) {
  counters_.gaps_by_reason[static_cast<std::size_t>(protocol::GapReason::overflow)] += session.out.take_gaps();
  session.drops.add(policy, session.out.take_dropped(), session.patterns);
}

}  // namespace fanfare::broker::core
