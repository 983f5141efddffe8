#include "broker/journal/verify.hpp"

#include <algorithm>
#include <charconv>
#include <unordered_map>

#include "broker/journal/checkpoint_format.hpp"
#include "broker/journal/offline.hpp"
#include "broker/journal/segment_check.hpp"
#include "broker/journal/stream_files.hpp"

namespace fanfare::broker::journal {
namespace {

constexpr std::string_view kCheckpoint = "checkpoint";
constexpr std::string_view kState = "state";
constexpr std::string_view kNewEpoch = "new-epoch";

struct Closed {
  std::uint64_t segment = 0;
  std::uint64_t data_end = 0;
};

/// `closed <segment> <data end>`
std::optional<Closed> closed_in(std::string_view text) {
  constexpr std::string_view kClosed = "closed ";
  if (!text.starts_with(kClosed)) return std::nullopt;
  text.remove_prefix(kClosed.size());
  Closed closed;
  const auto* const end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, closed.segment);
  if (first.ec != std::errc() || first.ptr == end || *first.ptr != ' ') return std::nullopt;
  const auto second = std::from_chars(first.ptr + 1, end, closed.data_end);
  if (second.ec != std::errc()) return std::nullopt;
  return closed;
}

/// Verifies one stream.
class Verification {
 public:
  Verification(FileSystem& files, StreamReport& report)
      : files_(files, report.folder), report_(report), segments_(files, report) {}

  IoResult<void> run() {
    const auto names = files_.files().list(report_.folder);
    if (!names) return names.error();
    for (const auto& name : *names) {
      if (const auto number = segment_number(name)) numbers_.push_back(*number);
      if (name == kNewEpoch) report_.notes.emplace_back("the next start begins a new epoch");
    }
    const auto text = files_.read_all(kState);
    closed_ = text && *text ? closed_in(**text) : std::nullopt;
    const auto checkpoint = files_.read_all(kCheckpoint);
    std::optional<CheckpointView> listed;
    if (checkpoint && *checkpoint) listed = CheckpointView::open(**checkpoint);
    for (std::size_t i = 0; i < numbers_.size(); ++i) {
      if (i > 0 && numbers_[i] != numbers_[i - 1] + 1) segments_.miss(numbers_[i - 1] + 1);
      segments_.check(numbers_[i], expected(i));
      if (listed && listed->segment == numbers_[i]) check_checkpoint(*listed);
    }
    // An earlier one may be named when the next start had begun a segment and died.
    if (closed_ && !numbers_.empty() && closed_->segment > numbers_.back()) segments_.miss(closed_->segment);
    if (!checkpoint || (*checkpoint && !listed)) bad_file(kCheckpoint, "it is damaged");
    if (listed && !numbers_.empty() && listed->segment > numbers_.back()) {
      bad_file(kCheckpoint, "it was taken after segment " + std::to_string(listed->segment) + ", which is not there");
    }
    check_state(text);
    const auto& batches = segments_.batches();
    report_.records = batches.records();
    report_.first = batches.first();
    if (batches.last() > 0) report_.last = Position{batches.last_epoch(), batches.last()};
    return {};
  }

 private:
  SegmentCheck::Expected expected(std::size_t at) {
    SegmentCheck::Expected expected{.is_recent = at + 2 >= numbers_.size()};
    const bool is_last = at + 1 == numbers_.size();
    if (is_last && closed_ && closed_->segment == numbers_[at]) expected.closed_at = closed_->data_end;
    if (!is_last && numbers_[at + 1] == numbers_[at] + 1) expected.next = header(numbers_[at + 1]);
    return expected;
  }

  std::optional<SegmentHeader> header(std::uint64_t number) {
    const auto file = files_.files().open(files_.segment(number), FileSystem::Open::read);
    if (!file) return std::nullopt;
    const auto bytes = (*file)->read(0, kSegmentHeaderSize);
    return bytes ? decode_segment_header(*bytes) : std::nullopt;
  }

  /// After the segment it was taken after: the topics that it lists are as they are now. It may lack some whose
  /// segments were being removed then, and came back with a loss of power.
  void check_checkpoint(const CheckpointView& checkpoint) {
    const auto& batches = segments_.batches();
    if (!batches.is_complete() || batches.first() == 0) return;  // or all of its records were removed
    bool is_right = checkpoint.last_topic >= batches.last_topic();
    checkpoint.topics.for_each([&](const ListedTopic& topic) {
      if (topic.head < batches.first()) return;  // retention has removed its records since
      const auto found = batches.topics().find(topic.number);
      is_right = is_right && found != batches.topics().end() && found->second.head == topic.head &&
                 found->second.name == topic.name;
    });
    if (!is_right) bad_file(kCheckpoint, "it does not list what the segments hold");
  }

  void check_state(const IoResult<std::optional<std::string>>& text) {
    if (!text) return bad_file(kState, text.error().message);
    if (*text && !closed_ && !(*text)->starts_with("open ")) bad_file(kState, "it says neither open nor closed");
  }

  void bad_file(std::string_view file, std::string what) {
    segments_.report({.file = std::string(file), .what = std::move(what), .rebuilt = true});
  }

  StreamFiles files_;
  StreamReport& report_;
  SegmentCheck segments_;
  std::vector<std::uint64_t> numbers_;
  std::optional<Closed> closed_;
};

}  // namespace

IoResult<std::vector<StreamReport>> verify(FileSystem& files, const std::string& folder) {
  const auto streams = stream_folders(files, folder);
  if (!streams) return streams.error();
  std::vector<StreamReport> reports;
  for (const auto& stream : *streams) {
    auto& report = reports.emplace_back();
    report.stream = stream.name;
    report.folder = stream.path;
    if (const auto done = Verification(files, report).run(); !done) return done.error();
  }
  return reports;
}

}  // namespace fanfare::broker::journal
