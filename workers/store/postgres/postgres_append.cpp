#include "workers/store/postgres/postgres_append.hpp"

#include <algorithm>
#include <limits>
#include <pqxx/except>
#include <tuple>

#include "workers/store/postgres/message_months.hpp"
#include "workers/store/postgres/postgres_error.hpp"
#include "workers/store/postgres/postgres_message_rows.hpp"

namespace fanfare::workers::store {
namespace {

// ON CONFLICT without a target heeds the index of ids that each partition has for itself, too.
const std::string kInsert =
    "INSERT INTO message (epoch, sequence, sent_at, conversation_id, author_id, id, client_id, text, words)"
    " SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::uuid[], $5::uuid[], $6::uuid[], $7::text[],"
    " $8::text[], $9::tsvector[]) ON CONFLICT DO NOTHING";

// Nearly always they are there: then nothing is written, and no row locked.
const std::string kNoteMonths =
    "INSERT INTO conversation_month AS known (conversation_id, epoch, month, first_sequence)"
    " SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::bigint[]) AS met (conversation_id, epoch, month,"
    " first_sequence) WHERE NOT EXISTS (SELECT FROM conversation_month n WHERE n.conversation_id = met.conversation_id"
    " AND n.epoch = met.epoch AND n.month = met.month AND n.first_sequence <= met.first_sequence)"
    " ON CONFLICT (conversation_id, epoch, month) DO UPDATE SET first_sequence = excluded.first_sequence"
    " WHERE excluded.first_sequence < known.first_sequence";

const std::string kAdvance =
    "INSERT INTO conversation_progress AS known (conversation_id, epoch, sequence)"
    " SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::bigint[])"
    " ON CONFLICT (conversation_id) DO UPDATE SET epoch = excluded.epoch, sequence = excluded.sequence"
    " WHERE (excluded.epoch, excluded.sequence) > (known.epoch, known.sequence)";

struct Columns {
  std::vector<Uuid> epochs;
  std::vector<std::int64_t> sequences;
  std::vector<std::int64_t> times;
  std::vector<Uuid> conversations;
  std::vector<Uuid> authors;
  std::vector<Uuid> ids;
  std::vector<std::string> client_ids;
  std::vector<std::string> texts;
  std::vector<std::string> words;
};

void add(Columns& columns, const ChatMessage& message) {
  if (!month_of(message.sent_at)) throw pqxx::sql_error("its time is none of the years 1970 to 9999", "", "22008");
  columns.epochs.push_back(message.position.epoch);
  columns.sequences.push_back(to_parameter(message.position.sequence));
  columns.times.push_back(to_parameter(message.sent_at));
  columns.conversations.push_back(message.conversation);
  columns.authors.push_back(message.author);
  columns.ids.push_back(message.id);
  columns.client_ids.push_back(message.client_id);
  columns.texts.push_back(message.text);
  columns.words.push_back(to_word_vector(message.conversation, message.text));
}

}  // namespace

PostgresAppend::PostgresAppend(PostgresTransaction& transaction, std::span<const ConversationRecord> records)
    : transaction_(transaction), records_(records) {
  for (std::size_t index = 0; index < records.size(); ++index) {
    if (records[index].message) rows_.push_back(index);
  }
}

Appended PostgresAppend::all() {
  if (!rows_.empty()) appended_.stored = insert(rows_);
  appended_.repeated = rows_.size() - appended_.stored;
  return finish();
}

Appended PostgresAppend::all_that_can_be() {
  cut_down(rows_);
  return finish();
}

/// Returns how many were not there yet.
std::size_t PostgresAppend::insert(std::span<const std::size_t> rows) {
  Columns columns;
  for (const std::size_t index : rows) add(columns, *records_[index].message);
  const auto done =
      transaction_.execute(kInsert, columns.epochs, columns.sequences, columns.times, columns.conversations,
                           columns.authors, columns.ids, columns.client_ids, columns.texts, columns.words);
  return done.affected_rows();
}

/// The first half is done before the second, so the first row of a conversation that is refused is found first.
void PostgresAppend::cut_down(std::span<const std::size_t> rows) {
  Rows open;
  std::ranges::copy_if(rows, std::back_inserter(open), [this](std::size_t index) { return !is_stopped(index); });
  if (open.empty()) return;
  try {
    std::size_t stored = 0;
    transaction_.attempt([&] { stored = insert(open); });
    appended_.stored += stored;
    appended_.repeated += open.size() - stored;
  } catch (const pqxx::sql_error& failure) {
    if (!is_refusal_of_values(failure)) throw;
    if (open.size() == 1) {
      stopped_[records_[open.front()].conversation] = {open.front(), one_line(failure.what())};
      return;
    }
    const std::span<const std::size_t> all(open);
    cut_down(all.first(all.size() / 2));
    cut_down(all.subspan(all.size() / 2));
  }
}

bool PostgresAppend::is_stopped(std::size_t index) const {
  const auto stop = stopped_.find(records_[index].conversation);
  return stop != stopped_.end() && stop->second.index <= index;
}

/// In the order of their keys, as advance(), so that no two transactions wait for each other.
void PostgresAppend::note_months(std::span<const std::size_t> rows) {
  std::map<std::tuple<Uuid, Uuid, std::int64_t>, std::int64_t> first;
  Month month;
  for (const std::size_t index : rows) {
    const ChatMessage& message = *records_[index].message;
    if (message.sent_at < month.first || message.sent_at >= month.next) month = month_of(message.sent_at).value();
    const auto sequence = to_parameter(message.position.sequence);
    const auto [known, is_new] =
        first.try_emplace({message.conversation, message.position.epoch, to_parameter(month.first)}, sequence);
    if (!is_new) known->second = std::min(known->second, sequence);
  }
  if (first.empty()) return;
  std::vector<Uuid> conversations;
  std::vector<Uuid> epochs;
  std::vector<std::int64_t> months;
  std::vector<std::int64_t> sequences;
  for (const auto& [key, sequence] : first) {
    conversations.push_back(std::get<0>(key));
    epochs.push_back(std::get<1>(key));
    months.push_back(std::get<2>(key));
    sequences.push_back(sequence);
  }
  transaction_.execute(kNoteMonths, conversations, epochs, months, sequences);
}

void PostgresAppend::advance() {
  std::map<Uuid, Position> reached;
  for (std::size_t index = 0; index < records_.size(); ++index) {
    if (is_stopped(index)) continue;
    Position& position = reached[records_[index].conversation];
    position = std::max(position, records_[index].position);
  }
  if (reached.empty()) return;
  std::vector<Uuid> conversations;
  std::vector<Uuid> epochs;
  std::vector<std::int64_t> sequences;
  for (const auto& [conversation, position] : reached) {
    conversations.push_back(conversation);
    epochs.push_back(position.epoch);
    sequences.push_back(to_parameter(position.sequence));
  }
  transaction_.execute(kAdvance, conversations, epochs, sequences);
}

Appended PostgresAppend::finish() {
  Rows stored;
  std::ranges::copy_if(rows_, std::back_inserter(stored), [this](std::size_t index) { return !is_stopped(index); });
  note_months(stored);
  advance();
  if (stopped_.empty()) return std::move(appended_);
  for (std::size_t index = 0; index < records_.size(); ++index) {
    if (!is_stopped(index)) continue;
    Stop& stop = stopped_[records_[index].conversation];
    LeftOut& left = appended_.left_out.emplace_back();
    left.index = index;
    if (stop.index == index) left.reason = stop.reason;
  }
  return std::move(appended_);
}

}  // namespace fanfare::workers::store
