#pragma once
// A journal on disk with one stream, driven as the broker's thread drives it: append, then wait to be woken. One
// thread.

#include <chrono>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <variant>

#include "broker/journal/file_journal.hpp"
#include "broker/journal/posix_file_system.hpp"
#include "runtime/process/wake_up.hpp"
#include "tests/bench/records.hpp"

#include <poll.h>

namespace fanfare::bench {

class BenchJournal {
 public:
  /// With 0 topics nothing was asked of it yet: a core can be put on it.
  BenchJournal(
      const std::filesystem::path& folder, std::uint32_t topics,
      const std::function<void(broker::journal::Options&)>& adjust = [](auto&) {}) {
    broker::journal::Options options{.folder = folder.string(),
                                     .wake = [this] { wake_up_.wake(); },
                                     .random = [] { return id_of(static_cast<std::uint64_t>(now())); },
                                     .clock = now,
                                     .boot_id = broker::journal::read_boot_id()};
    options.streams.push_back({.number = kStream, .name = "bench"});
    adjust(options);
    auto opened = broker::journal::FileJournal::open(std::move(options), files_);
    if (!opened) throw std::runtime_error(opened.error().message);
    journal_ = *std::move(opened);
    journal_->hold(kStream, broker::core::Journal::kHoldsNothing);  // there are no groups
    if (topics == 0) return;
    for (auto number = journal_->kept(kStream).last_topic + 1; number <= topics; ++number) {
      journal_->define(kStream, number, topic_name(number));
    }
  }

  [[nodiscard]] broker::journal::FileJournal& operator*() { return *journal_; }

  /// Appends and returns; see wait().
  void append(broker::core::Batch batch) {
    ++under_way_;
    journal_->append(std::move(batch));
  }

  /// Until at most so many batches wait for their commit.
  void wait(std::size_t at_most) {
    while (take(), under_way_ > at_most) {
      pollfd waiting{.fd = wake_up_.fd(), .events = POLLIN, .revents = 0};
      if (::poll(&waiting, 1, 30'000) <= 0) throw std::runtime_error("no commit within 30 s");
      wake_up_.clear();
    }
  }

  [[nodiscard]] static std::int64_t now() {
    return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::system_clock::now().time_since_epoch())
        .count();
  }

 private:
  void take() {
    for (const auto& event : journal_->take_events()) {
      const auto* commit = std::get_if<broker::core::Commit>(&event);
      if (commit == nullptr) continue;
      if (commit->outcome != broker::core::Commit::Outcome::committed) throw std::runtime_error(commit->reason);
      --under_way_;
    }
  }

  runtime::WakeUp wake_up_;
  broker::journal::PosixFileSystem files_;
  std::unique_ptr<broker::journal::FileJournal> journal_;
  std::size_t under_way_ = 0;
};

}  // namespace fanfare::bench
