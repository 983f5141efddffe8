#include "broker/server/changes.hpp"

#include <algorithm>

#include "broker/server/settings.hpp"

namespace fanfare::broker::server {
namespace {

using Keys = std::vector<std::string>;

template <class Value>
void compare(Keys& keys, const std::string& key, const Value& running, const Value& next) {
  if (running != next) keys.push_back(key);
}

/// Names that only one of the two has.
template <class Named>
void compare_names(Keys& keys, const std::string& section, const Named& running, const Named& next) {
  for (const auto& [name, value] : running) {
    if (!next.contains(name)) keys.push_back(section + "." + name);
  }
  for (const auto& [name, value] : next) {
    if (!running.contains(name)) keys.push_back(section + "." + name);
  }
}

void compare_streams(Keys& keys, const runtime::Config& running, const runtime::Config& next) {
  compare_names(keys, "streams", running.streams, next.streams);
  for (const auto& [name, stream] : running.streams) {
    const auto found = next.streams.find(name);
    if (found == next.streams.end()) continue;
    compare(keys, "streams." + name + ".topics", stream.topics, found->second.topics);
    compare(keys, "streams." + name + ".durability", stream.durability, found->second.durability);
  }
}

void compare_groups(Keys& keys, const runtime::Config& running, const runtime::Config& next) {
  compare_names(keys, "groups", running.groups, next.groups);
  for (const auto& [name, group] : running.groups) {
    const auto found = next.groups.find(name);
    if (found != next.groups.end()) compare(keys, "groups." + name, group, found->second);
  }
}

/// A peer was told them, or what exists was made for them.
void compare_limits(Keys& keys, const runtime::LimitsConfig& running, const runtime::LimitsConfig& next) {
  compare(keys, "limits.message", running.message, next.message);
  compare(keys, "limits.topic", running.topic, next.topic);
  compare(keys, "limits.topic_tokens", running.topic_tokens, next.topic_tokens);
  compare(keys, "limits.frame", running.frame, next.frame);
  compare(keys, "limits.outbox", running.outbox, next.outbox);
  compare(keys, "limits.window", running.window, next.window);
  compare(keys, "limits.publish_pool", running.publish_pool, next.publish_pool);
  compare(keys, "limits.lease", running.lease, next.lease);
  compare(keys, "limits.heartbeat", running.heartbeat, next.heartbeat);
  compare(keys, "limits.presence_grace", running.presence_grace, next.presence_grace);
}

}  // namespace

Changes changes_for(const runtime::Config& running, const runtime::Config& next) {
  Changes changes{.settings = core_settings(next), .streams = {}};
  const auto wanted = journal_options(next).streams;
  for (const auto& stream : journal_options(running).streams) {
    const auto found = std::ranges::find(wanted, stream.name, &journal::StreamOptions::name);
    if (found == wanted.end()) continue;
    changes.streams.push_back({stream.number, stream.name, journal::keep_rules(*found)});
  }
  return changes;
}

Keys fixed_keys(const runtime::Config& running, const runtime::Config& next) {
  Keys keys;
  compare(keys, "data_dir", running.data_dir, next.data_dir);
  compare(keys, "broker.listen", running.broker.listen, next.broker.listen);
  compare(keys, "broker.busy_wait", running.broker.busy_wait, next.broker.busy_wait);
  compare_streams(keys, running, next);
  compare_groups(keys, running, next);
  compare(keys, "log.format", running.log.format, next.log.format);
  compare(keys, "metrics.interval", running.metrics.interval, next.metrics.interval);
  compare_limits(keys, running.limits, next.limits);
  return keys;
}

}  // namespace fanfare::broker::server
