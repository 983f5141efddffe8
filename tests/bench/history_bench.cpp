// The history's stores: messages stored each second beside the bare way into the same tables and indexes, and how long
// a page and a search take among many messages. PostgreSQL is a server of its own, with fsync. FANFARE_BENCH_MESSAGES
// says how many there are to look in (20,000 by default; of a year and, from 10,000,000 on, 10,000 conversations),
// FANFARE_BENCH_FOLDER the disk of SQLite. docs/benchmarks.md has figures.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "tests/bench/chat_rows.hpp"
#include "tests/bench/history_databases.hpp"

namespace fanfare::bench {
namespace {

using workers::store::HistoryQuery;
using workers::store::SearchQuery;

constexpr std::uint64_t kOfOneReader = 20;  ///< conversations

Uuid everywhere() { return ChatRows::id_of(5, 1); }
Uuid reader() { return ChatRows::id_of(5, 2); }

template <class Database>
void stored(benchmark::State& state) {
  Database database;
  ChatRows rows(1'000);
  const auto size = static_cast<std::size_t>(state.range(0));
  database.store().append(rows.next(1)).value();  // its month
  for (auto each : state) {
    (void)each;
    state.PauseTiming();
    const auto records = rows.next(size);
    state.ResumeTiming();
    database.store().append(records).value();
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

template <class Database>
void bare(benchmark::State& state) {
  Database database;
  ChatRows rows(1'000);
  const auto size = static_cast<std::size_t>(state.range(0));
  database.store().append(rows.next(1)).value();
  for (auto each : state) {
    (void)each;
    state.PauseTiming();
    const auto records = rows.next(size);
    database.prepare_bare(records);
    state.ResumeTiming();
    database.append_bare(records);
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

std::uint64_t many() {
  const char* const wanted = std::getenv("FANFARE_BENCH_MESSAGES");
  return wanted == nullptr ? 20'000 : std::strtoull(wanted, nullptr, 10);
}

std::uint64_t conversations() { return std::max<std::uint64_t>(kOfOneReader, many() / 1'000); }

void add_members(HistoryDatabase& database) {
  std::string people;
  for (const auto& [id, name] :
       {std::pair(everywhere(), "everywhere"), {reader(), "reader"}, {ChatRows::author(), "author"}}) {
    people.append(people.empty() ? "" : ", ").append("('" + id.to_string() + "', '");
    people.append(name).append("', '").append(name).append("', '").append(name).append("', '', '', 0)");
  }
  database.execute(
      "INSERT INTO person (id, username, username_key, username_skeleton, display_name, display_key, created_at) "
      "VALUES " +
      people);
  for (std::uint64_t number = 0; number < conversations(); number += 1'000) {
    std::string rooms;
    std::string members;
    for (std::uint64_t one = number; one < std::min(number + 1'000, conversations()); ++one) {
      const std::string id = "'" + ChatRows::conversation(one).to_string() + "'";
      rooms.append(rooms.empty() ? "" : ", ").append("(" + id + ", 'room', 0)");
      members.append(members.empty() ? "" : ", ")
          .append("(" + id + ", '" + everywhere().to_string() + "', 0, 'member')");
      if (one < kOfOneReader) members.append(", (" + id + ", '" + reader().to_string() + "', 1, 'member')");
    }
    database.execute("INSERT INTO conversation (id, kind, created_at) VALUES " + rooms);
    database.execute("INSERT INTO member (conversation_id, person_id, position, role) VALUES " + members);
  }
}

/// Filled once for all that look into it.
template <class Database>
Database& filled() {
  static const auto database = [] {
    auto made = std::make_unique<Database>();
    add_members(*made);
    ChatRows rows(conversations(), many(), std::chrono::days(365));
    const auto began = std::chrono::steady_clock::now();
    for (std::uint64_t done = 0; done < many(); done += 10'000) {
      made->store().append(rows.next(std::min<std::uint64_t>(10'000, many() - done))).value();
      if (done % 500'000 == 0) std::cerr << done << " of " << many() << " messages\n";
    }
    made->execute("ANALYZE");
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    std::cerr << many() << " messages of " << conversations() << " conversations in " << took.count() << " s\n";
    return made;
  }();
  return *database;
}

/// Times each call of `ask` and shows the slowest of a hundred, too.
template <class Ask>
void measure(benchmark::State& state, Ask ask) {
  std::vector<double> times;
  for (auto each : state) {
    (void)each;
    const auto began = std::chrono::steady_clock::now();
    ask();
    times.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - began).count());
  }
  std::ranges::sort(times);
  state.counters["p50_ms"] = times[times.size() / 2];
  state.counters["p99_ms"] = times[times.size() * 99 / 100];
}

template <class Database>
void page(benchmark::State& state) {
  Database& database = filled<Database>();
  ChatRows chance(1);
  measure(state, [&] {
    HistoryQuery query{.conversation = ChatRows::conversation(chance.number_below(conversations())),
                       .reader = everywhere()};
    if (chance.number_below(2) == 1) query.before = Position{ChatRows::epoch(), chance.number_below(many())};
    benchmark::DoNotOptimize(database.store().page(query).value().value());
  });
}

template <class Database>
void search(benchmark::State& state) {
  Database& database = filled<Database>();
  ChatRows chance(1);
  const auto words = state.range(0);
  measure(state, [&] {
    SearchQuery query{.reader = reader(), .text = chance.word()};
    for (std::int64_t more = 1; more < words; ++more) query.text += " " + chance.word();
    benchmark::DoNotOptimize(database.store().search(query).value());
  });
}

BENCHMARK(bare<PostgresHistory>)->Name("postgres/bare_copy")->Arg(500)->Arg(5'000)->UseRealTime();
BENCHMARK(stored<PostgresHistory>)->Name("postgres/append")->Arg(500)->Arg(5'000)->UseRealTime();
BENCHMARK(bare<SqliteHistory>)->Name("sqlite/bare_insert")->Arg(500)->Arg(5'000)->UseRealTime();
BENCHMARK(stored<SqliteHistory>)->Name("sqlite/append")->Arg(500)->Arg(5'000)->UseRealTime();
BENCHMARK(page<PostgresHistory>)->Name("postgres/page")->UseRealTime();
BENCHMARK(search<PostgresHistory>)->Name("postgres/search")->Arg(1)->Arg(2)->UseRealTime();
BENCHMARK(page<SqliteHistory>)->Name("sqlite/page")->UseRealTime();
BENCHMARK(search<SqliteHistory>)->Name("sqlite/search")->Arg(1)->Arg(2)->UseRealTime();

}  // namespace
}  // namespace fanfare::bench

int main(int count, char** arguments) {
  ::setenv("FANFARE_TEST_POSTGRES_FSYNC", "1", 1);
  ::unsetenv("FANFARE_TEST_POSTGRES");  // a server of its own
  benchmark::Initialize(&count, arguments);
  benchmark::RunSpecifiedBenchmarks();
}
