#include "workers/store/sqlite/sqlite_telegram_store.hpp"

#include <SQLiteCpp/Column.h>

#include <utility>

#include "workers/store/sqlite/sqlite_rows.hpp"

namespace fanfare::workers::store {
namespace {

using common::TimePoint;
using runtime::Result;

// Columns in the order of read_link().
const std::string kLink =
    "SELECT link.address, link.name, link.changed_at, link.muted_until, link.quiet_from, link.quiet_until, link.zone, ";
constexpr int kColumnsOfLink = 7;

TelegramLink read_link(SQLite::Statement& select) {
  TelegramLink link{
      .chat = select.getColumn(0).getString(), .name = select.getColumn(1).getString(), .since = time_at(select, 2)};
  if (!select.isColumnNull(3)) link.muted_until.emplace(time_at(select, 3));
  if (!select.isColumnNull(4) && !select.isColumnNull(5)) {
    link.quiet.emplace(QuietSpan{select.getColumn(4).getInt(), select.getColumn(5).getInt()});
  }
  link.zone = select.getColumn(6).getString();
  return link;
}

std::optional<LinkedPerson> read_linked(SqliteTransaction& transaction, const std::string& chat) {
  static const std::string sql = kLink +
                                 "person.id, person.display_name, locale.locale FROM notifier_link AS link"
                                 " JOIN person_view AS person ON person.id = link.person_id"
                                 " LEFT JOIN locale_view AS locale ON locale.person_id = link.person_id"
                                 " WHERE link.notifier = 'telegram' AND link.address = ?";
  auto& select = transaction.statement(sql);
  select.bind(1, chat);
  if (!select.executeStep()) return std::nullopt;
  LinkedPerson linked{.person = id_at(select, kColumnsOfLink),
                      .display_name = select.getColumn(kColumnsOfLink + 1).getString(),
                      .locale = {},
                      .link = read_link(select)};
  if (!select.isColumnNull(kColumnsOfLink + 2)) linked.locale = select.getColumn(kColumnsOfLink + 2).getString();
  return linked;
}

/// Whose the code was, if it was good and they are still there.
std::optional<Uuid> take(SqliteTransaction& transaction, const CodeHash& hash, TimePoint now) {
  auto& select = transaction.statement(
      "SELECT code.person_id FROM telegram_code AS code JOIN person_view AS person ON person.id = code.person_id"
      " WHERE code.hash = ? AND code.expires_at > ?");
  bind_hash(select, 1, hash);
  bind_time(select, 2, now);
  std::optional<Uuid> person;
  if (select.executeStep()) person.emplace(id_at(select, 0));
  auto& erase = transaction.statement("DELETE FROM telegram_code WHERE hash = ?");
  bind_hash(erase, 1, hash);
  execute(erase);
  return person;
}

void forget_codes(SqliteTransaction& transaction, TimePoint now) {
  auto& erase = transaction.statement(
      "DELETE FROM telegram_code WHERE hash IN"
      " (SELECT hash FROM telegram_code WHERE expires_at <= ? ORDER BY expires_at LIMIT ?)");
  bind_time(erase, 1, now);
  bind_count(erase, 2, kCodesForgottenAtOnce);
  execute(erase);
}

void end_link(SqliteTransaction& transaction, const Uuid& person, LinkEnd reason, TimePoint now) {
  auto& update = transaction.statement(
      "UPDATE notifier_link SET address = NULL, ended = ?, changed_at = ?"
      " WHERE notifier = 'telegram' AND person_id = ?");
  update.bind(1, std::string(name_of(reason)));
  bind_time(update, 2, now);
  bind_id(update, 3, person);
  execute(update);
}

std::optional<Uuid> person_in(SqliteTransaction& transaction, const std::string& chat) {
  auto& select =
      transaction.statement("SELECT person_id FROM notifier_link WHERE notifier = 'telegram' AND address = ?");
  select.bind(1, chat);
  if (!select.executeStep()) return std::nullopt;
  return id_at(select, 0);
}

void link_with(SqliteTransaction& transaction, const Uuid& person, const std::string& chat, const std::string& name,
               TimePoint now) {
  auto& insert = transaction.statement(
      "INSERT INTO notifier_link (notifier, person_id, address, name, changed_at) VALUES ('telegram', ?, ?, ?, ?)"
      " ON CONFLICT (notifier, person_id) DO UPDATE SET address = excluded.address, name = excluded.name, ended = '',"
      " changed_at = excluded.changed_at, muted_until = NULL");
  bind_id(insert, 1, person);
  insert.bind(2, chat);
  insert.bind(3, name);
  bind_time(insert, 4, now);
  execute(insert);
}

}  // namespace

Result<void> SqliteTelegramStore::make_code(const CodeHash& hash, const Uuid& person, TimePoint now,
                                            TimePoint expires_at) {
  return connection_.write([&](SqliteTransaction& transaction) -> Result<void> {
    auto& erase = transaction.statement("DELETE FROM telegram_code WHERE person_id = ?");
    bind_id(erase, 1, person);
    execute(erase);
    forget_codes(transaction, now);
    auto& insert = transaction.statement("INSERT INTO telegram_code (hash, person_id, expires_at) VALUES (?, ?, ?)");
    bind_hash(insert, 1, hash);
    bind_id(insert, 2, person);
    bind_time(insert, 3, expires_at);
    execute(insert);
    return {};
  });
}

Result<std::optional<Redeemed>> SqliteTelegramStore::redeem(const CodeHash& hash, const std::string& chat,
                                                            const std::string& name, TimePoint now) {
  return connection_.write([&](SqliteTransaction& transaction) -> Result<std::optional<Redeemed>> {
    const auto person = take(transaction, hash, now);
    if (!person) return std::optional<Redeemed>();
    auto before = person_in(transaction, chat);
    if (before == person) before.reset();
    if (before) end_link(transaction, *before, LinkEnd::kMoved, now);
    link_with(transaction, *person, chat, name, now);
    return std::optional(Redeemed{.linked = read_linked(transaction, chat).value(), .displaced = before});
  });
}

Result<LinkState> SqliteTelegramStore::link_of(const Uuid& person) {
  static const std::string sql =
      kLink + "link.ended FROM notifier_link AS link WHERE link.notifier = 'telegram' AND link.person_id = ?";
  return connection_.read([&](SqliteTransaction& transaction) -> Result<LinkState> {
    LinkState state;
    auto& select = transaction.statement(sql);
    bind_id(select, 1, person);
    if (!select.executeStep()) return state;
    if (!select.isColumnNull(0)) {
      state.link.emplace(read_link(select));
    } else {
      state.ended.emplace(LinkState::Ending{select.getColumn(kColumnsOfLink).getString(), time_at(select, 2)});
    }
    return state;
  });
}

Result<std::optional<LinkedPerson>> SqliteTelegramStore::person_of(const std::string& chat) {
  return connection_.read([&](SqliteTransaction& transaction) -> Result<std::optional<LinkedPerson>> {
    return read_linked(transaction, chat);
  });
}

Result<std::optional<EndedLink>> SqliteTelegramStore::end_of_person(const Uuid& person, LinkEnd reason, TimePoint now) {
  return connection_.write([&](SqliteTransaction& transaction) -> Result<std::optional<EndedLink>> {
    auto& select = transaction.statement(
        "SELECT address FROM notifier_link WHERE notifier = 'telegram' AND person_id = ? AND address IS NOT NULL");
    bind_id(select, 1, person);
    if (!select.executeStep()) return std::optional<EndedLink>();
    EndedLink ended{.person = person, .chat = select.getColumn(0).getString(), .at = now};
    end_link(transaction, person, reason, now);
    return std::optional(std::move(ended));
  });
}

Result<std::optional<EndedLink>> SqliteTelegramStore::end_of_chat(const std::string& chat, LinkEnd reason,
                                                                  TimePoint now) {
  return connection_.write([&](SqliteTransaction& transaction) -> Result<std::optional<EndedLink>> {
    const auto person = person_in(transaction, chat);
    if (!person) return std::optional<EndedLink>();
    end_link(transaction, *person, reason, now);
    return std::optional(EndedLink{.person = *person, .chat = chat, .at = now});
  });
}

Result<bool> SqliteTelegramStore::mute(const std::string& chat, std::optional<TimePoint> until) {
  return connection_.write([&](SqliteTransaction& transaction) -> Result<bool> {
    auto& update =
        transaction.statement("UPDATE notifier_link SET muted_until = ? WHERE notifier = 'telegram' AND address = ?");
    if (until) bind_time(update, 1, *until);  // else NULL
    update.bind(2, chat);
    return execute_and_count(update) == 1;
  });
}

Result<bool> SqliteTelegramStore::set_quiet(const std::string& chat, const std::optional<QuietSpan>& hours,
                                            const std::string& zone) {
  return connection_.write([&](SqliteTransaction& transaction) -> Result<bool> {
    auto& update = transaction.statement(
        "UPDATE notifier_link SET quiet_from = ?1, quiet_until = ?2, zone = coalesce(?3, zone)"
        " WHERE notifier = 'telegram' AND address = ?4");
    if (hours) {
      update.bind(1, hours->from);
      update.bind(2, hours->until);
      update.bind(3, zone);
    }
    update.bind(4, chat);
    return execute_and_count(update) == 1;
  });
}

Result<std::optional<NotifiedConversation>> SqliteTelegramStore::conversation_of(const std::string& chat,
                                                                                 const std::string& message) {
  return connection_.read([&](SqliteTransaction& transaction) -> Result<std::optional<NotifiedConversation>> {
    auto& select = transaction.statement(
        "SELECT told.person_id, told.conversation_id, told.epoch, told.sequence FROM notification_message AS told"
        " JOIN notifier_link AS link ON link.notifier = told.notifier AND link.person_id = told.person_id"
        "  AND link.address = told.address"
        " WHERE told.notifier = 'telegram' AND told.address = ? AND told.message = ?");
    select.bind(1, chat);
    select.bind(2, message);
    if (!select.executeStep()) return std::optional<NotifiedConversation>();
    return std::optional(
        NotifiedConversation{id_at(select, 0), id_at(select, 1), {id_at(select, 2), count_at(select, 3)}});
  });
}

Result<bool> SqliteTelegramStore::is_being_told(const std::string& chat) {
  return connection_.read([&](SqliteTransaction& transaction) -> Result<bool> {
    auto& select = transaction.statement(
        "SELECT 1 FROM notifier_link AS link"
        " JOIN notification AS due ON due.notifier = link.notifier AND due.person_id = link.person_id"
        " WHERE link.notifier = 'telegram' AND link.address = ? AND due.state = 'sending' LIMIT 1");
    select.bind(1, chat);
    return select.executeStep();
  });
}

Result<std::optional<std::int64_t>> SqliteTelegramStore::done_update(std::int64_t bot, TimePoint now) {
  return connection_.read([&](SqliteTransaction& transaction) -> Result<std::optional<std::int64_t>> {
    auto& select = transaction.statement("SELECT update_id FROM telegram_bot WHERE bot_id = ? AND done_at >= ?");
    select.bind(1, bot);
    bind_time(select, 2, now - kUpdatesCountFor);
    std::optional<std::int64_t> update;
    if (select.executeStep()) update.emplace(select.getColumn(0).getInt64());
    return update;
  });
}

Result<void> SqliteTelegramStore::set_done_update(std::int64_t bot, std::int64_t update, TimePoint now) {
  return connection_.write([&](SqliteTransaction& transaction) -> Result<void> {
    auto& insert = transaction.statement(
        "INSERT INTO telegram_bot (bot_id, update_id, done_at) VALUES (?, ?, ?)"
        " ON CONFLICT (bot_id) DO UPDATE SET update_id = excluded.update_id, done_at = excluded.done_at"
        " WHERE excluded.update_id > telegram_bot.update_id OR telegram_bot.done_at < ?");
    insert.bind(1, bot);
    insert.bind(2, update);
    bind_time(insert, 3, now);
    bind_time(insert, 4, now - kUpdatesCountFor);
    execute(insert);
    return {};
  });
}

Result<std::unique_ptr<TelegramStore>> open_sqlite_telegram_store(const std::filesystem::path& file,
                                                                  std::chrono::milliseconds patience) {
  auto connection = SqliteConnection::open(file, {.busy_timeout = patience});
  if (!connection) return connection.error();
  return std::unique_ptr<TelegramStore>(std::make_unique<SqliteTelegramStore>(*std::move(connection)));
}

}  // namespace fanfare::workers::store
