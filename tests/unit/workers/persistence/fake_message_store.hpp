// A MessageStore in memory whose append() can be made to fail, to wait or to refuse texts, shared by all stores opened
// on it. For tests only; any thread.
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "workers/store/message_store.hpp"

namespace fanfare::test {

class FakeMessages {
 public:
  using Appended = workers::store::Appended;
  using ChatMessage = workers::store::ChatMessage;
  using ConversationRecord = workers::store::ConversationRecord;

  void fail(bool fails) {
    const std::lock_guard lock(mutex_);
    fails_ = fails;
  }
  /// While blocked, append() waits.
  void block(bool blocks) {
    const std::lock_guard lock(mutex_);
    blocks_ = blocks;
    changed_.notify_all();
  }

  /// Messages of this text are left out, with what is behind them.
  void refuse(const std::string& text) {
    const std::lock_guard lock(mutex_);
    refused_ = text;
  }

  std::vector<ChatMessage> rows() {
    const std::lock_guard lock(mutex_);
    return rows_;
  }
  std::vector<std::size_t> batches() {
    const std::lock_guard lock(mutex_);
    return batches_;
  }
  int attempts() {
    const std::lock_guard lock(mutex_);
    return attempts_;
  }

  runtime::Result<Appended> append(std::span<const ConversationRecord> records) {
    std::unique_lock lock(mutex_);
    ++attempts_;
    changed_.wait(lock, [this] { return !blocks_; });
    if (fails_) return runtime::Error{"the database is away"};
    Appended appended;
    std::unordered_set<Uuid> stopped;
    for (std::size_t index = 0; index < records.size(); ++index) {
      const ConversationRecord& record = records[index];
      if (stopped.contains(record.conversation)) {
        appended.left_out.push_back({index, ""});
      } else if (record.message && record.message->text == refused_) {
        stopped.insert(record.conversation);
        appended.left_out.push_back({index, "not this one"});
      } else if (record.message) {
        rows_.push_back(*record.message);
        ++appended.stored;
      }
    }
    batches_.push_back(records.size());
    return appended;
  }

  runtime::Result<std::unique_ptr<workers::store::MessageStore>> open();

  /// All but the repeats, said by somebody called Peter.
  std::vector<workers::store::HistoryMessage> preview(std::span<const ChatMessage> messages) {
    std::vector<workers::store::HistoryMessage> rows;
    for (const ChatMessage& message : messages) {
      if (!repeated.contains(message.id)) rows.push_back({message, "peter", "Peter"});
    }
    return rows;
  }

  std::unordered_set<Uuid> repeated;
  /// What every page() answers with; nothing: the reader is no member.
  std::optional<workers::store::HistoryPage> page;
  std::vector<workers::store::HistoryQuery> queries;
  std::vector<workers::store::SearchQuery> searches;
  workers::store::SearchPage found;
  std::vector<workers::store::UnreadQuery> unread_queries;
  std::vector<workers::store::Unread> unread;

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool fails_ = false;
  bool blocks_ = false;
  int attempts_ = 0;
  std::vector<ChatMessage> rows_;
  std::vector<std::size_t> batches_;
  std::string refused_ = "nothing";
};

class FakeMessageStore final : public workers::store::MessageStore {
 public:
  explicit FakeMessageStore(FakeMessages& messages) : messages_(messages) {}

  runtime::Result<workers::store::Appended> append(
      std::span<const workers::store::ConversationRecord> records) override {
    return messages_.append(records);
  }
  runtime::Result<std::optional<workers::store::HistoryPage>> page(const workers::store::HistoryQuery& query) override {
    messages_.queries.push_back(query);
    return messages_.page;
  }
  runtime::Result<workers::store::SearchPage> search(const workers::store::SearchQuery& query) override {
    messages_.searches.push_back(query);
    return messages_.found;
  }
  runtime::Result<std::vector<workers::store::Unread>> unread(const workers::store::UnreadQuery& query) override {
    messages_.unread_queries.push_back(query);
    return messages_.unread;
  }
  runtime::Result<std::vector<workers::store::HistoryMessage>> preview(
      std::span<const workers::store::ChatMessage> messages) override {
    return messages_.preview(messages);
  }
  runtime::Result<std::size_t> prepare(std::chrono::sys_time<std::chrono::milliseconds>,
                                       std::chrono::sys_time<std::chrono::milliseconds>) override {
    return std::size_t{0};
  }

 private:
  FakeMessages& messages_;
};

inline runtime::Result<std::unique_ptr<workers::store::MessageStore>> FakeMessages::open() {
  return std::unique_ptr<workers::store::MessageStore>(std::make_unique<FakeMessageStore>(*this));
}

}  // namespace fanfare::test
