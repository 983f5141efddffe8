// How groups come back after a restart: all records of `$groups` are read, then each group meets its stream, whose
// epoch may be another one, and the configuration.

#include <algorithm>
#include <utility>

#include "broker/core/groups/entry.hpp"
#include "broker/core/groups/own_streams.hpp"
#include "protocol/record.hpp"

namespace fanfare::broker::core::groups {

namespace {

constexpr std::size_t kLoadPage = 1U << 20U;

}  // namespace

void Groups::start(Instant now) {
  now_ = now;
  publishing_.listen(*this);
  if (state_stream_ == nullptr) {
    for (const auto& stream : streams_.all()) journal_.hold(stream.number, Journal::kHoldsNothing);
    loaded_ = true;
    return;
  }
  load_until_ = state_stream_->head.sequence;
  if (state_stream_->first > load_until_) return finish_loading();
  load_reader_ = readers_.open({.stream = state_stream_->number, .patterns = {std::string(kStateTopic)}});
  load_more();
}

void Groups::load_more() { readers_.read({.reader = load_reader_, .until = load_until_, .max_bytes = kLoadPage}); }

void Groups::load(const ReadDone& done) {
  if (done.missing) ++unreadable_;
  if (done.records) {
    std::string_view rest = *done.records;
    while (const auto record = protocol::next_record(rest)) {
      if (!loader_.take(record->content.payload, record->sequence)) ++unreadable_;
    }
  }
  if (done.through.sequence < load_until_) return load_more();
  readers_.close(std::exchange(load_reader_, 0));
  finish_loading();
}

void Groups::finish_loading() {
  if (unreadable_ > 0) {
    effects_.notice("the state of the groups has " + std::to_string(unreadable_) +
                    " damaged places: what was acknowledged there may be delivered again");
  }
  state_bytes_ = loader_.bytes();
  auto loaded = loader_.take_groups();
  loader_ = {};
  for (auto& [name, group] : loaded) take_over(std::move(group));
  for (const auto& configured : settings_.group_list) configure(configured);
  loaded_ = true;  // only now is known what all of them need
  for (const auto& stream : streams_.all()) tell_hold(stream.number);
  for (const auto id : std::exchange(waiting_joins_, {})) admit(id);
  manage_waiting(std::exchange(waiting_manages_, {}));
}

void Groups::take_over(LoadedGroup loaded) {
  auto& state = loaded.state;
  const auto* stream = state.stream.empty() ? nullptr : streams_.by_name(state.stream);
  bool changed = false;
  if (stream != nullptr && state.epoch != stream->head.epoch) {
    // Not the head: an earlier run of the broker, or this one, may have taken messages of the new epoch already.
    const auto forgotten = begin_epoch(state, stream->head.epoch, stream->known_since(state.epoch));
    changed = true;
    const auto floor = std::to_string(state.floor);
    effects_.notice("group " + state.name + ": stream " + state.stream + " has another epoch, it goes on behind " +
                    floor + " and has forgotten that " + std::to_string(forgotten) + " messages were done");
    publishing_.announce("$sys.event.group_reset",
                         {{"group", state.name},
                          {"stream", state.stream},
                          {"epoch", state.epoch.to_string()},
                          {"floor", floor},
                          {"forgotten", std::to_string(forgotten)}},
                         {}, now_);
  }
  const auto configured = std::ranges::find(settings_.group_list, state.name, &GroupConfiguration::name);
  if (configured != settings_.group_list.end()) {
    auto wanted = configured->settings;
    if (wanted.order != state.settings.order || wanted.pattern != state.settings.pattern) {
      effects_.notice("group " + state.name +
                      " was made with another pattern or order than the configuration has: those it was made with "
                      "count, until `fanfare group drop " +
                      state.name + "`");
      wanted.order = state.settings.order;
      wanted.pattern = state.settings.pattern;
    }
    changed = changed || wanted != state.settings;
    state.settings = wanted;
  }
  auto& entry = add(std::move(state));
  entry.exists = true;
  entry.needs_snapshot = changed;
  entry.snapshot_bytes = loaded.snapshot_bytes;
  entry.bytes_since = loaded.bytes_since;
  entry.stream_bytes_by = loaded.stream_bytes_by;
  hold_snapshot(entry, loaded.snapshot);
  entry.group.dead_trimmed(dead_stream_->first);
  for (const auto& [sequence, failures] : entry.group.state().failures) {
    if (failures >= entry.settings().max_deliver) entry.loaded_failures.emplace(sequence, failures);
  }
  for (const auto& [sequence, dead] : entry.group.state().returned) entry.unknown.emplace_back(sequence, dead);
  enqueue(entry);
}

void Groups::configure(const GroupConfiguration& configuration) {
  if (by_name(configuration.name) != nullptr) return;
  const auto& settings = configuration.settings;
  if (!settings.pattern.empty() && streams_.covering(settings.pattern) == nullptr) {
    effects_.notice("group " + configuration.name + ": its pattern lies in no single stream");
    return;
  }
  auto& entry = add(first_state(configuration.name, settings, configuration.from_now));
  enqueue(entry);
}

}  // namespace fanfare::broker::core::groups
