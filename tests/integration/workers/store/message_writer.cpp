// A writer of messages that outlives its database: message_writer URL NUMBER appends batches of 20 to a conversation of
// its own on PostgreSQL, tries each again until it is acknowledged, and then says how far it is on a line. Ends after
// the batch at hand when it is told to (SIGTERM). For postgres_message_crash_test.py.
#include <atomic>
#include <csignal>
#include <iostream>
#include <string>
#include <thread>

#include "runtime/config/reader.hpp"
#include "tests/integration/workers/store/message_database.hpp"
#include "tests/support/eventually.hpp"
#include "workers/store/database.hpp"

namespace fanfare::workers::store {
namespace {

constexpr std::uint64_t kBatch = 20;

/// Atomic, as a signal goes to any thread, and a second one to another.
std::atomic<bool> is_told_to_end = false;
static_assert(std::atomic<bool>::is_always_lock_free);

/// Ten days each: every third meets a new month.
std::vector<ConversationRecord> batch_behind(std::uint64_t sequence, std::uint8_t number) {
  std::vector<ConversationRecord> batch(kBatch);
  for (ConversationRecord& record : batch) {
    ++sequence;
    record.conversation = test::uuid(number);
    record.position = {test::uuid(number), sequence};
    ChatMessage& message = record.message.emplace();
    message.conversation = record.conversation;
    message.position = record.position;
    for (std::size_t byte = 0; byte < 8; ++byte) {
      message.id.bytes[15 - byte] = static_cast<std::uint8_t>(sequence >> (8 * byte));
    }
    message.sent_at = common::TimePoint(std::chrono::days(19'000 + 10 * (sequence / kBatch % 300)));
    message.text = std::string(500, 'x');
  }
  return batch;
}

int write_until_told(const std::string& url, std::uint8_t number) {
  runtime::Config config = runtime::default_config();
  config.database.url = url;
  const auto database = Database::open(config).value();
  auto store = database->message_store().value();
  for (std::uint64_t sequence = 0; !is_told_to_end; sequence += kBatch) {
    const bool is_stored = test::eventually(std::chrono::seconds(60), [&] {
      const auto appended = store->append(batch_behind(sequence, number));
      if (!appended) store = database->message_store().value();
      return appended.has_value() && appended->left_out.empty();
    });
    if (!is_stored) return 1;
    std::cout << sequence + kBatch << std::endl;
  }
  return 0;
}

}  // namespace
}  // namespace fanfare::workers::store

int main(int count, char** arguments) {
  if (count != 3) return 2;
  std::signal(SIGTERM, [](int) { fanfare::workers::store::is_told_to_end = true; });
  return fanfare::workers::store::write_until_told(arguments[1], static_cast<std::uint8_t>(std::stoi(arguments[2])));
}
