// What the tests of every adapter of MessageStore share. For tests only.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "tests/integration/workers/store/message_database.hpp"
#include "workers/store/message_store.hpp"

namespace fanfare::workers::store {

using test::uuid;

inline const Uuid kRoom = uuid(100);
inline const Uuid kOtherRoom = uuid(101);
inline const Uuid kPeter = uuid(1);
inline const Uuid kMary = uuid(2);
inline const Uuid kFirstEpoch = uuid(200);
inline const Uuid kNextEpoch = uuid(201);

inline ChatMessage message(std::uint8_t id, std::uint64_t sequence, const Uuid& epoch = kFirstEpoch,
                           const Uuid& conversation = kRoom) {
  return {
      .id = uuid(id),
      .conversation = conversation,
      .author = kPeter,
      .client_id = "c" + std::to_string(id),
      .text = "text " + std::to_string(id),
      .position = {epoch, sequence},
      .sent_at = std::chrono::sys_time<std::chrono::milliseconds>(std::chrono::milliseconds(1'700'000'000'123 + id))};
}

inline ConversationRecord skipped(std::uint64_t sequence, const Uuid& epoch = kFirstEpoch,
                                  const Uuid& conversation = kRoom) {
  return {.conversation = conversation, .position = {epoch, sequence}};
}

struct Adapter {
  const char* name;
  std::unique_ptr<test::MessageDatabase> (*make)();
};

/// Part of the tests' names in lists.
inline void PrintTo(const Adapter& adapter, std::ostream* out) { *out << adapter.name; }

/// One reader, Mary, in one room; messages are Peter's.
class MessageStoreContract : public testing::TestWithParam<Adapter> {
 protected:
  MessageStoreContract() {
    database->add_person(kPeter, "peter");
    database->add_person(kMary, "mary");
    database->add_member(kRoom, kMary);
  }

  Appended append(const std::vector<ChatMessage>& messages) {
    std::vector<ConversationRecord> records;
    for (const ChatMessage& one : messages) {
      records.push_back({.conversation = one.conversation, .position = one.position, .message = one});
    }
    return store->append(records).value();
  }

  std::optional<Position> reached(const Uuid& conversation = kRoom) {
    return page({.conversation = conversation, .reader = kMary})->reached;
  }

  std::optional<HistoryPage> page(HistoryQuery query) { return store->page(query).value(); }

  std::vector<std::uint64_t> sequences(const HistoryQuery& query) {
    std::vector<std::uint64_t> result;
    const auto found = page(query).value();
    for (const HistoryMessage& row : found.messages) result.push_back(row.message.position.sequence);
    return result;
  }

  std::unique_ptr<test::MessageDatabase> database = GetParam().make();
  std::unique_ptr<MessageStore> store = database->open_store();
};

inline auto every_adapter() {
  return testing::Values(Adapter{"sqlite", test::make_sqlite_message_database},
                         Adapter{"postgres", test::make_postgres_message_database});
}

inline std::string name_of_adapter(const testing::TestParamInfo<Adapter>& adapter) { return adapter.param.name; }

}  // namespace fanfare::workers::store
