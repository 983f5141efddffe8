#include "broker/core/groups/state_format.hpp"

#include <utility>

#include "broker/core/groups/group_limits.hpp"
#include "protocol/topic.hpp"
#include "protocol/wire.hpp"

namespace fanfare::broker::core::groups {
namespace {

// payload  = version kind group *item          ; kind 1, changes
//          = version kind group part last [head] *item   ; kind 0, snapshot; head only in part 0
//          = version kind group                ; kind 2, dropped
// Numbers are little-endian, as on the wire.

constexpr std::uint8_t kFormat = 1;

enum class Kind : std::uint8_t { snapshot = 0, changes = 1, dropped = 2 };
constexpr Kind last_value(Kind) { return Kind::dropped; }

enum class Item : std::uint8_t { finished = 0, failures = 1, dead = 2, returned = 3, dropped = 4, floor = 5, term = 6 };
constexpr Item last_value(Item) { return Item::term; }

// What the runs of one record hold together at most, so that a short record can't ask for all memory.
constexpr std::uint64_t kMaxSequences = 1U << 21U;
constexpr std::size_t kLargestItem = 1 + 8 + 8;

/// Cuts what is written into payloads of bounded size.
class Pieces {
 public:
  Pieces(Kind kind, std::string_view group) : kind_(kind), group_(group) { begin(); }

  std::string& bytes() { return pieces_.back(); }

  template <class... Fields>
  void item(Item item, std::uint64_t sequences, const Fields&... fields) {
    if (bytes().size() + kLargestItem > kMaxStatePayload || sequences_ + sequences > kMaxSequences) begin();
    sequences_ += sequences;
    protocol::Writer writer(bytes());
    writer(item, fields...);
  }

  void run(Item what, std::uint64_t first, std::uint64_t last) {
    for (; last - first >= kMaxSequences; first += kMaxSequences) {
      item(what, kMaxSequences, first, first + kMaxSequences - 1);
    }
    item(what, last - first + 1, first, last);
  }

  void runs(Item what, const IntervalSet& set) {
    for (const auto& [first, last] : set.runs()) run(what, first, last);
  }

  /// Neighbours in the list become one run.
  void runs(Item what, const std::vector<std::uint64_t>& list) {
    for (std::size_t at = 0; at < list.size();) {
      auto end = at + 1;
      while (end < list.size() && list[end] == list[end - 1] + 1) ++end;
      run(what, list[at], list[end - 1]);
      at = end;
    }
  }

  std::vector<std::string> take() {
    if (kind_ == Kind::snapshot) pieces_.back()[last_at_] = 1;
    return std::move(pieces_);
  }

 private:
  void begin() {
    auto& bytes = pieces_.emplace_back();
    sequences_ = 0;
    protocol::Writer writer(bytes);
    writer(kFormat, kind_, protocol::ShortText(group_));
    if (kind_ != Kind::snapshot) return;
    writer(static_cast<std::uint32_t>(pieces_.size() - 1));
    last_at_ = bytes.size();
    writer(std::uint8_t{0});
  }

  Kind kind_;
  std::string_view group_;
  std::vector<std::string> pieces_;
  std::size_t last_at_ = 0;
  std::uint64_t sequences_ = 0;
};

std::uint32_t in_ms(std::chrono::milliseconds time) { return static_cast<std::uint32_t>(time.count()); }

bool is_sequence(std::uint64_t number) { return number >= 1 && number <= kMaxSequence; }

bool read_head(protocol::Reader& reader, GroupState& state) {
  protocol::ShortText pattern;
  protocol::ShortText stream;
  std::uint32_t ack_wait = 0;
  std::vector<std::uint32_t> back_off;
  auto& settings = state.settings;
  reader(settings.order, pattern, ack_wait, settings.max_deliver, settings.max_pending, back_off, stream, state.epoch,
         state.floor, state.term);
  if (!reader.ok() || state.floor > kMaxSequence) return false;
  settings.pattern = pattern;
  settings.ack_wait = std::chrono::milliseconds(ack_wait);
  settings.back_off.clear();
  for (const auto delay : back_off) settings.back_off.emplace_back(delay);
  state.stream = stream;
  const bool only_elects = settings.pattern.empty();
  if (only_elects ? settings.order != protocol::GroupOrder::exclusive : !protocol::is_pattern(settings.pattern)) {
    return false;
  }
  return only_elects == state.stream.empty() && wrong_limit(settings).empty();
}

/// An item as it was read.
struct Read {
  Item item{};
  std::uint64_t one = 0;
  std::uint64_t other = 0;  ///< of a run: its last
};

/// The next item; false when the bytes are none.
bool read_item(protocol::Reader& reader, Read& read, std::uint64_t& sequences) {
  reader(read.item, read.one);
  switch (read.item) {
    case Item::finished:
    case Item::dead:
    case Item::dropped:
      reader(read.other);
      if (!is_sequence(read.one) || !is_sequence(read.other) || read.other < read.one) return false;
      if (read.other - read.one >= kMaxSequences - sequences) return false;
      sequences += read.other - read.one + 1;
      return reader.ok();
    case Item::failures: {
      std::uint32_t count = 0;
      reader(count);
      read.other = count;
      return reader.ok() && is_sequence(read.one) && count > 0;
    }
    case Item::returned:
      reader(read.other);
      return reader.ok() && is_sequence(read.one) && is_sequence(read.other);
    case Item::floor:
    case Item::term:
      return reader.ok() && read.one > 0 && read.one <= kMaxSequence;
  }
  return false;
}

bool add(GroupState& state, const Read& read) {
  switch (read.item) {
    case Item::finished:
      state.finished.add(read.one, read.other);
      return true;
    case Item::failures:
      return state.failures.emplace(read.one, static_cast<std::uint32_t>(read.other)).second;
    case Item::dead:
      state.dead.add(read.one, read.other);
      return true;
    case Item::returned:
      return state.returned.emplace(read.one, read.other).second;
    case Item::dropped:
    case Item::floor:
    case Item::term:
      return false;
  }
  return false;
}

void add_run(std::vector<std::uint64_t>& list, const Read& read) {
  for (auto one = read.one; one <= read.other; ++one) list.push_back(one);
}

bool add(GroupChanges& changes, const Read& read) {
  switch (read.item) {
    case Item::finished:
      add_run(changes.finished, read);
      return true;
    case Item::failures:
      changes.failures.emplace_back(read.one, static_cast<std::uint32_t>(read.other));
      return true;
    case Item::dead:
      add_run(changes.dead, read);
      return true;
    case Item::returned:
      changes.returned.emplace_back(read.one, read.other);
      return true;
    case Item::dropped:
      add_run(changes.dropped, read);
      return true;
    case Item::floor:
      return std::exchange(changes.floor, read.one) == 0;
    case Item::term:
      return std::exchange(changes.term, read.one) == 0;
  }
  return false;
}

template <class What>
bool read_items(protocol::Reader& reader, What& what) {
  std::uint64_t sequences = 0;
  for (Read read; !reader.done();) {
    if (!read_item(reader, read, sequences) || !add(what, read)) return false;
  }
  return true;
}

}  // namespace

std::vector<std::string> encode_snapshot(const GroupState& state) {
  Pieces pieces(Kind::snapshot, state.name);
  const auto& settings = state.settings;
  std::vector<std::uint32_t> back_off;
  for (const auto delay : settings.back_off) back_off.push_back(in_ms(delay));
  protocol::Writer writer(pieces.bytes());
  writer(settings.order, protocol::ShortText(settings.pattern), in_ms(settings.ack_wait), settings.max_deliver,
         settings.max_pending, back_off, protocol::ShortText(state.stream), state.epoch, state.floor, state.term);
  pieces.runs(Item::finished, state.finished);
  for (const auto& [sequence, count] : state.failures) pieces.item(Item::failures, 0, sequence, count);
  pieces.runs(Item::dead, state.dead);
  for (const auto& [sequence, dead] : state.returned) pieces.item(Item::returned, 0, sequence, dead);
  return pieces.take();
}

std::vector<std::string> encode_changes(std::string_view group, const GroupChanges& changes) {
  Pieces pieces(Kind::changes, group);
  pieces.runs(Item::dead, changes.dead);
  pieces.runs(Item::dropped, changes.dropped);
  pieces.runs(Item::finished, changes.finished);
  for (const auto& [sequence, dead] : changes.returned) pieces.item(Item::returned, 0, sequence, dead);
  for (const auto& [sequence, count] : changes.failures) pieces.item(Item::failures, 0, sequence, count);
  if (changes.floor != 0) pieces.item(Item::floor, 0, changes.floor);
  if (changes.term != 0) pieces.item(Item::term, 0, changes.term);
  return pieces.take();
}

std::string encode_dropped(std::string_view group) { return Pieces(Kind::dropped, group).take().front(); }

std::optional<GroupRecord> decode_group_record(std::string_view payload) {
  protocol::Reader reader(payload);
  std::uint8_t format = 0;
  Kind kind{};
  protocol::ShortText group;
  reader(format, kind, group);
  if (!reader.ok() || format != kFormat || !is_group_name(group)) return std::nullopt;
  GroupRecord record{.group = std::string(group), .what = {}};
  if (kind == Kind::dropped) {
    if (!reader.done()) return std::nullopt;
    record.what.emplace<GroupDropped>();
  } else if (kind == Kind::changes) {
    if (!read_items(reader, record.what.emplace<GroupChanges>())) return std::nullopt;
  } else {
    auto& part = record.what.emplace<SnapshotPart>();
    std::uint8_t last = 0;
    reader(part.part, last);
    if (!reader.ok() || last > 1) return std::nullopt;
    part.last = last == 1;
    part.state.name = record.group;
    if (part.part == 0 && !read_head(reader, part.state)) return std::nullopt;
    if (!read_items(reader, part.state)) return std::nullopt;
  }
  return record;
}

}  // namespace fanfare::broker::core::groups
