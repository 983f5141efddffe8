// A database that is away for longer than the group waits for an acknowledgement: a pause, and nothing else.
#include "tests/integration/workers/persistence/database_gate.hpp"
#include "tests/integration/workers/persistence/persistence_system.hpp"
#include "tests/support/postgres.hpp"

namespace fanfare::workers::persistence {
namespace {

using namespace test_support;
using test::DatabaseGate;
using Mode = DatabaseGate::Mode;

constexpr std::chrono::milliseconds kShortAckWait{300};
constexpr auto kOutage = 5 * kShortAckWait;

/// Writer and group over PostgreSQL behind a gate, without the rest of the service.
class PersistenceOnPostgres : public PersistenceSystem {
 protected:
  PersistenceOnPostgres() {
    config.database.url = gate.url();
    stores = store::Database::open(config, {.patience = patient(200ms)}).value();
    writer.emplace(
        Writer::Options{.bounds = {.batch = 50, .linger = 1ms}, .longest_back_off = 200ms},
        [this] { return stores->message_store(); }, [](const Uuid&, std::string_view) {}, log, metrics);
    group_member.emplace(
        ChatGroup::Context{client, *writer, log, metrics, [](const std::string& why) { ADD_FAILURE() << why; }}, 100,
        patient(kShortAckWait));
    EXPECT_TRUE(group_member->wait_ready(patient(10s)));
  }
  ~PersistenceOnPostgres() override {
    writer->close(std::chrono::steady_clock::now());
    writer->finish();
    group_member->leave();
  }

  [[nodiscard]] std::string count(const std::string& what) const {
    return postgres.value("SELECT count(" + what + ") FROM message");
  }
  [[nodiscard]] bool counts(const std::string& line) const {
    return metrics.serialize().find("\n" + line + "\n") != std::string::npos;
  }

  const test::PostgresTestDatabase postgres;
  DatabaseGate gate{postgres.url()};
  std::unique_ptr<store::Database> stores;
  std::ostringstream lines;
  runtime::Logger log{{}, "persistence", lines};
  runtime::Metrics metrics;
  Client client = connect();
  std::optional<Writer> writer;
  std::optional<ChatGroup> group_member;
};

class PersistenceOutage : public PersistenceOnPostgres, public testing::WithParamInterface<Mode> {};

TEST_P(PersistenceOutage, LosesAndDoublesNothingAndCountsNoAttempt) {
  publish(1, 200);
  EXPECT_TRUE(eventually(10s, [&] { return count("*") == "200"; })) << count("*");
  gate.set(GetParam());
  publish(201, 500);
  const auto end = std::chrono::steady_clock::now() + patient(kOutage);
  EXPECT_TRUE(eventually(10s, [&] {
    return counts("fanfare_persistence_database_up{for=\"writing\"} 0") && std::chrono::steady_clock::now() >= end;
  }));
  EXPECT_EQ(group().at("in_flight"), "100");  // no more than it holds
  EXPECT_TRUE(writer->oldest().has_value());
  gate.set(Mode::kPass);
  EXPECT_TRUE(eventually(20s, [&] { return count("*") == "500"; })) << count("*") << lines.str();
  EXPECT_TRUE(eventually(10s, [&] { return group().at("pending") == "0"; }));
  EXPECT_EQ(count("DISTINCT id"), "500");
  EXPECT_EQ(group().at("dead"), "0");
  EXPECT_TRUE(counts("fanfare_persistence_redelivered_total 0"));
  EXPECT_TRUE(counts("fanfare_persistence_database_up{for=\"writing\"} 1"));
  EXPECT_FALSE(writer->oldest().has_value());
}

std::string name_of_outage(const testing::TestParamInfo<Mode>& mode) {
  return mode.param == Mode::kFrozen ? "Frozen" : "Killed";
}

INSTANTIATE_TEST_SUITE_P(While, PersistenceOutage, testing::Values(Mode::kFrozen, Mode::kGone), name_of_outage);

/// Whatever is inserted fails with an error of PostgreSQL's own.
std::string failing_with(const std::string& state) {
  return "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS"
         " $$ BEGIN RAISE EXCEPTION 'planted' USING ERRCODE = '" +
         state +
         "'; END $$;"
         "CREATE TRIGGER fail BEFORE INSERT ON message FOR EACH ROW EXECUTE FUNCTION fail()";
}

TEST_F(PersistenceOnPostgres, AFullDiskOrTooManyConflictsArePauses) {
  for (const std::string state : {"53100", "40001"}) {
    postgres.execute(failing_with(state));
    const std::string before = count("*");
    const auto last = static_cast<std::uint32_t>(std::stoul(before)) + 20;
    publish(last - 19, last);
    EXPECT_TRUE(eventually(10s, [&] { return counts("fanfare_persistence_database_up{for=\"writing\"} 0"); }));
    EXPECT_EQ(count("*"), before);
    postgres.execute("DROP TRIGGER fail ON message; DROP FUNCTION fail()");
    EXPECT_TRUE(eventually(10s, [&] { return count("*") == std::to_string(last); })) << count("*");
  }
  EXPECT_TRUE(counts("fanfare_persistence_refused_total 0"));
  EXPECT_TRUE(counts("fanfare_persistence_redelivered_total 0"));
}

}  // namespace
}  // namespace fanfare::workers::persistence
