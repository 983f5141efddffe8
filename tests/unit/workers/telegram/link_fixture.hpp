#pragma once
// Links over a database of one test, with a clock the test sets, a service that answers what the test says, and the
// events that would be published. For tests only.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "runtime/config/reader.hpp"
#include "tests/unit/runtime/support/temporary_folder.hpp"
#include "workers/common/new_id.hpp"
#include "workers/store/database.hpp"
#include "workers/telegram/commands.hpp"
#include "workers/telegram/link_code.hpp"

namespace fanfare::workers::telegram::test {

using nlohmann::json;
using namespace std::chrono_literals;

class LinkTest : public testing::Test {
 protected:
  LinkTest() {
    runtime::Config config = runtime::default_config();
    config.data_dir = folder.path();
    database = store::Database::open(config).value();
    database->migrate().value();
    people = database->account_stores().value();
    store = database->telegram_store().value();
  }

  Uuid add_person(const std::string& name, const std::string& locale = {}) {
    const Uuid id = common::new_id(now);
    const auto hash = runtime::crypto::digest(name);
    const auto spoken = locale.empty() ? std::nullopt : std::optional(locale);
    const store::NewPerson person{{{id, name, name}, spoken, now}, name, name, name, "hash"};
    EXPECT_TRUE(people->people().add(person, {common::new_id(now), id, hash, now, now + 720h}).value());
    return id;
  }
  std::string code_of(const Uuid& person) {
    std::string code = make_link_code();
    EXPECT_TRUE(store->make_code(hash_of_link_code(code), person, now, now + 10min));
    return code;
  }
  /// The kinds that were published to this person, in order.
  std::vector<std::string> told(const Uuid& person) const {
    std::vector<std::string> kinds;
    for (const LinkEvent& event : events) {
      const json payload = json::parse(event.payload);
      if (event.topic != "user." + person.to_string()) continue;
      kinds.push_back(payload.at("kind").get<std::string>() + payload.value("reason", ""));
    }
    return kinds;
  }

  const fanfare::test::TemporaryFolder folder;
  std::unique_ptr<store::Database> database;
  std::unique_ptr<store::AccountStores> people;
  std::unique_ptr<store::TelegramStore> store;
  common::TimePoint now{1'790'000'000'000ms};  // 2026-09-21T13:33:20Z
  std::vector<LinkEvent> events;
  std::ostringstream log_text;
  runtime::Logger log{{}, "telegram", log_text};
};

}  // namespace fanfare::workers::telegram::test
