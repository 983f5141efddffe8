#include "workers/store/postgres/postgres_telegram_store.hpp"

#include <pqxx/row>

namespace fanfare::workers::store {
namespace {

using common::TimePoint;
using runtime::Result;

// Columns in the order of telegram_link_in().
const std::string kLinkColumns =
    "link.address, link.name, link.changed_at, link.muted_until, link.quiet_from, link.quiet_until, link.zone";
constexpr pqxx::row::size_type kLinkColumnCount = 7;

const std::string kLinkedPerson = "SELECT " + kLinkColumns +
                                  ", person.id, person.display_name, locale.locale FROM notifier_link AS link"
                                  " JOIN person_view AS person ON person.id = link.person_id"
                                  " LEFT JOIN locale_view AS locale ON locale.person_id = link.person_id"
                                  " WHERE link.notifier = 'telegram' AND link.address = $1";

TelegramLink telegram_link_in(const pqxx::row& row) {
  TelegramLink link{.chat = text_in(row[0]), .name = text_in(row[1]), .since = time_in(row[2])};
  if (!row[3].is_null()) link.muted_until.emplace(time_in(row[3]));
  if (!row[4].is_null() && !row[5].is_null()) link.quiet.emplace(QuietSpan{row[4].as<int>(), row[5].as<int>()});
  link.zone = text_in(row[6]);
  return link;
}

std::optional<LinkedPerson> find_linked(PostgresTransaction& transaction, const std::string& chat) {
  const auto rows = transaction.execute(kLinkedPerson, chat);
  if (rows.empty()) return std::nullopt;
  const auto row = rows[0];
  return LinkedPerson{.person = id_in(row[kLinkColumnCount]),
                      .display_name = text_in(row[kLinkColumnCount + 1]),
                      .locale = optional_text_in(row[kLinkColumnCount + 2]).value_or(""),
                      .link = telegram_link_in(row)};
}

/// Whose the code was, if it was good and they are still there.
std::optional<Uuid> take_code(PostgresTransaction& transaction, const CodeHash& hash, TimePoint now) {
  const auto rows =
      transaction.execute("DELETE FROM telegram_code WHERE hash = $1 RETURNING person_id, expires_at", hash);
  if (rows.empty() || time_in(rows[0][1]) <= now) return std::nullopt;
  const Uuid person = id_in(rows[0][0]);
  if (transaction.execute("SELECT 1 FROM person_view WHERE id = $1", person).empty()) return std::nullopt;
  return person;
}

void forget_codes(PostgresTransaction& transaction, TimePoint now) {
  transaction.execute(
      "DELETE FROM telegram_code WHERE hash IN"
      " (SELECT hash FROM telegram_code WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)",
      now, kCodesForgottenAtOnce);
}

std::optional<EndedLink> ended_in(const pqxx::result& rows, TimePoint now) {
  if (rows.empty()) return std::nullopt;
  return EndedLink{.person = id_in(rows[0][0]), .chat = text_in(rows[0][1]), .at = now};
}

/// RETURNING knows only what is after the update, and the chat is gone then.
const std::string kEnd =
    "UPDATE notifier_link AS link SET address = NULL, ended = $2, changed_at = $3 FROM"
    " (SELECT person_id, address FROM notifier_link WHERE notifier = 'telegram' AND address IS NOT NULL";
const std::string kEndWhich =
    " FOR UPDATE) AS old WHERE link.notifier = 'telegram' AND link.person_id = old.person_id"
    " RETURNING old.person_id, old.address";

}  // namespace

Result<void> PostgresTelegramStore::make_code(const CodeHash& hash, const Uuid& person, TimePoint now,
                                              TimePoint expires_at) {
  return session_.write([&](PostgresTransaction& transaction) -> Result<void> {
    transaction.execute("DELETE FROM telegram_code WHERE person_id = $1", person);
    forget_codes(transaction, now);
    transaction.execute("INSERT INTO telegram_code (hash, person_id, expires_at) VALUES ($1, $2, $3)", hash, person,
                        expires_at);
    return {};
  });
}

Result<std::optional<Redeemed>> PostgresTelegramStore::redeem(const CodeHash& hash, const std::string& chat,
                                                              const std::string& name, TimePoint now) {
  return session_.write([&](PostgresTransaction& transaction) -> Result<std::optional<Redeemed>> {
    const auto person = take_code(transaction, hash, now);
    if (!person) return std::optional<Redeemed>();
    const auto displaced = transaction.execute(
        "UPDATE notifier_link SET address = NULL, ended = 'moved', changed_at = $3"
        " WHERE notifier = 'telegram' AND address = $1 AND person_id <> $2 RETURNING person_id",
        chat, *person, now);
    transaction.execute(
        "INSERT INTO notifier_link (notifier, person_id, address, name, changed_at) VALUES ('telegram', $1, $2, $3, $4)"
        " ON CONFLICT (notifier, person_id) DO UPDATE SET address = excluded.address, name = excluded.name, ended = '',"
        " changed_at = excluded.changed_at, muted_until = NULL",
        *person, chat, name, now);
    Redeemed redeemed{.linked = find_linked(transaction, chat).value()};
    if (!displaced.empty()) redeemed.displaced.emplace(id_in(displaced[0][0]));
    return std::optional(std::move(redeemed));
  });
}

Result<LinkState> PostgresTelegramStore::link_of(const Uuid& person) {
  static const std::string sql = "SELECT " + kLinkColumns +
                                 ", link.ended FROM notifier_link AS link"
                                 " WHERE link.notifier = 'telegram' AND link.person_id = $1";
  return session_.read([&](PostgresTransaction& transaction) -> Result<LinkState> {
    LinkState state;
    const auto rows = transaction.execute(sql, person);
    if (rows.empty()) return state;
    const auto row = rows[0];
    if (!row[0].is_null()) {
      state.link.emplace(telegram_link_in(row));
    } else {
      state.ended.emplace(LinkState::Ending{text_in(row[kLinkColumnCount]), time_in(row[2])});
    }
    return state;
  });
}

Result<std::optional<LinkedPerson>> PostgresTelegramStore::person_of(const std::string& chat) {
  return session_.read([&](PostgresTransaction& transaction) -> Result<std::optional<LinkedPerson>> {
    return find_linked(transaction, chat);
  });
}

Result<std::optional<EndedLink>> PostgresTelegramStore::end_of_person(const Uuid& person, LinkEnd reason,
                                                                      TimePoint now) {
  static const std::string sql = kEnd + " AND person_id = $1" + kEndWhich;
  return session_.write([&](PostgresTransaction& transaction) -> Result<std::optional<EndedLink>> {
    return ended_in(transaction.execute(sql, person, name_of(reason), now), now);
  });
}

Result<std::optional<EndedLink>> PostgresTelegramStore::end_of_chat(const std::string& chat, LinkEnd reason,
                                                                    TimePoint now) {
  static const std::string sql = kEnd + " AND address = $1" + kEndWhich;
  return session_.write([&](PostgresTransaction& transaction) -> Result<std::optional<EndedLink>> {
    return ended_in(transaction.execute(sql, chat, name_of(reason), now), now);
  });
}

Result<bool> PostgresTelegramStore::mute(const std::string& chat, std::optional<TimePoint> until) {
  return session_.write([&](PostgresTransaction& transaction) -> Result<bool> {
    const auto rows = transaction.execute(
        "UPDATE notifier_link SET muted_until = $2 WHERE notifier = 'telegram' AND address = $1", chat, until);
    return rows.affected_rows() == 1;
  });
}

Result<bool> PostgresTelegramStore::set_quiet(const std::string& chat, const std::optional<QuietSpan>& hours,
                                              const std::string& zone) {
  return session_.write([&](PostgresTransaction& transaction) -> Result<bool> {
    if (!hours) {
      const auto rows = transaction.execute(
          "UPDATE notifier_link SET quiet_from = NULL, quiet_until = NULL"
          " WHERE notifier = 'telegram' AND address = $1",
          chat);
      return rows.affected_rows() == 1;
    }
    const auto rows = transaction.execute(
        "UPDATE notifier_link SET quiet_from = $2, quiet_until = $3, zone = $4"
        " WHERE notifier = 'telegram' AND address = $1",
        chat, hours->from, hours->until, zone);
    return rows.affected_rows() == 1;
  });
}

Result<std::optional<NotifiedConversation>> PostgresTelegramStore::conversation_of(const std::string& chat,
                                                                                   const std::string& message) {
  return session_.read([&](PostgresTransaction& transaction) -> Result<std::optional<NotifiedConversation>> {
    const auto rows = transaction.execute(
        "SELECT told.person_id, told.conversation_id, told.epoch, told.sequence FROM notification_message AS told"
        " JOIN notifier_link AS link ON link.notifier = told.notifier AND link.person_id = told.person_id"
        "  AND link.address = told.address"
        " WHERE told.notifier = 'telegram' AND told.address = $1 AND told.message = $2",
        chat, message);
    if (rows.empty()) return std::optional<NotifiedConversation>();
    return std::optional(
        NotifiedConversation{id_in(rows[0][0]), id_in(rows[0][1]), {id_in(rows[0][2]), count_in(rows[0][3])}});
  });
}

Result<bool> PostgresTelegramStore::is_being_told(const std::string& chat) {
  return session_.read([&](PostgresTransaction& transaction) -> Result<bool> {
    const auto rows = transaction.execute(
        "SELECT 1 FROM notifier_link AS link"
        " JOIN notification AS due ON due.notifier = link.notifier AND due.person_id = link.person_id"
        " WHERE link.notifier = 'telegram' AND link.address = $1 AND due.state = 'sending' LIMIT 1",
        chat);
    return !rows.empty();
  });
}

Result<std::optional<std::int64_t>> PostgresTelegramStore::done_update(std::int64_t bot, TimePoint now) {
  return session_.read([&](PostgresTransaction& transaction) -> Result<std::optional<std::int64_t>> {
    const auto rows = transaction.execute("SELECT update_id FROM telegram_bot WHERE bot_id = $1 AND done_at >= $2", bot,
                                          now - kUpdatesCountFor);
    std::optional<std::int64_t> update;
    if (!rows.empty()) update.emplace(rows[0][0].as<std::int64_t>());
    return update;
  });
}

Result<void> PostgresTelegramStore::set_done_update(std::int64_t bot, std::int64_t update, TimePoint now) {
  return session_.write([&](PostgresTransaction& transaction) -> Result<void> {
    transaction.execute(
        "INSERT INTO telegram_bot (bot_id, update_id, done_at) VALUES ($1, $2, $3)"
        " ON CONFLICT (bot_id) DO UPDATE SET update_id = excluded.update_id, done_at = excluded.done_at"
        " WHERE excluded.update_id > telegram_bot.update_id OR telegram_bot.done_at < $4",
        bot, update, now, now - kUpdatesCountFor);
    return {};
  });
}

}  // namespace fanfare::workers::store
