#include "broker/server/settings.hpp"

#include <filesystem>

#include "protocol/topic.hpp"
#include "runtime/version.hpp"

namespace fanfare::broker::server {
namespace {

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

std::vector<runtime::Complaint> check_streams(const runtime::Config& config) {
  std::vector<runtime::Complaint> complaints;
  struct Seen {
    std::string pattern;
    std::string stream;
  };
  std::vector<Seen> seen;
  for (const auto& [name, stream] : config.streams) {
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
                          .outbox = static_cast<std::uint32_t>(config.limits.outbox),
                          .sessions = static_cast<std::uint32_t>(config.limits.sessions),
                          .lease = config.limits.lease,
                          .heartbeat = config.limits.heartbeat,
                          .max_request_timeout = config.limits.request_timeout,
                          .version = std::string(runtime::version())};
  for (const auto& [name, stream] : config.streams) settings.streams.push_back({name, stream.topics});
  return settings;
}

journal::Options journal_options(const runtime::Config& config) {
  journal::Options options{.folder = (std::filesystem::absolute(config.data_dir) / "journal").string(),
                           .boot_id = journal::read_boot_id()};
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
  return options;
}

runtime::ConfigCheck config_check() {
  return [](const runtime::Config& config) {
    auto complaints = check_streams(config);
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
