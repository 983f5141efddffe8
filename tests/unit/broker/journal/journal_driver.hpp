// A journal over a disk in memory, driven as the core drives it: publishes records, waits for what becomes of them,
// reads them back. For tests only; the test's thread.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "broker/journal/file_journal.hpp"
#include "broker/journal/segment_format.hpp"
#include "protocol/content.hpp"
#include "protocol/record.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/memory_file_system.hpp"

namespace fanfare::test {

namespace core = broker::core;
namespace journal = broker::journal;

constexpr protocol::StreamNumber kDrivenStream = 1;

class JournalDriver {
  std::uint32_t chance_ = 0;  // before the journal, which begins segments until its end

 public:
  struct Message {
    std::string topic;
    std::string payload;
    std::optional<Uuid> id = std::nullopt;
  };
  /// What a reader was given, in order.
  struct Read {
    std::vector<std::string> records;  ///< "<sequence> <topic> <payload>"
    std::vector<core::ReadDone> answers;
    [[nodiscard]] std::vector<core::ReadDone::Missing> missing() const {
      std::vector<core::ReadDone::Missing> found;
      for (const auto& answer : answers) {
        if (answer.missing) found.push_back(*answer.missing);
      }
      return found;
    }
  };

  static constexpr std::chrono::seconds kDeadline{10};
  static constexpr std::int64_t kSecond = 1'000'000;
  static constexpr std::uint64_t kSegmentBytes = 32U * 1024U;

  explicit JournalDriver(MemoryFileSystem& disk) : disk_(disk) {
    (void)disk.make_folder("data");
    (void)disk.sync_folder("");
    options.folder = "data/journal";
    options.streams = {{.number = kDrivenStream, .name = "chat"}};
    options.random = [this] {
      Uuid id;
      for (auto& byte : id.bytes) byte = static_cast<std::uint8_t>(++chance_ * 37U);
      return id;
    };
    options.clock = [this] { return now.load(); };
    options.boot_id = "boot-1";
    options.segment_bytes = kSegmentBytes;
    options.retry_interval = std::chrono::milliseconds(20);
    options.retention_interval = std::chrono::milliseconds(20);
    options.lock = false;
  }

  /// Empty, or why it does not open.
  std::string open() {
    file_journal.reset();
    commits.clear();
    trims.clear();
    numbers.clear();
    appended = 0;
    auto opened = journal::FileJournal::open(options, disk_);
    if (!opened) return opened.error().message;
    file_journal = std::move(*opened);
    if (hold) file_journal->hold(kDrivenStream, *hold);
    kept = file_journal->kept(kDrivenStream);
    for (const auto& topic : kept.topics) numbers[topic.name] = topic.number;
    last_topic = kept.last_topic;
    head = kept.head.sequence;
    return "";
  }
  void close() { file_journal.reset(); }
  /// The process is gone; what it wrote is there.
  void kill() {
    disk_.stop();
    file_journal.reset();
    disk_.restart();
  }
  void lose_power() {
    disk_.stop();
    file_journal.reset();
    disk_.lose_power();
  }

  void append(const std::vector<Message>& messages) {
    core::Batch batch{.stream = kDrivenStream,
                      .records = std::make_shared<std::string>(),
                      .count = static_cast<std::uint32_t>(messages.size())};
    for (const auto& message : messages) {
      auto [at, is_new] = numbers.try_emplace(message.topic, last_topic + 1);
      if (is_new) file_journal->define(kDrivenStream, ++last_topic, message.topic);
      std::string content;
      protocol::append_content(content, {.id = message.id, .payload = message.payload});
      protocol::append_record(*batch.records,
                              {.topic = at->second,
                               .timestamp = now,
                               .flags = message.id ? protocol::message_flags::kId : std::uint8_t{0},
                               .publisher = "local"},
                              0, 0, content);
    }
    ++appended;
    file_journal->append(std::move(batch));
  }
  /// One batch, and what became of it.
  core::Commit publish(const std::vector<Message>& messages) {
    append(messages);
    EXPECT_TRUE(settle());
    return commits.empty() ? core::Commit{} : commits.back();
  }
  core::Commit publish(const std::string& topic, const std::string& payload) { return publish({{topic, payload}}); }

  void pump() {
    for (auto& event : file_journal->take_events()) {
      if (auto* commit = std::get_if<core::Commit>(&event)) {
        if (commit->outcome == core::Commit::Outcome::committed) head = commit->first + commit->count - 1;
        commits.push_back(std::move(*commit));
      } else if (auto* trimmed = std::get_if<core::Trimmed>(&event)) {
        trims.push_back(std::move(*trimmed));
      } else if (auto* done = std::get_if<core::ReadDone>(&event)) {
        done_.push_back(std::move(*done));
      } else if (auto* found = std::get_if<core::IdLookedUp>(&event)) {
        looked_up.push_back(*found);
      }
    }
  }
  [[nodiscard]] bool eventually(auto&& condition) {
    return test::eventually(kDeadline, [&] {
      pump();
      return condition();
    });
  }
  [[nodiscard]] bool settle() {
    return eventually([&] { return commits.size() == appended; });
  }

  /// Reads up to `until` (0: the head).
  Read read(core::ReaderSpec spec, std::uint64_t until = 0, std::uint32_t max_count = 0) {
    spec.stream = kDrivenStream;
    const auto id = ++last_reader_;
    file_journal->open_reader(id, std::move(spec));
    const auto read = continue_reading(id, until, max_count);
    file_journal->close_reader(id);
    return read;
  }
  /// An answer that pump() took.
  std::optional<core::ReadDone> take_done() {
    if (done_.empty()) return std::nullopt;
    auto done = std::move(done_.front());
    done_.pop_front();
    return done;
  }
  /// What an open reader has now.
  Read continue_reading(core::ReaderId id, std::uint64_t until = 0, std::uint32_t max_count = 0) {
    Read read;
    if (until == 0) until = head;
    do {
      file_journal->read({.reader = id, .until = until, .max_count = max_count});
      if (!eventually([&] { return !done_.empty(); })) {
        ADD_FAILURE() << "a reader was not answered";
        break;
      }
      read.answers.push_back(std::move(done_.front()));
      done_.pop_front();
      take_records(read);
    } while (read.answers.back().through.sequence < until && read.answers.size() < kMostAnswers);
    return read;
  }
  /// Opens it again with a retention that leaves about so many segments.
  void trim_to(std::uint64_t count) {
    const auto names = numbers;
    close();
    options.streams[0].max_size = count * kSegmentBytes;
    EXPECT_EQ(open(), "");
    numbers.insert(names.begin(), names.end());
    EXPECT_TRUE(eventually([&] {
      if (trims.empty() || file_journal->figures(kDrivenStream).bytes > count * kSegmentBytes) return false;
      return trims.back().first == journal::decode_segment_header(disk_.files().at(segment_files().front()))->first;
    }));
  }
  core::IdLookedUp look_up(const Uuid& id, std::uint64_t after) {
    looked_up.clear();
    file_journal->look_up({.number = 7, .stream = kDrivenStream, .id = id, .after = after});
    EXPECT_TRUE(eventually([&] { return !looked_up.empty(); }));
    return looked_up.empty() ? core::IdLookedUp{} : looked_up.front();
  }

  /// Messages of these many bytes until the stream has so many segments.
  void fill_segments(std::uint64_t count, const std::string& topic = "chat.filler", std::size_t bytes = 1'000) {
    while (file_journal->figures(kDrivenStream).segments < count) publish(topic, std::string(bytes, 'f'));
  }
  [[nodiscard]] std::vector<std::string> segment_files() const {
    std::vector<std::string> found;
    for (const auto& [path, bytes] : disk_.files()) {
      if (path.ends_with(".segment")) found.push_back(path);
    }
    return found;
  }
  [[nodiscard]] bool is_sealed(const std::string& path) const {
    const auto bytes = disk_.files().at(path);
    const auto header = journal::decode_segment_header(bytes);
    return header && journal::decode_seal(std::string_view(bytes).substr(journal::kSealAt), journal::seed_of(*header));
  }

  journal::Options options;
  std::optional<std::uint64_t> hold = core::Journal::kHoldsNothing;  ///< said when it is opened; none: nothing is said
  std::atomic<std::int64_t> now{1'700'000'000 * kSecond};
  std::unique_ptr<journal::FileJournal> file_journal;
  core::Kept kept;
  std::map<std::string, std::uint32_t> numbers;
  std::uint32_t last_topic = 0;
  std::uint64_t head = 0;
  std::size_t appended = 0;
  std::vector<core::Commit> commits;
  std::vector<core::Trimmed> trims;
  std::vector<core::IdLookedUp> looked_up;

 private:
  static constexpr std::size_t kMostAnswers = 10'000;

  void take_records(Read& read) const {
    const auto& answer = read.answers.back();
    if (answer.records == nullptr) return;
    std::string_view rest = *answer.records;
    while (const auto record = protocol::next_record(rest)) {
      const auto named = std::ranges::find_if(numbers, [&](const auto& one) { return one.second == record->topic; });
      read.records.push_back(std::to_string(record->sequence) + " " + (named == numbers.end() ? "?" : named->first) +
                             " " + std::string(record->content.payload));
    }
    EXPECT_TRUE(rest.empty());
  }

  MemoryFileSystem& disk_;
  core::ReaderId last_reader_ = 0;
  std::deque<core::ReadDone> done_;
};

}  // namespace fanfare::test
