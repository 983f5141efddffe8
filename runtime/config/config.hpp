#pragma once
// The configuration of the whole system as typed values, one struct per section of fanfare.yaml.
// A Config is made by load_config() or default_config() only, so every value in it is complete and within its bounds.
// Values without a thread; a reload makes a new Config. Defaults and meanings stand in one place, fields.cpp.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace fanfare::runtime {

/// When a publish is acknowledged: after fdatasync, or after the write.
enum class Durability : std::uint8_t { kFsync, kFlush };

enum class LogLevel : std::uint8_t { kTrace, kDebug, kInfo, kWarn, kError };
enum class LogFormat : std::uint8_t { kText, kJson };

struct BrokerConfig {
  std::string listen;
  bool busy_wait = true;
  bool operator==(const BrokerConfig&) const = default;
};

struct StreamConfig {
  std::vector<std::string> topics;
  Durability durability = Durability::kFsync;
  std::chrono::milliseconds sync_interval{};  ///< flush only
  std::chrono::milliseconds max_age{};
  std::uint64_t max_size = 0;
  bool operator==(const StreamConfig&) const = default;
};

/// The order of the protocol's numbers.
enum class GroupOrder : std::uint8_t { kAny, kKey, kExclusive };
enum class GroupFrom : std::uint8_t { kBeginning, kNew };

/// A durable work queue that exists without anybody having joined it.
struct GroupConfig {
  std::string pattern;  ///< empty: an exclusive group that only elects
  GroupOrder order = GroupOrder::kAny;
  GroupFrom from = GroupFrom::kBeginning;
  std::chrono::milliseconds ack_wait{};
  std::size_t max_deliver = 0;
  std::size_t max_pending = 0;
  std::string back_off;  ///< durations, with spaces between them
  bool operator==(const GroupConfig&) const = default;
};

struct DatabaseConfig {
  std::string url;          ///< empty: SQLite in data_dir
  std::string migrate_url;  ///< empty: url
  std::size_t connections = 0;
  bool operator==(const DatabaseConfig&) const = default;
};

struct HttpConfig {
  bool enabled = true;
  std::string listen;         ///< host:port
  std::string websocket_url;  ///< `auto`, or what the page is told
  std::string web_root;       ///< empty: the page that was built or installed with the program
  bool operator==(const HttpConfig&) const = default;
};

struct WebSocketConfig {
  bool enabled = true;
  std::string listen;  ///< host:port
  std::vector<std::string> origins;
  bool operator==(const WebSocketConfig&) const = default;
};

struct FrontendsConfig {
  HttpConfig http;
  WebSocketConfig websocket;
  bool operator==(const FrontendsConfig&) const = default;
};

struct AccountsConfig {
  bool enabled = true;
  std::size_t replicas = 1;
  std::chrono::milliseconds access_token_ttl{};
  std::chrono::milliseconds refresh_token_ttl{};
  std::size_t password_threads = 1;
  bool operator==(const AccountsConfig&) const = default;
};

struct PersistenceConfig {
  bool enabled = true;
  std::size_t replicas = 2;
  std::size_t batch = 1;
  std::chrono::milliseconds linger{};
  bool operator==(const PersistenceConfig&) const = default;
};

struct TelegramConfig {
  bool enabled = true;  ///< and there is a token
  std::size_t replicas = 1;
  std::string token;           ///< of the bot, from @BotFather; empty: there is no Telegram
  std::string api_url;         ///< of the Bot API, without a slash at its end
  std::string webhook_url;     ///< empty: updates are polled
  std::string webhook_secret;  ///< what Telegram proves itself with there
  bool operator==(const TelegramConfig&) const = default;
};

/// Writes notifications to its log.
struct LogNotifierConfig {
  bool enabled = false;
  std::size_t replicas = 1;
  bool operator==(const LogNotifierConfig&) const = default;
};

struct WorkersConfig {
  AccountsConfig accounts;
  PersistenceConfig persistence;
  TelegramConfig telegram;
  LogNotifierConfig log_notifier;
  bool operator==(const WorkersConfig&) const = default;
};

/// When whoever is away is told, whatever tells.
struct NotifyConfig {
  std::chrono::milliseconds grace{};
  std::chrono::milliseconds window{};
  std::size_t preview = 0;  ///< characters; 0: none
  bool operator==(const NotifyConfig&) const = default;
};

/// Something that is done again and again, by one process of all.
struct JobConfig {
  bool enabled = true;
  std::chrono::milliseconds every{};
  bool operator==(const JobConfig&) const = default;
};

struct JobsConfig {
  JobConfig partitions;
  JobConfig sweep;
  bool operator==(const JobsConfig&) const = default;
};

/// A program of somebody else that speaks the wire protocol; `fanfare up` runs it beside the components.
struct PluginConfig {
  std::vector<std::string> command;  ///< the program and its arguments, as given
  bool enabled = true;
  std::size_t replicas = 1;
  bool operator==(const PluginConfig&) const = default;
};

struct LogConfig {
  LogLevel level = LogLevel::kInfo;
  LogFormat format = LogFormat::kText;
  bool operator==(const LogConfig&) const = default;
};

struct MetricsConfig {
  std::chrono::milliseconds interval{};
  std::chrono::milliseconds stale_after{};
  bool operator==(const MetricsConfig&) const = default;
};

/// Sizes in bytes, the others as counts.
struct LimitsConfig {
  std::size_t message = 0;
  std::size_t headers = 0;
  std::size_t header_count = 0;
  std::size_t topic = 0;
  std::size_t topic_tokens = 0;
  std::size_t frame = 0;
  std::size_t outbox = 0;
  std::size_t in_flight = 0;
  std::size_t window = 0;
  std::size_t publish_pool = 0;
  std::size_t subscriptions = 0;
  std::size_t sessions = 0;
  std::chrono::milliseconds lease{};
  std::chrono::milliseconds heartbeat{};
  std::chrono::milliseconds presence_grace{};
  std::chrono::milliseconds request_timeout{};
  std::chrono::milliseconds drain{};
  bool operator==(const LimitsConfig&) const = default;
};

struct Config {
  std::filesystem::path data_dir;
  BrokerConfig broker;
  std::map<std::string, StreamConfig> streams;
  std::map<std::string, GroupConfig> groups;
  DatabaseConfig database;
  FrontendsConfig frontends;
  WorkersConfig workers;
  NotifyConfig notify;
  JobsConfig jobs;
  std::map<std::string, PluginConfig> plugins;
  LogConfig log;
  MetricsConfig metrics;
  LimitsConfig limits;
  bool operator==(const Config&) const = default;
};

}  // namespace fanfare::runtime
