// What a group finds in its stream, and the bytes of what it hands out: from the page at hand, from what was committed
// lately, or from the journal.

#include <algorithm>
#include <utility>

#include "broker/core/groups/entry.hpp"
#include "broker/core/groups/own_streams.hpp"

namespace fanfare::broker::core::groups {

namespace {

// What is copied of the recent records around one that was looked at long ago: its neighbours are often next.
constexpr std::size_t kAround = 32U << 10U;

}  // namespace

std::size_t Groups::page_bytes() const { return std::min(settings_.page, std::max(settings_.outbox / 4, 1U)); }

bool Groups::reaches(Topic& topic, EntryId entry) {
  if (topic.groups_generation != index_.generation()) {
    topic.groups = index_.match(topic.name);
    topic.groups_generation = index_.generation();
  }
  return std::ranges::binary_search(topic.groups, entry);
}

// ---- Looking further

/// Whether it may go on at once.
bool Groups::scan(Entry& entry) {
  if (entry.stream == nullptr || draining_) return false;
  auto& stream = *entry.stream;
  auto& slot = entry.scanning;
  if (slot.answer) take_page(entry);
  if (entry.caught_up || slot.reading) return false;
  if (!entry.page_is_new && entry.group.scanned() >= stream.head.sequence) {
    entry.caught_up = true;
    close(slot);
    return false;
  }
  if (!entry.group.wants_more()) return false;
  if (budget_ == 0) return true;
  if (!entry.page_is_new && !scan_recent(entry, stream)) {
    if (slot.reader != 0 && slot.reader_at != entry.group.scanned()) close(slot);
    ask(entry, slot, stream, entry.settings().pattern, entry.group.scanned());
    return false;
  }
  const auto& page = slot.page;
  while (entry.next_spot < page.spots.size() && entry.group.wants_more()) {
    const auto& spot = page.spots[entry.next_spot++];
    entry.group.found(spot.sequence, spot.topic);
  }
  if (entry.next_spot == page.spots.size()) {
    entry.page_is_new = false;
    entry.group.scanned_to(page.through);
  }
  return true;
}

/// The next page from the records that are still in memory; false when they do not reach back so far.
bool Groups::scan_recent(Entry& entry, Stream& stream) {
  const auto after = entry.group.scanned();
  if (after + 1 < stream.first || !stream.recent.begin_by(after)) return false;
  close(entry.scanning);
  Page page{.epoch = stream.head.epoch, .records = std::make_shared<std::string>(), .through = stream.head.sequence};
  std::size_t looked_at = 0;
  stream.recent.visit(after, [&](const RecordView& record) {
    const auto topic = topics_.by_number(stream.number, record.topic);
    const bool matches = topic && reaches(*topic, entry.id);
    const bool is_full = looked_at >= page_bytes();
    if (is_full || record.sequence > stream.head.sequence) {
      page.through = record.sequence - 1;
      return false;
    }
    looked_at += record.bytes.size();
    if (matches) page.add(record);
    return true;
  });
  budget_ -= std::min(budget_, looked_at);
  entry.scanning.page = std::move(page);
  entry.next_spot = 0;
  entry.page_is_new = true;
  return true;
}

/// The journal's answer becomes the page to look through.
void Groups::take_page(Entry& entry) {
  auto& slot = entry.scanning;
  const auto done = *std::exchange(slot.answer, std::nullopt);
  if (done.missing) gap(entry, done.missing->from, done.missing->to);
  slot.page = {.epoch = done.epoch, .records = done.records, .through = done.through.sequence};
  if (!slot.page.records) slot.page.records = std::make_shared<std::string>();
  std::string_view rest = *slot.page.records;
  std::size_t at = 0;
  for (RecordView record; cut_record(rest, record); at += record.bytes.size()) {
    slot.page.spots.push_back({record.sequence, record.topic, at, record.bytes.size()});
  }
  slot.reader_at = done.through.sequence;
  entry.next_spot = 0;
  entry.page_is_new = true;
}

/// Something the group had not finished is not held any more: nobody can be handed it.
void Groups::gap(Entry& entry, std::uint64_t from, std::uint64_t to) {
  ++counters_.group_gaps;
  const auto& state = entry.group.state();
  effects_.notice("group " + entry.name + ": stream " + state.stream + " does not hold " + std::to_string(from) +
                  " to " + std::to_string(to) + " any more, which the group had not finished");
  publishing_.announce("$sys.event.group_gap",
                       {{"group", entry.name},
                        {"stream", state.stream},
                        {"epoch", state.epoch.to_string()},
                        {"from", std::to_string(from)},
                        {"to", std::to_string(to)}},
                       {}, now_);
}

// ---- Finding one again

Groups::Fetched Groups::fetch(Entry& entry, std::uint64_t sequence, Found& found) {
  if (entry.stream == nullptr) return Fetched::gone;
  const auto& page = entry.scanning.page;
  if (const auto* spot = page.find(sequence)) {
    found = {.bytes = page.bytes(*spot), .epoch = page.epoch, .topic = spot->topic};
    return Fetched::found;
  }
  return fetch(entry, entry.again, *entry.stream, entry.settings().pattern, sequence, found);
}

Groups::Fetched Groups::fetch_letter(Entry& entry, std::uint64_t dead, Found& found) {
  return fetch(entry, entry.letters, *dead_stream_, dead_topic(entry.name), dead, found);
}

Groups::Fetched Groups::fetch(Entry& entry, Slot& slot, Stream& stream, const std::string& pattern,
                              std::uint64_t sequence, Found& found) {
  auto& page = slot.page;
  const auto at_hand = [&] {
    const auto* spot = page.find(sequence);
    if (spot == nullptr) return Fetched::gone;
    found = {.bytes = page.bytes(*spot), .epoch = page.epoch, .topic = spot->topic};
    return Fetched::found;
  };
  if (slot.answer) {
    const auto done = *std::exchange(slot.answer, std::nullopt);
    page = {.epoch = done.epoch, .records = done.records, .through = done.through.sequence};
    if (!page.records) page.records = std::make_shared<std::string>();
    std::string_view rest = *page.records;
    std::size_t at = 0;
    for (RecordView record; cut_record(rest, record); at += record.bytes.size()) {
      page.spots.push_back({record.sequence, record.topic, at, record.bytes.size()});
    }
    slot.reader_at = done.through.sequence;
    // It has looked for this one: either it is here, or behind what could be looked through at once, or gone.
    if (slot.wanted == sequence && at_hand() == Fetched::gone) {
      if (page.through < sequence) {
        ask(entry, slot, stream, pattern, slot.reader_at);
        return Fetched::waits;
      }
      close(slot);
      return Fetched::gone;
    }
    close(slot);
  }
  if (at_hand() == Fetched::found) return Fetched::found;
  if (slot.reading) return Fetched::waits;
  if (sequence < stream.first || sequence > stream.head.sequence) return Fetched::gone;
  if (!stream.recent.begin_by(sequence - 1)) {
    if (budget_ == 0) {
      enqueue(entry);
      return Fetched::waits;
    }
    close(slot);
    slot.wanted = sequence;
    ask(entry, slot, stream, pattern, sequence - 1);
    return Fetched::waits;
  }
  page = {.epoch = stream.head.epoch, .records = std::make_shared<std::string>(), .through = 0};
  stream.recent.visit(sequence - 1, [&](const RecordView& record) {
    if (!page.spots.empty() && page.records->size() + record.bytes.size() > kAround) return false;
    page.add(record);
    return true;
  });
  budget_ -= std::min(budget_, page.records->size());
  return at_hand();
}

// ---- The journal's readers

void Groups::ask(Entry& entry, Slot& slot, Stream& stream, const std::string& pattern, std::uint64_t after) {
  if (slot.reader == 0) {
    slot.reader = readers_.open(
        {.stream = stream.number, .after = {stream.head.epoch, after}, .time = {}, .patterns = {pattern}});
    by_reader_.emplace(slot.reader, entry.id);
  }
  slot.reading = true;
  readers_.read({.reader = slot.reader, .until = stream.head.sequence, .max_bytes = page_bytes()});
}

void Groups::close(Slot& slot) {
  slot.reading = false;
  slot.answer.reset();
  if (slot.reader == 0) return;
  by_reader_.erase(slot.reader);
  readers_.close(std::exchange(slot.reader, 0));
}

bool Groups::answered(ReadDone& done) {
  if (load_reader_ != 0 && done.reader == load_reader_) {
    load(done);
    return true;
  }
  const auto found = by_reader_.find(done.reader);
  if (found == by_reader_.end()) return false;
  auto& entry = *by_id_.at(found->second);
  for (auto* slot : {&entry.scanning, &entry.again, &entry.letters}) {
    if (slot->reader != done.reader) continue;
    slot->reading = false;
    slot->answer = std::move(done);
    break;
  }
  enqueue(entry);
  return true;
}

}  // namespace fanfare::broker::core::groups
