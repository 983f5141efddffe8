#include "broker/journal/stream_writer.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "broker/journal/batch_format.hpp"
#include "broker/journal/page.hpp"

namespace fanfare::broker::journal {
namespace {

using Outcome = core::Commit::Outcome;

constexpr std::array<char, kPage> kZeros{};

std::string_view padding(std::size_t size) { return {kZeros.data(), aligned(size, kBatchAlignment) - size}; }

}  // namespace

bool StreamWriter::commit(std::span<CommitItem> items, std::vector<core::JournalEvent>& events, Time now) {
  bool has_begun = false;
  std::size_t settled = 0;
  bool is_good = !failed_;
  for (std::size_t i = 0; is_good && i < items.size(); ++i) {
    auto& item = items[i];
    if (item.outcome != Outcome::committed) continue;
    if (item.begins) {
      is_good = write_run() && sync_file();
      if (!is_good) break;
      settle(items.subspan(settled, i - settled), events);
      settled = i;
      is_good = begin(item);
      has_begun = true;
    }
    if (is_good) add_to_run(item);
  }
  is_good = is_good && write_run();
  if (is_good && stream_.options.durability == Durability::fsync) is_good = sync_file();
  if (is_good && synced_ < written_ && !sync_due_) sync_due_ = now + stream_.keeping.rules().sync_interval;
  if (is_good) {
    settle(items.subspan(settled), events);
  } else {
    refuse(items.subspan(settled), events);
  }
  return has_begun;
}

void StreamWriter::add_to_run(CommitItem& item) {
  if (run_.empty()) run_at_ = item.offset;
  set_synced(*item.head, synced_, item.seed);
  run_.emplace_back(*item.head);
  run_.emplace_back(*item.records);
  if (const auto zeros = padding(item.head->size() + item.records->size()); !zeros.empty()) run_.push_back(zeros);
  run_last_ = item.last();
  run_end_ = aligned(item.offset + item.head->size() + item.records->size(), kBatchAlignment);
}

/// Zeros up to the end of the page: of one that is written in part, and is not in its cache, the system would have to
/// read the rest first.
void StreamWriter::fill_page() {
  const auto end = std::min<std::uint64_t>(aligned(run_end_, kPage), stream_.options.segment_bytes);
  if (end > run_end_) run_.emplace_back(kZeros.data(), static_cast<std::size_t>(end - run_end_));
}

bool StreamWriter::write_run() {
  if (run_.empty()) return true;
  fill_page();
  const auto is_synced = stream_.options.durability == Durability::fsync;
  const auto written = is_synced ? file_->write_through(run_at_, run_) : file_->write(run_at_, run_);
  run_.clear();
  if (!written) return fail(written.error());
  written_ = run_last_;
  return true;
}

bool StreamWriter::sync_file() {
  sync_due_.reset();
  if (synced_ == written_) return true;
  if (const auto synced = file_->sync(); !synced) return fail(synced.error());
  synced_ = written_;
  return true;
}

bool StreamWriter::begin(CommitItem& item) {
  const auto& header = *item.begins;
  auto file = stream_.spare.collect();
  if (const auto begun = stream_.files.begin_segment(*file, header); !begun) return fail(begun.error());
  file_ = std::move(file);
  stream_.segments.finish(std::move(item.before));
  stream_.segments.add({.header = std::make_shared<const SegmentHeader>(header), .last = header.first - 1});
  stream_.spare.renamed();
  return true;
}

bool StreamWriter::fail(const IoError& error) {
  failed_ = true;
  sync_due_.reset();
  run_.clear();
  reason_ = error.message;
  stream_.failed.store(true, std::memory_order_release);
  outcomes_.notice("stream " + stream_.options.name +
                   " has ended, it takes nothing more until the next start: " + reason_);
  return false;
}

void StreamWriter::settle(std::span<CommitItem> items, std::vector<core::JournalEvent>& events) {
  for (auto& item : items) {
    core::Commit commit{.stream = stream_.options.number, .outcome = item.outcome, .count = item.count};
    if (item.outcome == Outcome::committed) {
      commit.first = item.first;
      stream_.segments.grow(
          {.last = item.last(),
           .data_end = aligned(item.offset + item.head->size() + item.records->size(), kBatchAlignment),
           .first_timestamp = item.first_timestamp,
           .last_timestamp = item.last_timestamp},
          {.first = item.first, .offset = item.offset, .timestamp = item.first_timestamp});
    } else {
      commit.reason = std::move(item.reason);
    }
    events.emplace_back(std::move(commit));
  }
}

void StreamWriter::refuse(std::span<CommitItem> items, std::vector<core::JournalEvent>& events) {
  for (auto& item : items) {
    const bool is_full = item.outcome == Outcome::full;
    events.emplace_back(core::Commit{.stream = stream_.options.number,
                                     .outcome = is_full ? Outcome::full : Outcome::failed,
                                     .count = item.count,
                                     .reason = is_full ? std::move(item.reason) : reason_});
  }
}

void StreamWriter::sync() { (void)sync_file(); }

}  // namespace fanfare::broker::journal
