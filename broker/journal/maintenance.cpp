#include "broker/journal/maintenance.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>
#include <utility>

#include "broker/journal/segment_scan.hpp"

namespace fanfare::broker::journal {
namespace {

/// What reading the segment would find.
IoResult<SegmentScan> as_scanned(const HeldSegment& segment, SegmentContents& noted) {
  std::ranges::sort(noted.topics, {}, &SegmentContents::Topic::number);
  SegmentScan scan;
  scan.contents = std::move(noted);
  scan.last = segment.last;
  scan.data_end = segment.data_end;
  scan.first_timestamp = segment.first_timestamp;
  scan.last_timestamp = segment.last_timestamp;
  return scan;
}

/// For a segment of an earlier run, or when sealing it has failed before.
IoResult<SegmentScan> read_back(const StreamFiles& files, const HeldSegment& segment) {
  const auto path = files.segment(segment.header->number);
  const auto file = files.files().open(path, FileSystem::Open::read);
  if (!file) return file.error();
  auto scan = scan_segment(**file, *segment.header, segment.last);
  if (!scan) return scan.error();
  if (scan->last != segment.last) {
    return IoError{.number = EIO, .message = path + " is damaged at offset " + std::to_string(scan->data_end)};
  }
  return std::move(*scan);
}

}  // namespace

Maintenance::Maintenance(const Options& options, Outcomes& outcomes, const std::vector<Stream>& streams)
    : options_(options), outcomes_(outcomes) {
  for (const auto& stream : streams) works_.push_back(std::make_unique<Work>(stream));
  thread_ = std::thread([this] { run(); });
}

void Maintenance::wake() {
  {
    const std::lock_guard lock(mutex_);
    woken_ = true;
  }
  changed_.notify_one();
}

void Maintenance::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void Maintenance::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    woken_ = false;
    lock.unlock();
    bool is_done = true;
    for (const auto& work : works_) is_done = maintain(*work) && is_done;
    lock.lock();
    changed_.wait_for(lock, is_done ? options_.retention_interval : options_.retry_interval,
                      [this] { return woken_ || stopping_; });
  }
}

bool Maintenance::maintain(Work& work) {
  if (work.state.failed) return true;  // what is on the disk stays as it is until the next start
  const auto sealed = seal(work);
  const auto removed = work.retention.apply(options_.clock());
  if (removed && *removed) outcomes_.wake();
  auto spare = sealed;
  const auto& spare_state = work.state.spare;
  if (sealed && spare_state.is_wanted() && (spare_state.is_needed() || !work.retention.is_near())) {
    spare = make_spare(work);
    if (spare) outcomes_.wake();
  }
  const auto written = sealed ? work.checkpoints.write_if_due() : IoResult<void>();

  if (!spare && work.state.spare.is_wanted() && work.state.spare.refuse(spare.error().message)) outcomes_.wake();
  const auto trouble = !sealed ? sealed : !spare ? spare : written;
  if (trouble && removed) {
    work.trouble.clear();
    return true;
  }
  tell(work, trouble ? removed.error() : trouble.error());
  return false;
}

void Maintenance::tell(Work& work, const IoError& error) {
  if (work.trouble == error.message) return;
  work.trouble = error.message;
  outcomes_.notice("stream " + work.state.options.name + ": " + error.message);
}

IoResult<void> Maintenance::seal(Work& work) {
  const auto& files = work.state.files;
  while (const auto full = work.state.segments.next_to_seal()) {
    const auto noted = work.state.segments.take_contents(full->header->number);
    auto scan = noted ? as_scanned(*full, *noted) : read_back(files, *full);
    if (!scan) return scan.error();
    const auto sealed = files.seal_segment(*full->header, *scan);
    if (!sealed) return sealed.error();
    work.checkpoints.sealed(full->header->number, encode_topics(scan->contents.topics));
    work.state.segments.seal(full->header->number, *sealed);
    work.state.used_notes.give(std::move(scan->contents));
    let_leave_cache(files, full->header->number);
  }
  return {};
}

/// The segment before those that were sealed last. Who reads that far back reads in one go; what is written next gets
/// its pages, and pages that were in use a moment ago are cheaper to write to than others.
void Maintenance::let_leave_cache(const StreamFiles& files, std::uint64_t number) {
  constexpr std::uint64_t kCached = 2;
  if (number <= kCached) return;
  const auto file = files.files().open(files.segment(number - kCached), FileSystem::Open::read);
  if (file) (*file)->leave_cache();
}

IoResult<void> Maintenance::make_spare(Work& work) {
  const auto& files = work.state.files;
  const auto path = files.spare();
  auto file = files.files().open(path, FileSystem::Open::write);
  if (!file && file.error().number == ENOENT) file = files.files().open(path, FileSystem::Open::create);
  if (!file) return file.error();
  if (const auto reserved = (*file)->reserve(work.state.options.segment_bytes); !reserved) {
    (void)files.files().remove(path);  // what it has taken may be needed elsewhere
    return reserved.error();
  }
  if (const auto filled = fill(work, **file); !filled) {
    (void)files.files().remove(path);  // what a sync has refused is not asked again
    return filled.error();
  }
  work.state.spare.offer(std::move(*file));
  return {};
}

/// Writes zeros over the room of a new spare. A block that was never written costs its first commit as much again: the
/// file system has to note that it is in use, and sync the note. Given up when a batch waits for the spare: it may be
/// used as it is. In small pieces, as commits of other segments wait for the same disk.
IoResult<void> Maintenance::fill(Work& work, File& file) {
  constexpr std::uint64_t kPiece = 1U << 20U;
  const auto size = work.state.options.segment_bytes;
  for (std::uint64_t offset = 0; offset < size && !work.state.spare.is_needed() && !is_stopping(); offset += kPiece) {
    const auto piece = static_cast<std::size_t>(std::min(size - offset, kPiece));
    if (const auto written = file.write_zeros(offset, piece); !written) return written;
  }
  return file.sync();
}

bool Maintenance::is_stopping() {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

}  // namespace fanfare::broker::journal
