#include "broker/server/broker_metrics.hpp"

#include <array>
#include <functional>
#include <string_view>
#include <utility>

namespace fanfare::broker::server {
namespace {

using runtime::Families;
using runtime::Family;
using runtime::Labels;
using runtime::MetricKind;

constexpr std::size_t kListedDrops = 1'000;
constexpr std::size_t kListedGroups = 500;
constexpr std::string_view kOther = "other";
constexpr std::string_view kEnded = "ended";

/// A family that is being filled; the list it belongs to may grow meanwhile.
class Filling {
 public:
  Filling(Families& families, std::string_view name, MetricKind kind, std::string_view help)
      : families_(families), at_(families.size()) {
    families.push_back({"fanfare_broker_" + std::string(name), kind, std::string(help), {}});
  }

  template <class T>
  Filling& add(T value, Labels labels = {}) {
    families_[at_].samples.push_back({std::move(labels), static_cast<double>(value), {}});
    return *this;
  }

  /// A sample for each of `rows`: its labels, its value.
  template <class Rows, class LabelsOf, class ValueOf>
  void each(const Rows& rows, LabelsOf labels_of, ValueOf value_of) {
    for (const auto& row : rows) add(std::invoke(value_of, row), labels_of(row));
  }

 private:
  Families& families_;
  std::size_t at_;
};

class Writing {
 public:
  explicit Writing(const core::Figures& figures) : figures_(figures) {}

  Families all() && {
    totals();
    faults();
    streams();
    presence();
    groups();
    sessions();
    drops();
    return std::move(families_);
  }

 private:
  Filling counter(std::string_view name, std::string_view help) {
    return {families_, name, MetricKind::kCounter, help};
  }
  Filling gauge(std::string_view name, std::string_view help) { return {families_, name, MetricKind::kGauge, help}; }

  void totals() {
    const core::Counters& counters = figures_.counters;
    gauge("sessions", "Sessions that are open.").add(figures_.sessions);
    counter("sessions_opened_total", "Sessions that were opened.").add(counters.sessions_opened);
    counter("sessions_detached_total", "Times a session lost its connection.").add(counters.sessions_detached);
    counter("sessions_resumed_total", "Times a session went on over another connection.")
        .add(counters.sessions_resumed);
    counter("frames_received_total", "Frames that came from clients.").add(counters.frames_received);
    counter("messages_published_total", "Messages that clients published, repeats included.")
        .add(counters.messages_published);
    counter("messages_repeated_total", "Publishes of an id that was known: stored once.")
        .add(counters.messages_repeated);
    counter("messages_delivered_total",
            "Live messages that were handed to sessions; one to three of them counts three.")
        .add(counters.messages_delivered);
    counter("requests_total", "Requests to services.").add(counters.requests);
    counter("requests_retried_total", "Times a request went to another member because its own was lost.")
        .add(counters.requests_retried);
    gauge("requests_open", "Requests that wait for their reply.").add(figures_.open_requests);
    gauge("patterns", "Patterns that somebody subscribes to.").add(figures_.patterns);
    gauge("topics", "Topics that are known.").add(figures_.topics);
    gauge("uncommitted_bytes", "Bytes of messages that were taken and are not stored yet.").add(figures_.uncommitted);
    gauge("credit_bytes", "Bytes that clients may send before they get more credit.").add(figures_.lent);
    counter("records_replayed_total", "Messages read back for sessions that catch up.").add(counters.records_replayed);
    gauge("readers", "Readers of the journal that are open.").add(figures_.readers);
    gauge("replays", "Sessions' ways through the journal that are under way.").add(figures_.replays);
    gauge("draining", "1 while the broker stops.").add(figures_.draining ? 1 : 0);
  }

  void faults() {
    const core::Counters& counters = figures_.counters;
    counter("sessions_refused_total", "Connections that got no session.").add(counters.sessions_refused);
    counter("malformed_frames_total", "Frames that were none; each ends its session.").add(counters.malformed_frames);
    counter("replies_late_total", "Replies that nobody waited for any more.").add(counters.replies_late);
    counter("spills_total", "Times that a session fell behind and was fed from the journal.").add(counters.spills);
    gauge("slowed_sessions", "Publishers that wait until the journal has caught up.").add(figures_.slowed_sessions);
    constexpr std::array<std::string_view, 5> kReasons = {"session_lost", "overflow", "retention", "epoch_changed",
                                                          "damaged"};
    static_assert(kReasons.size() == std::tuple_size_v<decltype(counters.gaps_by_reason)>);
    auto gaps = counter("gaps_total", "GAPs: times that a subscriber was told that it may have missed something.");
    for (std::size_t i = 0; i < kReasons.size(); ++i) {
      gaps.add(counters.gaps_by_reason[i], {{"reason", std::string(kReasons[i])}});
    }
  }

  void streams() {
    using core::StreamShown;
    const auto each = [&](Filling filling, auto value_of) {
      filling.each(
          figures_.streams,
          [](const StreamShown& one) {
            return Labels{{"stream", one.name}};
          },
          value_of);
    };
    const auto counters = [&](Filling filling, std::uint64_t core::StreamCounters::*member) {
      each(filling, [member](const StreamShown& one) { return one.counters.*member; });
    };
    counters(counter("stream_messages_total", "Messages that were committed."), &core::StreamCounters::messages);
    counters(counter("stream_message_bytes_total", "Bytes of these."), &core::StreamCounters::bytes);
    counters(counter("stream_commits_total", "Commits; each stores all that waited for it."),
             &core::StreamCounters::commits);
    counters(counter("stream_repeated_total", "Publishes of an id that the stream knew."),
             &core::StreamCounters::repeated);
    counters(counter("stream_refused_total", "Publishes that the journal had no room for, or could not write."),
             &core::StreamCounters::refused);
    each(gauge("stream_head", "Sequence of the last message."), &StreamShown::head);
    each(gauge("stream_first", "Sequence of the oldest message that is held."), &StreamShown::first);
    each(gauge("stream_bytes", "On disk."), &StreamShown::bytes);
    each(gauge("stream_segments", "Files."), &StreamShown::segments);
    each(gauge("stream_uncommitted_bytes", "Bytes of messages that wait for a commit."), &StreamShown::uncommitted);
    each(gauge("stream_failed", "1 when it takes nothing until the broker is started again."),
         [](const StreamShown& one) { return one.failed ? 1 : 0; });
  }

  void presence() {
    gauge("presence_keys", "Presence keys that are online.")
        .add(figures_.presence_keys - figures_.presence_in_grace, {{"state", "held"}})
        .add(figures_.presence_in_grace, {{"state", "grace"}});
    gauge("presence_holds", "Keys that sessions hold; one of three sessions counts three.")
        .add(figures_.presence_holds);
    gauge("presence_watchers", "Sessions that watch.").add(figures_.presence_watchers);
    counter("presence_transitions_total", "Times that a key came online or went offline.")
        .add(figures_.counters.presence_online, {{"to", "online"}})
        .add(figures_.counters.presence_offline, {{"to", "offline"}});
    counter("presence_resets_total", "Times that a watcher was too slow to be told each change.")
        .add(figures_.presence_resets);
  }

  void groups() {
    using core::GroupShown;
    counter("group_gaps_total", "Times that the journal did not hold what a group had not finished.")
        .add(figures_.counters.group_gaps);
    const auto each = [&](Filling filling, std::uint64_t GroupShown::*member) {
      std::uint64_t others = 0;
      for (std::size_t i = 0; i < figures_.groups.size(); ++i) {
        const GroupShown& one = figures_.groups[i];
        if (i >= kListedGroups) {
          others += one.*member;
        } else {
          filling.add(one.*member, {{"group", one.name}, {"stream", one.stream}});
        }
      }
      if (figures_.groups.size() > kListedGroups) filling.add(others, {{"group", std::string(kOther)}});
    };
    each(gauge("group_lag", "Messages of the stream behind the group's floor, up to the head."), &GroupShown::lag);
    each(gauge("group_pending", "Unfinished messages that the group knows of."), &GroupShown::pending);
    each(gauge("group_in_flight", "Of these, at members."), &GroupShown::in_flight);
    each(gauge("group_delayed", "Of these, waiting for their time."), &GroupShown::delayed);
    each(gauge("group_dead", "Dead letters that nobody has retried or dropped."), &GroupShown::dead);
    each(gauge("group_held_bytes", "What retention may not remove because of the group."), &GroupShown::held_bytes);
    each(gauge("group_members", "Members."), &GroupShown::members);
    each(counter("group_acknowledged_total", "Messages that were acknowledged."), &GroupShown::acknowledged);
    each(counter("group_failures_total", "Deliveries that failed."), &GroupShown::failures);
    each(counter("group_redelivered_total", "Deliveries beyond the first of a message."), &GroupShown::redelivered);
    each(counter("group_dead_lettered_total", "Messages that were moved to the dead letters."),
         &GroupShown::dead_lettered);
  }

  void sessions() {
    using core::SessionShown;
    const auto each = [&](Filling filling, auto member) {
      for (const SessionShown& one : figures_.listed) {
        filling.add(one.*member, {{"name", one.name}, {"session", one.id}});
      }
      if (figures_.sessions > figures_.listed.size()) {
        filling.add(figures_.other_sessions.*member, {{"session", std::string(kOther)}});
      }
    };
    each(gauge("session_waiting_bytes", "Bytes of messages that wait for the session."), &SessionShown::waiting_bytes);
    each(counter("session_published_total", "Messages that the session published."), &SessionShown::published);
    each(counter("session_delivered_total", "Messages that were sent to the session."), &SessionShown::delivered);
  }

  void drops() {
    auto filling = counter("dropped_total", "Messages that a session did not get because it did not keep up.");
    const auto policy = [](std::size_t at) {
      constexpr std::array<std::string_view, 2> kPolicies = {"drop_oldest", "close"};
      return std::string(kPolicies.at(at));
    };
    std::array<std::uint64_t, 2> others{};
    std::size_t listed = 0;
    for (const core::SessionShown& one : figures_.listed) {
      for (const auto& [key, count] : one.dropped) {
        const auto at = static_cast<std::size_t>(key.first);
        if (++listed > kListedDrops) {
          others[at] += count;
          continue;
        }
        filling.add(count, {{"session", one.id}, {"name", one.name}, {"policy", policy(at)}, {"pattern", key.second}});
      }
    }
    for (const auto& [key, count] : figures_.other_sessions.dropped)
      others[static_cast<std::size_t>(key.first)] += count;
    for (std::size_t at = 0; at < others.size(); ++at) {
      const auto ended = figures_.counters.dropped_of_ended[at];
      filling.add(ended, {{"session", std::string(kEnded)}, {"policy", policy(at)}});
      if (others[at] > 0) filling.add(others[at], {{"session", std::string(kOther)}, {"policy", policy(at)}});
    }
  }

  const core::Figures& figures_;
  Families families_;
};

}  // namespace

runtime::Families families_of(const core::Figures& figures) { return Writing(figures).all(); }

}  // namespace fanfare::broker::server
