#include "broker/journal/recovery.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "broker/journal/found_segments.hpp"
#include "broker/journal/kept_state.hpp"
#include "broker/journal/stream_word.hpp"

namespace fanfare::broker::journal {
namespace {

using runtime::Error;
using runtime::Result;

constexpr std::string_view kNewEpoch = "new-epoch";

/// Greater than `last`, by the clock if that is ahead of it.
Uuid epoch_after(const Uuid& last, const Options& options) {
  constexpr std::int64_t kMillisecond = 1'000;
  const auto random = options.random().bytes;
  const auto now = static_cast<std::uint64_t>(std::max<std::int64_t>(options.clock(), 0) / kMillisecond);
  const auto epoch = Uuid::version7(now, random);
  if (epoch > last) return epoch;
  std::uint64_t milliseconds = 0;
  for (std::size_t i = 0; i < 6; ++i) milliseconds = milliseconds << 8U | last.bytes[i];
  return Uuid::version7(milliseconds + 1, random);
}

/// A mark may name an epoch that was cut off: `after <epoch>`.
Uuid epoch_of_mark(std::string_view text) {
  constexpr std::string_view kAfter = "after ";
  constexpr std::size_t kUuidSize = 36;
  const auto at = text.find(kAfter);
  if (at == std::string_view::npos) return {};
  return Uuid::parse(text.substr(at + kAfter.size(), kUuidSize)).value_or(Uuid{});
}

std::string first_line(std::string_view text) { return std::string(text.substr(0, text.find('\n'))); }

class Recovery {
 public:
  Recovery(StreamState& stream, const Options& options, std::vector<std::string>& notices)
      : stream_(stream), files_(stream.files), options_(options), notices_(notices) {}

  Result<Recovered> run() {
    const auto word = read_word(files_);
    if (!word) return Error{word.error().message};
    auto found = find_segments(files_, *word);
    if (!found) return found.error();
    segments_ = std::move(found->segments);
    torn_batches_ = found->torn_batches;
    auto kept = read_kept(stream_, options_, segments_, notices_);
    if (!kept) return kept.error();
    recovered_.kept = std::move(kept->kept);
    recovered_.checkpoint_segment = kept->checkpoint_segment;
    recovered_.checkpoint_size = kept->checkpoint_size;
    if (const auto chosen = choose_epoch(*word); !chosen) return chosen.error();

    recovered_.start.next = recovered_.kept.head.sequence + 1;
    recovered_.start.last_topic = recovered_.kept.last_topic;
    recovered_.start.last_segment = segments_.empty() ? 0 : segments_.back().header.number;
    const auto ready = goes_on(*word) ? go_on() : begin_next();
    if (!ready) return ready.error();
    return std::move(recovered_);
  }

 private:
  Result<void> choose_epoch(const std::optional<StreamWord>& word) {
    const auto mark = files_.read_all(kNewEpoch);
    if (!mark) return Error{mark.error().message};
    is_marked_ = mark->has_value();
    const auto last = segments_.empty() ? Uuid{} : segments_.back().header.epoch;
    std::string why;
    if (segments_.empty()) {
      why = "it holds nothing";
    } else if (is_marked_) {
      why = first_line(**mark);
    } else if (stream_.options.durability == Durability::flush && !was_closed(word) &&
               (!word || word->boot_id != options_.boot_id)) {
      why = "the machine has stopped before all of it was synced";
    }
    auto& epoch = recovered_.kept.head.epoch;
    epoch = last;
    if (!why.empty()) {
      is_new_epoch_ = true;
      epoch = epoch_after(std::max(last, is_marked_ ? epoch_of_mark(**mark) : Uuid{}), options_);
      const bool is_first_start = segments_.empty() && !word;  // nothing is lost, so there is nothing to tell
      if (!is_first_start) {
        notices_.push_back("stream " + stream_.options.name + ": epoch " + epoch.to_string() + " begins, because " +
                           why);
      }
    }
    recovered_.start.epoch = epoch;
    return {};
  }

  /// Whether the journal was closed, and is as it was then.
  [[nodiscard]] bool was_closed(const std::optional<StreamWord>& word) const {
    return word && word->is_closed && !segments_.empty() && word->segment == segments_.back().header.number &&
           word->data_end == segments_.back().data_end();
  }

  [[nodiscard]] bool goes_on(const std::optional<StreamWord>& word) const {
    return !is_new_epoch_ && torn_batches_ == 0 && was_closed(word) && !segments_.back().seal;
  }

  Result<void> go_on() {
    auto file = open_last();
    if (!file) return Error{file.error().message};
    if (const auto reserved = (*file)->reserve(stream_.options.segment_bytes); !reserved) {
      return begin_next();  // somebody cut it
    }
    recovered_.file = std::move(*file);
    recovered_.start.active = segments_.back().header;
    recovered_.start.data_end = segments_.back().data_end();
    fill_table();
    recovered_.start.contents = std::move(segments_.back().scan->contents);
    return write_word();
  }

  IoResult<std::unique_ptr<File>> open_last() {
    auto file = files_.files().open(files_.segment(segments_.back().header.number), FileSystem::Open::write);
    if (!file) return file.error();
    if (const auto written = write_again(**file); !written) return written.error();
    if (const auto synced = (*file)->sync(); !synced) return synced.error();
    return file;
  }

  /// After a sync that failed the system may take for written what is not: it would be read back now, no sync would
  /// ever write it, and a loss of power would take what was delivered since. So it is written again.
  IoResult<void> write_again(File& file) {
    constexpr std::size_t kPiece = 1U << 20U;
    const auto& scan = segments_.back().scan;
    if (!scan) return {};
    for (auto offset = scan->unsynced_at; offset < scan->data_end;) {
      const auto size = std::min<std::uint64_t>(kPiece, scan->data_end - offset);
      const auto bytes = file.read(offset, static_cast<std::size_t>(size));
      if (!bytes) return bytes.error();
      if (bytes->empty()) return {};
      if (const auto written = file.write(offset, std::array<std::string_view, 1>{*bytes}); !written) return written;
      offset += bytes->size();
    }
    return {};
  }

  Result<void> begin_next() {
    if (!segments_.empty() && !segments_.back().seal) {
      if (const auto sealed = seal_last(); !sealed) return sealed.error();
    }
    fill_table();
    auto file = make_spare();
    if (!file && file.error().number != ENOSPC) return Error{file.error().message};
    if (!file) {
      notices_.push_back("stream " + stream_.options.name +
                         " takes nothing until there is room: " + file.error().message);
      return {};  // the word stays as it is: no segment was begun since
    }
    auto& start = recovered_.start;
    start.active = SegmentHeader{.last_topic = start.last_topic,
                                 .number = start.last_segment + 1,
                                 .epoch = start.epoch,
                                 .first = start.next,
                                 .created = options_.clock(),
                                 .salt = salt_from(options_.random())};
    start.last_segment = start.active->number;
    if (const auto begun = files_.begin_segment(**file, *start.active); !begun) return Error{begun.error().message};
    recovered_.file = std::move(*file);
    stream_.segments.add({.header = std::make_shared<const SegmentHeader>(*start.active), .last = start.next - 1});
    if (is_marked_) {
      const auto gone = files_.files().remove(files_.path(kNewEpoch));
      if (!gone) return Error{gone.error().message};
    }
    return write_word();
  }

  Result<void> seal_last() {
    auto& last = segments_.back();
    const auto path = files_.segment(last.header.number);
    if (torn_batches_ > 0) {
      notices_.push_back(path + ": a torn tail of " + std::to_string(torn_batches_) + " batches from offset " +
                         std::to_string(last.data_end()) + " on was left out; none of it was acknowledged");
    }
    const auto file = open_last();
    if (!file) return Error{file.error().message};
    const auto sealed = files_.seal_segment(last.header, *last.scan);
    if (!sealed && sealed.error().number != ENOSPC) return Error{sealed.error().message};
    if (sealed) last.seal = *sealed;  // else maintenance tries again
    return {};
  }

  IoResult<std::unique_ptr<File>> make_spare() {
    auto file = files_.files().open(files_.spare(), FileSystem::Open::write);
    if (!file && file.error().number == ENOENT) file = files_.files().open(files_.spare(), FileSystem::Open::create);
    if (!file) return file.error();
    if (const auto reserved = (*file)->reserve(stream_.options.segment_bytes); !reserved) return reserved.error();
    return file;
  }

  void fill_table() {
    for (auto& segment : segments_) {
      stream_.segments.add(segment.held(), segment.seal ? std::vector<IndexEntry>() : segment.scan->contents.index);
    }
  }

  Result<void> write_word() {
    if (const auto written = write_open(files_, options_.boot_id); !written) return Error{written.error().message};
    return {};
  }

  StreamState& stream_;
  const StreamFiles& files_;
  const Options& options_;
  std::vector<std::string>& notices_;
  std::vector<FoundSegment> segments_;
  std::uint64_t torn_batches_ = 0;
  bool is_marked_ = false;
  bool is_new_epoch_ = false;
  Recovered recovered_;
};

}  // namespace

Result<Recovered> recover(StreamState& stream, const Options& options, std::vector<std::string>& notices) {
  return Recovery(stream, options, notices).run();
}

}  // namespace fanfare::broker::journal
