// Publishers that are faster than the disk: the broker over a journal on a disk whose syncs wait until the test lets
// them go.

#include <gtest/gtest.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>

#include "broker/journal/file_journal.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/memory_file_system.hpp"
#include "tests/unit/broker/core_driver.hpp"

namespace fanfare::broker::core {
namespace {

using journal::IoResult;

/// Open, or all syncs wait.
class SyncGate {
 public:
  void set(bool open) {
    const std::lock_guard lock(mutex_);
    open_ = open;
    changed_.notify_all();
  }
  void pass() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return open_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = true;
};

class SlowFile final : public journal::File {
 public:
  SlowFile(std::unique_ptr<journal::File> file, SyncGate& gate) : file_(std::move(file)), gate_(gate) {}

  IoResult<void> write(std::uint64_t offset, std::span<const std::string_view> parts) override {
    return file_->write(offset, parts);
  }
  IoResult<std::string> read(std::uint64_t offset, std::size_t size) const override {
    return file_->read(offset, size);
  }
  IoResult<void> sync() override {
    gate_.pass();
    return file_->sync();
  }
  IoResult<void> reserve(std::uint64_t size) override { return file_->reserve(size); }
  IoResult<std::uint64_t> size() const override { return file_->size(); }
  IoResult<void> truncate(std::uint64_t size) override { return file_->truncate(size); }
  void leave_cache() const override { file_->leave_cache(); }

 private:
  std::unique_ptr<journal::File> file_;
  SyncGate& gate_;
};

class SlowDisk final : public journal::FileSystem {
 public:
  IoResult<std::unique_ptr<journal::File>> open(const std::string& path, Open how) override {
    auto file = memory_.open(path, how);
    if (!file) return file.error();
    return std::make_unique<SlowFile>(*std::move(file), gate);
  }
  IoResult<std::vector<std::string>> list(const std::string& folder) override { return memory_.list(folder); }
  IoResult<void> make_folder(const std::string& folder) override { return memory_.make_folder(folder); }
  IoResult<void> rename(const std::string& from, const std::string& to) override { return memory_.rename(from, to); }
  IoResult<void> remove(const std::string& path) override { return memory_.remove(path); }
  IoResult<void> sync_folder(const std::string& folder) override { return memory_.sync_folder(folder); }

  SyncGate gate;

 private:
  test::MemoryFileSystem memory_;
};

class SlowDiskTest : public testing::Test {
 protected:
  static constexpr std::size_t kPayload = 1'000;

  static Settings settings() {
    auto settings = CoreDriver::settings();
    settings.window = 64U << 10U;
    settings.uncommitted = 256U << 10U;
    return settings;
  }

  std::unique_ptr<journal::FileJournal> open_journal() {
    journal::Options options{.folder = "journal"};
    options.streams = {{.number = 1, .name = "chat"}, {.number = 2, .name = "orders"}};
    options.random = [this] { return Uuid{{++chance_}}; };
    options.clock = [] { return 1'700'000'000'000'000; };
    options.segment_bytes = 4U << 20U;
    options.lock = false;
    return journal::FileJournal::open(std::move(options), disk_).value();
  }

  struct Publisher {
    ConnectionId peer = 0;
    std::uint64_t limit = 0;
    std::uint64_t sent = 0;
    std::uint64_t published = 0;
    std::uint64_t acknowledged = 0;
  };

  Publisher publisher() {
    Publisher one{.peer = driver_->peer("publisher" + std::to_string(publishers_.size())), .limit = settings().window};
    driver_->from(one.peer, protocol::Topic{.number = 1, .name = "chat.a"});
    return one;
  }

  void listen(Publisher& one) {
    for (const auto& got : driver_->take(one.peer)) {
      if (got.type == protocol::CommandType::credit) one.limit = got.as<protocol::Credit>().limit;
      if (got.type == protocol::CommandType::puback) {
        for (const auto& range : got.as<protocol::Puback>().ranges) one.acknowledged += range.count;
      }
    }
  }

  /// It reads what it was told and sends what it may, up to `most` messages in all; whether that was something.
  bool go_on(Publisher& one, std::uint64_t most = UINT64_MAX) {
    listen(one);
    const auto before = one.sent;
    for (;;) {
      const std::string payload(kPayload, 'x');
      const auto frame = protocol::make_frame(
          protocol::Publish{.request = one.published + 1, .topic = 1, .content = std::string_view(payload)});
      const auto size = frame.size() - protocol::kFrameHeader.size();
      if (one.sent + size > one.limit || one.published >= most) return one.sent != before;
      driver_->raw(one.peer, frame);
      one.sent += size;
      ++one.published;
    }
  }

  SlowDisk disk_;
  std::uint8_t chance_ = 0;
  std::unique_ptr<journal::FileJournal> journal_ = open_journal();
  std::unique_ptr<CoreDriver> driver_ = std::make_unique<CoreDriver>(settings(), journal_.get());
  std::vector<Publisher> publishers_;
};

TEST_F(SlowDiskTest, PublishersFasterThanItAreSlowedNotBuffered) {
  for (int i = 0; i < 4; ++i) publishers_.push_back(publisher());
  const auto other = driver_->peer("other");
  const auto most = settings().uncommitted + publishers_.size() * settings().window;
  disk_.gate.set(false);
  for (bool any = true; any;) {
    any = false;
    for (auto& one : publishers_) any = go_on(one) || any;
    ASSERT_LE(driver_->core().figures().uncommitted, most + (64U << 10U)) << "records have headers";
  }
  EXPECT_GE(driver_->core().figures().uncommitted, settings().uncommitted);
  EXPECT_EQ(driver_->core().figures().slowed_sessions, publishers_.size());
  driver_->from(other, protocol::Ping{.token = 7});
  EXPECT_TRUE(driver_->has<protocol::Pong>(other)) << "who only asks for a sign of life waits for no disk";

  disk_.gate.set(true);
  const auto all_acknowledged = [&] {
    driver_->core().settle(driver_->now);
    for (auto& one : publishers_) go_on(one, 1'000);
    return std::ranges::all_of(publishers_, [](const auto& one) { return one.acknowledged == 1'000; });
  };
  EXPECT_TRUE(test::eventually(std::chrono::seconds(20), all_acknowledged));
  EXPECT_EQ(driver_->core().figures().uncommitted, 0U);
  EXPECT_EQ(driver_->core().figures().slowed_sessions, 0U);
}

}  // namespace
}  // namespace fanfare::broker::core
