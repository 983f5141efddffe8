// QUERY of groups, members and dead letters, as rows.

#include <utility>

#include "broker/core/groups/entry.hpp"

namespace fanfare::broker::core::groups {

namespace {

std::string text(std::uint64_t number) { return std::to_string(number); }

std::string_view name_of(protocol::GroupOrder order) {
  constexpr std::string_view kNames[] = {"any", "key", "exclusive"};
  return kNames[static_cast<std::size_t>(order)];
}

}  // namespace

std::vector<Headers> Groups::group_rows() const {
  std::vector<Headers> rows;
  for (const auto& [name, entry] : entries_) {
    const auto& group = entry->group;
    const auto& state = group.state();
    const auto& settings = state.settings;
    std::string back_off;
    for (const auto delay : settings.back_off) {
      back_off.append(back_off.empty() ? "" : " ").append(std::to_string(delay.count()));
    }
    const auto* stream = entry->stream;
    const auto head = stream == nullptr ? 0 : stream->head.sequence;
    const auto lag = head > state.floor ? head - state.floor : 0;
    std::uint64_t holds = 0;
    if (stream != nullptr) {
      if (const auto holder = this->holder(stream->number); holder && holder->group == name) holds = holder->bytes;
    }
    std::string_view is = "ok";
    if (group.full()) is = "full";
    if (entry->members.empty()) is = "waits for a member";
    if (!entry->exists) is = "loading";
    if (stream == nullptr && !settings.pattern.empty()) is = "no stream";
    if (!failure_.empty()) is = failure_;
    rows.push_back({{"group", name},
                    {"stream", state.stream},
                    {"pattern", settings.pattern},
                    {"order", std::string(name_of(settings.order))},
                    {"floor", text(state.floor)},
                    {"head", text(head)},
                    {"lag", text(lag)},
                    {"pending", text(group.pending())},
                    {"in_flight", text(group.in_flight())},
                    {"delayed", text(group.delayed())},
                    {"dead", text(state.dead.size())},
                    {"members", text(entry->members.size())},
                    {"term", text(state.term)},
                    {"state", std::string(is)},
                    {"holds_bytes", text(holds)},
                    {"ack_wait_ms", std::to_string(settings.ack_wait.count())},
                    {"max_deliver", text(settings.max_deliver)},
                    {"max_pending", text(settings.max_pending)},
                    {"back_off_ms", back_off}});
  }
  return rows;
}

std::vector<GroupShown> Groups::shown() const {
  std::vector<GroupShown> all;
  for (const auto& [name, entry] : entries_) {
    const auto& group = entry->group;
    const auto& state = group.state();
    const auto& totals = group.totals();
    auto& one = all.emplace_back(GroupShown{.name = name,
                                            .stream = state.stream,
                                            .pending = group.pending(),
                                            .in_flight = group.in_flight(),
                                            .delayed = group.delayed(),
                                            .dead = state.dead.size(),
                                            .members = entry->members.size(),
                                            .acknowledged = totals.acknowledged,
                                            .failures = totals.failures,
                                            .redelivered = totals.redelivered,
                                            .dead_lettered = totals.dead_lettered});
    if (entry->stream == nullptr) continue;
    const auto head = entry->stream->head.sequence;
    one.lag = head > state.floor ? head - state.floor : 0;
    if (const auto holds = holder(entry->stream->number); holds && holds->group == name) one.held_bytes = holds->bytes;
  }
  return all;
}

std::vector<Headers> Groups::member_rows() const {
  std::vector<Headers> rows;
  for (const auto& [name, entry] : entries_) {
    for (const auto& figures : entry->group.members()) {
      const auto member = members_.find(figures.member);
      const auto* session = member == members_.end() ? nullptr : sessions_.by_key(member->second.session);
      if (session == nullptr) continue;
      const bool is_exclusive = entry->settings().order == protocol::GroupOrder::exclusive;
      const auto* role = !is_exclusive ? "" : figures.term == 0 ? "standby" : "active";
      const auto* is = figures.stalled            ? "stalled"
                       : member->second.finishing ? "finishing"
                       : member->second.paused    ? "has no room"
                                                  : "ok";
      rows.push_back({{"group", name},
                      {"session", session->id.to_string()},
                      {"name", session->name},
                      {"in_flight", text(figures.in_flight)},
                      {"max_in_flight", text(figures.max_in_flight)},
                      {"role", role},
                      {"term", text(figures.term)},
                      {"state", is}});
    }
  }
  return rows;
}

std::vector<Headers> Groups::dead_letter_rows() const {
  std::vector<Headers> rows;
  for (const auto& [name, entry] : entries_) {
    for (const auto& [first, last] : entry->group.state().dead.runs()) {
      rows.push_back({{"group", name}, {"first", text(first)}, {"last", text(last)}});
    }
  }
  return rows;
}

}  // namespace fanfare::broker::core::groups
