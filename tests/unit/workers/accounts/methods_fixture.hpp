#pragma once
// The methods of fanfare-accounts over a database of one test, with a clock the test sets and passwords that cost
// little. For tests only.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "runtime/config/reader.hpp"
#include "tests/unit/runtime/support/temporary_folder.hpp"
#include "workers/accounts/account_methods.hpp"
#include "workers/accounts/conversation_methods.hpp"
#include "workers/accounts/reading_methods.hpp"
#include "workers/store/database.hpp"

namespace fanfare::workers::accounts::test {

using nlohmann::json;

inline const std::string kPassword = "correct horse";

class MethodsTest : public testing::Test {
 protected:
  static constexpr runtime::crypto::PasswordCost kCheap{.passes = 1, .memory = 1U << 16U};

  MethodsTest() {
    add_account_methods(table, shared, *stores);
    add_conversation_methods(table, shared, *stores);
    add_reading_methods(table, shared, *stores);
  }

  json ask(const std::string& topic, const json& request, const std::string& actor = "") {
    return json::parse(table.answer(topic, actor, request.dump()));
  }
  /// The answer's `ok`; the test fails if it is an error.
  json ok(const std::string& topic, const json& request, const std::string& actor = "") {
    const json answer = ask(topic, request, actor);
    EXPECT_TRUE(answer.contains("ok")) << topic << ": " << answer;
    return answer.value("ok", json::object());
  }
  std::string error_of(const std::string& topic, const json& request, const std::string& actor = "") {
    return ask(topic, request, actor).value("/error/code"_json_pointer, "");
  }
  /// Tokens.
  json register_person(const std::string& name) {
    return ok("accounts.register", {{"username", name}, {"password", kPassword}});
  }
  std::string id_of(const json& tokens) { return tokens["user"]["id"]; }

  static std::unique_ptr<store::Database> open(const runtime::Config& where) {
    auto database = store::Database::open(where).value();
    database->migrate().value();
    return database;
  }
  runtime::Config make_config() const {
    runtime::Config made = runtime::default_config();
    made.data_dir = folder.path();
    return made;
  }

  const fanfare::test::TemporaryFolder folder;
  const runtime::Config config = make_config();
  const std::unique_ptr<store::Database> database = open(config);
  const std::unique_ptr<store::AccountStores> stores = database->account_stores().value();
  const runtime::crypto::KeyPair pair = runtime::crypto::KeyPair::generate();
  const TokenIssuer issuer{{"k1", pair}, {std::chrono::minutes(15), std::chrono::hours(720)}};
  common::Attempts attempts{common::Attempts::Limits{}};
  common::TimePoint now{std::chrono::milliseconds(1'790'000'000'000)};
  std::ostringstream log_text;
  runtime::Logger log{{}, "accounts", log_text};
  int changes = 0;
  Shared shared{issuer,
                attempts,
                kCheap,
                runtime::crypto::hash_password("nobody", kCheap).value(),
                {{"k1", pair.public_key()}},
                [this] { return now; },
                [this] { ++changes; },
                log};
  common::MethodTable table{[this](std::string_view topic, std::string_view what) { ADD_FAILURE() << topic << what; }};
};

}  // namespace fanfare::workers::accounts::test
