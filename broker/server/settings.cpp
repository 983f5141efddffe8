#include "broker/server/settings.hpp"

#include <algorithm>
#include <filesystem>
#include <optional>

#include "broker/core/groups/group_limits.hpp"
#include "broker/core/groups/own_streams.hpp"
#include "protocol/topic.hpp"
#include "runtime/config/value.hpp"
#include "runtime/version.hpp"

namespace fanfare::broker::server {
namespace {

constexpr std::chrono::milliseconds kDeadAge = std::chrono::hours(24 * 30);
constexpr std::uint64_t kDeadSize = 10ULL << 30U;
// Of the groups' state everything may go that comes before the snapshots, which the groups hold; what they hold must
// not keep the next record out.
constexpr std::chrono::milliseconds kStateAge = std::chrono::minutes(1);
constexpr std::uint64_t kStateSize = 64ULL << 30U;
constexpr std::uint64_t kOwnSegments = 16ULL << 20U;

protocol::Limits limits_of(const runtime::LimitsConfig& limits) {
  return {.message = static_cast<std::uint32_t>(limits.message),
          .frame = static_cast<std::uint32_t>(limits.frame),
          .subscriptions = static_cast<std::uint32_t>(limits.subscriptions),
          .in_flight = static_cast<std::uint32_t>(limits.in_flight),
          .header_bytes = static_cast<std::uint16_t>(limits.headers),
          .header_count = static_cast<std::uint16_t>(limits.header_count),
          .topic_bytes = static_cast<std::uint16_t>(limits.topic),
          .topic_tokens = static_cast<std::uint16_t>(limits.topic_tokens)};
}

/// Streams that the broker keeps for itself, behind the configured ones.
std::vector<core::StreamSettings> own_streams() {
  core::Settings settings;
  core::groups::add_own_streams(settings);
  return settings.streams;
}

/// The durations in `text`; nullopt when it is none.
std::optional<std::vector<std::chrono::milliseconds>> durations_of(std::string_view text) {
  static const runtime::Field kEach{
      "", runtime::Kind::kDuration, "", "", {}, 0, static_cast<std::uint64_t>(core::groups::kMaxDelay.count())};
  std::vector<std::chrono::milliseconds> durations;
  while (!text.empty()) {
    const auto word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    if (word.empty()) continue;
    const auto value = runtime::parse_value(kEach, word);
    if (!value) return std::nullopt;
    durations.push_back(std::get<std::chrono::milliseconds>(*value));
  }
  return durations;
}

core::groups::GroupSettings group_settings(const runtime::GroupConfig& group) {
  return {.order = static_cast<protocol::GroupOrder>(group.order),
          .pattern = group.pattern,
          .ack_wait = group.ack_wait,
          .max_deliver = static_cast<std::uint32_t>(group.max_deliver),
          .max_pending = static_cast<std::uint32_t>(group.max_pending),
          .back_off = durations_of(group.back_off).value_or(std::vector<std::chrono::milliseconds>{})};
}

void check_groups(const runtime::Config& config, std::vector<runtime::Complaint>& complaints) {
  for (const auto& [name, group] : config.groups) {
    const auto path = "groups." + name;
    if (!core::groups::is_group_name(name)) {
      complaints.push_back({path, "expected a name of at most 64 of A-Z a-z 0-9 _ - that starts with none of -"});
    }
    const bool only_elects = group.pattern.empty() && group.order == runtime::GroupOrder::kExclusive;
    const auto covers = [&](const auto& stream) {
      return std::ranges::any_of(stream.second.topics,
                                 [&](const auto& topics) { return protocol::covers(topics, group.pattern); });
    };
    if (!only_elects && !protocol::is_pattern(group.pattern, limits_of(config.limits))) {
      complaints.push_back({path + ".pattern", "expected a topic pattern such as chat.>"});
    } else if (!only_elects && std::ranges::none_of(config.streams, covers)) {
      complaints.push_back({path + ".pattern", "expected a pattern that lies in one of the streams"});
    }
    const auto back_off = durations_of(group.back_off);
    if (!back_off || back_off->empty() || back_off->size() > core::groups::kMaxBackOffs) {
      complaints.push_back({path + ".back_off", "expected 1 to 32 durations of at most 24h, such as 1s 5s 30s"});
    }
  }
}

std::vector<runtime::Complaint> check_streams(const runtime::Config& config) {
  std::vector<runtime::Complaint> complaints;
  struct Seen {
    std::string pattern;
    std::string stream;
  };
  std::vector<Seen> seen;
  for (const auto& own : own_streams()) {
    for (const auto& pattern : own.topics) seen.push_back({pattern, own.name});
  }
  for (const auto& [name, stream] : config.streams) {
    if (name.starts_with('$') || name == core::groups::kDeadStream) {
      complaints.push_back({"streams." + name, "the broker keeps this stream itself; expected another name"});
      continue;
    }
    for (std::size_t i = 0; i < stream.topics.size(); ++i) {
      const auto path = "streams." + name + ".topics[" + std::to_string(i) + "]";
      const auto& pattern = stream.topics[i];
      if (!protocol::is_pattern(pattern, limits_of(config.limits))) {
        complaints.push_back({path, "expected a topic pattern such as chat.> or orders.*.created"});
        continue;
      }
      for (const auto& other : seen) {
        if (other.stream == name || !protocol::overlap(pattern, other.pattern)) continue;
        complaints.push_back({path, "overlaps " + other.pattern + " of stream " + other.stream +
                                        "; expected patterns that share no topic with another stream"});
      }
      seen.push_back({pattern, name});
    }
  }
  return complaints;
}

}  // namespace

bool is_local(const std::string& address) {
  if (address.starts_with("ipc://")) return true;
  constexpr std::string_view kTcp = "tcp://";
  if (!address.starts_with(kTcp)) return false;
  const auto host = address.substr(kTcp.size(), address.rfind(':') - kTcp.size());
  const bool is_number = host.find_first_not_of("0123456789.") == std::string::npos;
  return host == "localhost" || host == "[::1]" || (is_number && host.starts_with("127."));
}

core::Settings core_settings(const runtime::Config& config) {
  core::Settings settings{.limits = limits_of(config.limits),
                          .window = static_cast<std::uint32_t>(config.limits.window),
                          .publish_pool = config.limits.publish_pool,
                          .outbox = static_cast<std::uint32_t>(config.limits.outbox),
                          .sessions = static_cast<std::uint32_t>(config.limits.sessions),
                          .presence_grace = config.limits.presence_grace,
                          .lease = config.limits.lease,
                          .heartbeat = config.limits.heartbeat,
                          .max_request_timeout = config.limits.request_timeout,
                          .version = std::string(runtime::version())};
  for (const auto& [name, stream] : config.streams) settings.streams.push_back({name, stream.topics});
  core::groups::add_own_streams(settings);
  for (const auto& [name, group] : config.groups) {
    settings.group_list.push_back({name, group_settings(group), group.from == runtime::GroupFrom::kNew});
  }
  return settings;
}

journal::Options journal_options(const runtime::Config& config) {
  journal::Options options{.folder = (std::filesystem::absolute(config.data_dir) / "journal").string(),
                           .boot_id = journal::read_boot_id()};
  const auto room = 2 * config.limits.message;  // with headers and framing, for the largest
  options.segment_bytes = std::max(options.segment_bytes, room);
  for (const auto& [name, stream] : config.streams) {
    options.streams.push_back({.number = static_cast<protocol::StreamNumber>(options.streams.size() + 1),
                               .name = name,
                               .durability = stream.durability == runtime::Durability::kFlush
                                                 ? journal::Durability::flush
                                                 : journal::Durability::fsync,
                               .sync_interval = stream.sync_interval,
                               .max_age = stream.max_age,
                               .max_size = stream.max_size});
  }
  for (const auto& own : own_streams()) {
    auto& stream = options.streams.emplace_back();
    stream.number = static_cast<protocol::StreamNumber>(options.streams.size());
    stream.name = own.name;
    stream.durability = journal::Durability::fsync;
    stream.max_age = kDeadAge;
    stream.max_size = kDeadSize;
    stream.segment_bytes = std::max(kOwnSegments, room);
    if (own.name != core::groups::kStateStream) continue;
    stream.max_age = kStateAge;
    stream.max_size = kStateSize;
  }
  return options;
}

runtime::ConfigCheck config_check() {
  return [](const runtime::Config& config) {
    auto complaints = check_streams(config);
    check_groups(config, complaints);
    if (!is_local(config.broker.listen)) {
      complaints.push_back(
          {"broker.listen",
           "expected an address of this machine, such as tcp://127.0.0.1:7410 or ipc:///run/fanfare.sock: "
           "without keys the broker trusts everybody who reaches it"});
    }
    return complaints;
  };
}

}  // namespace fanfare::broker::server
