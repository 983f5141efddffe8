// A MessageStore in memory whose append() can be made to fail or to wait, shared by all stores opened on it.
// For tests only; any thread.
#pragma once

#include <condition_variable>
#include <mutex>
#include <unordered_set>
#include <utility>
#include <vector>

#include "workers/store/message_store.hpp"

namespace fanfare::test {

class FakeMessages {
 public:
  using ChatMessage = workers::store::ChatMessage;

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

  std::vector<ChatMessage> rows() {
    const std::lock_guard lock(mutex_);
    return rows_;
  }
  std::vector<std::size_t> batches() {
    const std::lock_guard lock(mutex_);
    return batches_;
  }
  std::optional<Position> reached() {
    const std::lock_guard lock(mutex_);
    return reached_;
  }
  int attempts() {
    const std::lock_guard lock(mutex_);
    return attempts_;
  }

  runtime::Result<workers::store::Appended> append(std::span<const ChatMessage> messages, const Position& reached) {
    std::unique_lock lock(mutex_);
    ++attempts_;
    changed_.wait(lock, [this] { return !blocks_; });
    if (fails_) return runtime::Error{"the database is away"};
    rows_.insert(rows_.end(), messages.begin(), messages.end());
    batches_.push_back(messages.size());
    reached_ = reached;
    return workers::store::Appended{messages.size(), 0};
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

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool fails_ = false;
  bool blocks_ = false;
  int attempts_ = 0;
  std::vector<ChatMessage> rows_;
  std::vector<std::size_t> batches_;
  std::optional<Position> reached_;
};

class FakeMessageStore final : public workers::store::MessageStore {
 public:
  explicit FakeMessageStore(FakeMessages& messages) : messages_(messages) {}

  runtime::Result<workers::store::Appended> append(std::span<const workers::store::ChatMessage> messages,
                                                   const Position& reached) override {
    return messages_.append(messages, reached);
  }
  runtime::Result<std::optional<Position>> reached() override { return messages_.reached(); }
  runtime::Result<std::optional<workers::store::HistoryPage>> page(const workers::store::HistoryQuery& query) override {
    messages_.queries.push_back(query);
    return messages_.page;
  }
  runtime::Result<std::vector<workers::store::HistoryMessage>> preview(
      std::span<const workers::store::ChatMessage> messages) override {
    return messages_.preview(messages);
  }

 private:
  FakeMessages& messages_;
};

inline runtime::Result<std::unique_ptr<workers::store::MessageStore>> FakeMessages::open() {
  return std::unique_ptr<workers::store::MessageStore>(std::make_unique<FakeMessageStore>(*this));
}

}  // namespace fanfare::test
