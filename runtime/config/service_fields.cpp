// The rows of the configuration table for the database, the front-ends, the workers and the plug-ins.

#include "runtime/config/field_makers.hpp"

namespace fanfare::runtime {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::string_view kReplicas = "How many of these processes share the work.";

template <class T>
Assign http(T HttpConfig::*member) {
  return into(&Config::frontends, &FrontendsConfig::http, member);
}

template <class T>
Assign websocket(T WebSocketConfig::*member) {
  return into(&Config::frontends, &FrontendsConfig::websocket, member);
}

template <class T>
Assign accounts(T AccountsConfig::*member) {
  return into(&Config::workers, &WorkersConfig::accounts, member);
}

template <class T>
Assign persistence(T PersistenceConfig::*member) {
  return into(&Config::workers, &WorkersConfig::persistence, member);
}

template <class T>
Assign telegram(T TelegramConfig::*member) {
  return into(&Config::workers, &WorkersConfig::telegram, member);
}

template <class T>
Assign log_notifier(T LogNotifierConfig::*member) {
  return into(&Config::workers, &WorkersConfig::log_notifier, member);
}

template <class T>
Assign into_plugin(T PluginConfig::*member) {
  return
      [=](Config& config, const std::string& name, const Value& value) { store(config.plugins[name].*member, value); };
}

Field listen(std::string_view path, std::string_view fallback, Assign assign, std::string_view description) {
  return {path, Kind::kEndpoint, fallback, description, std::move(assign)};
}

std::vector<Field> frontend_fields() {
  return {
      boolean("frontends.http.enabled", "true", http(&HttpConfig::enabled), "Whether `fanfare up` starts it."),
      listen("frontends.http.listen", "127.0.0.1:8080", http(&HttpConfig::listen),
             "Where the page and the REST API are served."),
      {"frontends.http.websocket_url", Kind::kText, "auto",
       "What the page connects to for live messages; auto: the page's host name with the WebSocket front-end's port.",
       http(&HttpConfig::websocket_url), 1, 2000},
      {"frontends.http.web_root", Kind::kText, "",
       "The folder with the page; empty: the one that was built or installed with the program.",
       http(&HttpConfig::web_root), 0, 4000},
      boolean("frontends.websocket.enabled", "true", websocket(&WebSocketConfig::enabled),
              "Whether `fanfare up` starts it."),
      listen("frontends.websocket.listen", "127.0.0.1:8081", websocket(&WebSocketConfig::listen),
             "Where the Centrifugo protocol is spoken, at /connection/websocket."),
      {"frontends.websocket.origins", Kind::kTextList, "self",
       "Whose pages may connect: https://chat.example.org, or self for the page of fanfare-http (the same host name, "
       "and "
       "any name of this machine while bound to loopback).",
       websocket(&WebSocketConfig::origins), 1, 64},
  };
}

std::vector<Field> worker_fields() {
  return {
      boolean("workers.accounts.enabled", "true", accounts(&AccountsConfig::enabled),
              "Whether `fanfare up` starts it."),
      count("workers.accounts.replicas", "1", 1, 64, accounts(&AccountsConfig::replicas), kReplicas),
      duration("workers.accounts.access_token_ttl", "15m", seconds(1), hours(24),
               accounts(&AccountsConfig::access_token_ttl), "How long an access token is good for."),
      duration("workers.accounts.refresh_token_ttl", "30d", seconds(1), hours(24 * 365),
               accounts(&AccountsConfig::refresh_token_ttl), "How long somebody who does nothing stays logged in."),
      count("workers.accounts.password_threads", "1", 1, 64, accounts(&AccountsConfig::password_threads),
            "Threads that hash passwords; each hash takes about 50 ms and 19 MiB."),
      boolean("workers.persistence.enabled", "true", persistence(&PersistenceConfig::enabled),
              "Whether `fanfare up` starts it."),
      count("workers.persistence.replicas", "2", 1, 64, persistence(&PersistenceConfig::replicas), kReplicas),
      count("workers.persistence.batch", "500", 1, 10'000, persistence(&PersistenceConfig::batch),
            "Most messages that are written in one transaction."),
      duration("workers.persistence.linger", "5ms", milliseconds(0), minutes(1),
               persistence(&PersistenceConfig::linger), "How long a batch waits for more messages."),
      boolean("workers.telegram.enabled", "true", telegram(&TelegramConfig::enabled),
              "Whether `fanfare up` starts it, if there is a token."),
      count("workers.telegram.replicas", "1", 1, 64, telegram(&TelegramConfig::replicas), kReplicas),
      {"workers.telegram.token", Kind::kText, "",
       "The bot's token, from @BotFather; empty: nobody is told by Telegram. A secret: write it as ${ENV}.",
       telegram(&TelegramConfig::token), 0, 200},
      {"workers.telegram.api_url", Kind::kText, "https://api.telegram.org",
       "Where the Bot API is: Telegram's, or a Bot API server of your own.", telegram(&TelegramConfig::api_url), 1,
       2000},
      {"workers.telegram.webhook_url", Kind::kText, "",
       "The public address, with https, under which fanfare-http is reached: Telegram then sends updates there, to "
       "/api/v1/telegram/webhook; empty: they are polled.",
       telegram(&TelegramConfig::webhook_url), 0, 2000},
      {"workers.telegram.webhook_secret", Kind::kText, "",
       "What Telegram proves itself with at the webhook: A-Z a-z 0-9 _ -. A secret: write it as ${ENV}.",
       telegram(&TelegramConfig::webhook_secret), 0, 256},
      boolean("workers.log_notifier.enabled", "false", log_notifier(&LogNotifierConfig::enabled),
              "Whether `fanfare up` starts it."),
      count("workers.log_notifier.replicas", "1", 1, 64, log_notifier(&LogNotifierConfig::replicas), kReplicas),
  };
}

std::vector<Field> notify_fields() {
  const auto notify = [](auto member) { return into(&Config::notify, member); };
  return {
      duration("notify.grace", "15s", milliseconds(0), hours(1), notify(&NotifyConfig::grace),
               "How long somebody has to be away, and a message unread, before they are told."),
      duration(
          "notify.window", "60s", seconds(1), hours(24), notify(&NotifyConfig::window),
          "Of one conversation somebody is told once in this time; what comes meanwhile changes that notification."),
      count("notify.preview", "100", 0, 1'000, notify(&NotifyConfig::preview),
            "Characters of the message that a notification shows; 0: none."),
  };
}

std::vector<Field> job_fields() {
  const auto job = [](auto member, JobConfig JobsConfig::*which) { return into(&Config::jobs, which, member); };
  constexpr std::string_view kEnabled = "Whether it is run by itself; `fanfare jobs run` runs it either way.";
  return {
      boolean("jobs.partitions.enabled", "true", job(&JobConfig::enabled, &JobsConfig::partitions), kEnabled),
      duration("jobs.partitions.every", "1h", seconds(1), hours(24 * 30),
               job(&JobConfig::every, &JobsConfig::partitions), "How often; after a failure sooner."),
      boolean("jobs.sweep.enabled", "true", job(&JobConfig::enabled, &JobsConfig::sweep), kEnabled),
      duration("jobs.sweep.every", "1h", seconds(1), hours(24 * 30), job(&JobConfig::every, &JobsConfig::sweep),
               "How often; after a failure sooner."),
  };
}

std::vector<Field> plugin_fields() {
  Field command{
      "plugins.*.command",
      Kind::kCommand,
      "",
      "The program and its arguments. A program with a slash in it is looked for beside this file, then among "
      "what Fanfare ships; one without in PATH.",
      into_plugin(&PluginConfig::command),
      1,
      64};
  command.example = "plugins/line_chat/line_chat.py";
  return {
      std::move(command),
      boolean("plugins.*.enabled", "true", into_plugin(&PluginConfig::enabled), "Whether `fanfare up` starts it."),
      count("plugins.*.replicas", "1", 1, 64, into_plugin(&PluginConfig::replicas), kReplicas),
  };
}

}  // namespace

std::vector<Field> service_fields() {
  std::vector<Field> table = {
      {"database.url", Kind::kText, "",
       "postgresql://USER:PASSWORD@HOST:PORT/NAME; what it leaves out is taken from PGHOST, PGUSER and so on. Empty: "
       "SQLite in data_dir. A secret: write it as ${ENV}.",
       into(&Config::database, &DatabaseConfig::url), 0, 4000},
      {"database.migrate_url", Kind::kText, "",
       "The same for migrations, by whoever owns the tables or past a PgBouncer. Empty: as database.url.",
       into(&Config::database, &DatabaseConfig::migrate_url), 0, 4000},
      count("database.connections", "8", 1, 1000, into(&Config::database, &DatabaseConfig::connections),
            "Most connections of each process to PostgreSQL."),
  };
  for (std::vector<Field> rows : {frontend_fields(), worker_fields(), notify_fields(), job_fields(), plugin_fields()}) {
    std::move(rows.begin(), rows.end(), std::back_inserter(table));
  }
  return table;
}

}  // namespace fanfare::runtime
