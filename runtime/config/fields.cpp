#include "runtime/config/fields.hpp"

#include <algorithm>

#include "runtime/config/field_makers.hpp"

namespace fanfare::runtime {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

template <class T>
Assign into_stream(T StreamConfig::*member) {
  return
      [=](Config& config, const std::string& name, const Value& value) { store(config.streams[name].*member, value); };
}

template <class T>
Assign into_group(T GroupConfig::*member) {
  return
      [=](Config& config, const std::string& name, const Value& value) { store(config.groups[name].*member, value); };
}

template <class T>
Assign limit(T LimitsConfig::*member) {
  return into(&Config::limits, member);
}

std::vector<Field> stream_fields() {
  return {
      {"streams.*.topics", Kind::kTextList, "",
       "Topic patterns the stream keeps; a topic belongs to one stream at most.", into_stream(&StreamConfig::topics), 1,
       64},
      choice(
          "streams.*.durability", "fsync", {"fsync", "flush"}, into_stream(&StreamConfig::durability),
          "When a publish is acknowledged: fsync after it is safely on the disk, flush after it was written (a power "
          "cut may take back the last moments)."),
      duration("streams.*.sync_interval", "100ms", milliseconds(10), minutes(1),
               into_stream(&StreamConfig::sync_interval),
               "With durability flush: how often what was written is brought safely to the disk."),
      duration("streams.*.max_age", "30d", seconds(1), hours(24 * 36500), into_stream(&StreamConfig::max_age),
               "Messages older than this are removed."),
      bytes("streams.*.max_size", "10GiB", kMiB, 1024 * kTiB, into_stream(&StreamConfig::max_size),
            "Above this size the oldest are removed, or publishes refused while a group needs those."),
  };
}

std::vector<Field> group_fields() {
  return {
      {"groups.*.pattern", Kind::kText, "",
       "Whose messages the group works on; it lies in one stream. Empty with order exclusive: the group only elects.",
       into_group(&GroupConfig::pattern), 0, 255},
      choice(
          "groups.*.order", "any", {"any", "key", "exclusive"}, into_group(&GroupConfig::order),
          "any: each message to the member with the least to do; key: messages of a topic in their order; exclusive: "
          "all in their order to one active member."),
      choice("groups.*.from", "beginning", {"beginning", "new"}, into_group(&GroupConfig::from),
             "Where the group begins when it is made."),
      duration("groups.*.ack_wait", "30s", milliseconds(100), hours(24), into_group(&GroupConfig::ack_wait),
               "A message that is being handled this long without a word has failed."),
      count("groups.*.max_deliver", "5", 1, 1000, into_group(&GroupConfig::max_deliver),
            "Failures after which a message goes to the dead letters."),
      count("groups.*.max_pending", "1000000", 1, 10'000'000, into_group(&GroupConfig::max_pending),
            "Unfinished messages the group knows of; then it reads no further."),
      {"groups.*.back_off", Kind::kText, "1s 5s 30s 2m",
       "How long a message waits after its first, second, … failure; the last stands for all that follow.",
       into_group(&GroupConfig::back_off), 1, 400},
  };
}

std::vector<Field> limit_fields() {
  return {
      bytes("limits.message", "1MiB", kKiB, 256 * kMiB, limit(&LimitsConfig::message), "Largest payload of a message."),
      bytes("limits.headers", "8KiB", 0, kMiB, limit(&LimitsConfig::headers), "All headers of a message together."),
      count("limits.header_count", "32", 0, 1024, limit(&LimitsConfig::header_count), "Headers per message."),
      bytes("limits.topic", "255", 16, 255, limit(&LimitsConfig::topic), "Longest topic."),
      count("limits.topic_tokens", "16", 1, 64, limit(&LimitsConfig::topic_tokens), "Tokens per topic."),
      bytes("limits.frame", "4MiB", 64 * kKiB, kGiB, limit(&LimitsConfig::frame),
            "Largest frame on the wire; it must hold the largest message. A peer that sends more is cut off."),
      bytes("limits.outbox", "16MiB", 64 * kKiB, 16 * kGiB, limit(&LimitsConfig::outbox),
            "What may wait in the broker for one session."),
      bytes("limits.in_flight", "64MiB", 64 * kKiB, 16 * kGiB, limit(&LimitsConfig::in_flight),
            "What one publisher may have sent without an answer."),
      bytes("limits.window", "1MiB", 64 * kKiB, kGiB, limit(&LimitsConfig::window),
            "What one client may have sent before it hears that it arrived."),
      bytes("limits.publish_pool", "512MiB", kMiB, 1024 * kGiB, limit(&LimitsConfig::publish_pool),
            "What all clients together may; each has its part of it, at least 16KiB and at most limits.window."),
      count("limits.subscriptions", "100000", 1, 10'000'000, limit(&LimitsConfig::subscriptions),
            "Subscriptions per session."),
      count("limits.sessions", "10000", 1, 1'000'000, limit(&LimitsConfig::sessions),
            "Sessions at the broker (front-ends, workers and services, not people)."),
      duration("limits.lease", "10s", milliseconds(100), hours(1), limit(&LimitsConfig::lease),
               "A session that is silent for this long is ended."),
      duration("limits.heartbeat", "3s", milliseconds(20), minutes(20), limit(&LimitsConfig::heartbeat),
               "Silence after which a peer is asked for a sign of life; at most half of the lease."),
      duration("limits.presence_grace", "10s", milliseconds(0), hours(1), limit(&LimitsConfig::presence_grace),
               "How long a presence key stays online after the last session let go of it."),
      duration("limits.request_timeout", "60s", milliseconds(100), hours(1), limit(&LimitsConfig::request_timeout),
               "Longest deadline that a request may ask for."),
      duration("limits.drain", "5s", milliseconds(0), minutes(10), limit(&LimitsConfig::drain),
               "How long a stopping process may take to finish what it has begun."),
  };
}

std::vector<Field> make_fields() {
  std::vector<Field> table = {
      {"data_dir", Kind::kPath, "./data",
       "Where everything that must survive a restart is kept; relative to the working directory.",
       into(&Config::data_dir), 1, 4000},
      {"broker.listen", Kind::kAddress, "tcp://127.0.0.1:7410",
       "The address the broker listens on and all peers connect to.", into(&Config::broker, &BrokerConfig::listen)},
      boolean(
          "broker.busy_wait", "true", into(&Config::broker, &BrokerConfig::busy_wait),
          "Whether the broker, while messages come less than 200 µs apart, looks for the next one instead of sleeping: "
          "answers come up to 80 µs sooner, and a processor is busy meanwhile."),
  };
  const auto append = [&table](std::vector<Field> more) {
    std::move(more.begin(), more.end(), std::back_inserter(table));
  };
  append(stream_fields());
  append(group_fields());
  append(service_fields());
  append({choice("log.level", "info", {"trace", "debug", "info", "warn", "error"},
                 into(&Config::log, &LogConfig::level), "Events below this level are not written."),
          choice("log.format", "text", {"text", "json"}, into(&Config::log, &LogConfig::format),
                 "How an event is written to standard error: one line of text or one line of JSON."),
          duration("metrics.interval", "5s", milliseconds(100), minutes(1),
                   into(&Config::metrics, &MetricsConfig::interval),
                   "How often each process publishes its figures on $sys.metrics.<component>.<instance>."),
          duration("metrics.stale_after", "30s", milliseconds(200), hours(1),
                   into(&Config::metrics, &MetricsConfig::stale_after),
                   "fanfare-http no longer shows the figures of a process that was silent for this long; at least "
                   "twice the interval.")});
  append(limit_fields());
  return table;
}

}  // namespace

const std::vector<Field>& fields() {
  static const std::vector<Field> table = make_fields();
  return table;
}

const std::vector<Section>& sections() {
  static const std::vector<Section> table = {
      {"broker", "The broker, to which everything connects."},
      {"streams",
       "What the broker keeps, by name. Topics in no stream are delivered and forgotten. `chat` and `changes` always "
       "exist; what is written here is added to them or changes them.",
       "stream"},
      {"groups",
       "Durable work queues that exist without anybody having joined them, by name; members make others by joining. "
       "One "
       "whose pattern or order differs from what it was made with keeps the latter.",
       "group"},
      {"database", "Where the workers keep people, conversations and messages."},
      {"frontends", "What browsers and other clients connect to."},
      {"frontends.http", "The page and the REST API."},
      {"frontends.websocket", "Live messages for browsers and phones."},
      {"workers", "What works behind the front-ends."},
      {"workers.accounts", "People, passwords, sessions, conversations and their members."},
      {"workers.persistence", "The history of messages."},
      {"workers.telegram", "Tells people of messages by Telegram while they are away."},
      {"workers.log_notifier", "Writes what it would tell people into its log: for trying things out."},
      {"notify", "When people who are away are told of messages."},
      {"jobs", "What is done again and again, by the one fanfare-persistence that `fanfare jobs ls` names."},
      {"jobs.partitions", "With PostgreSQL: makes the tables of the months to come, before messages need them."},
      {"jobs.sweep", "Removes what is over: sessions and their tokens, Idempotency-Keys, old runs of jobs."},
      {"plugins",
       "Programs in any language that speak the wire protocol, by name: `fanfare up` runs them beside its own. "
       "plugins/README.md says how to write one.",
       "plug-in", "line_chat"},
      {"log", "What every process writes to standard error."},
      {"metrics", "The figures of all processes, which fanfare-http shows at /metrics."},
      {"limits", "Bounds that protect everybody from one peer; each has its own error code."},
  };
  return table;
}

const std::vector<NamedDefault>& named_defaults() {
  static const std::vector<NamedDefault> table = {
      {"streams.chat.topics", {"chat.>", "user.>"}},
      {"streams.changes.topics", {"$change.>"}},
      {"streams.changes.max_age", {"24h"}},
      {"streams.changes.max_size", {"1GiB"}},
  };
  return table;
}

const Field* find_field(std::string_view path) {
  const auto found = std::ranges::find(fields(), path, &Field::path);
  return found == fields().end() ? nullptr : &*found;
}

const Section* find_section(std::string_view path) {
  const auto found = std::ranges::find(sections(), path, &Section::path);
  return found == sections().end() ? nullptr : &*found;
}

std::vector<std::string> default_names(const Section& section) {
  std::vector<std::string> names;
  const std::string prefix = std::string(section.path) + ".";
  for (const NamedDefault& entry : named_defaults()) {
    if (!entry.path.starts_with(prefix)) continue;
    const std::string_view rest = entry.path.substr(prefix.size());
    std::string name(rest.substr(0, rest.find('.')));
    if (std::ranges::find(names, name) == names.end()) names.push_back(std::move(name));
  }
  return names;
}

}  // namespace fanfare::runtime
