// Reading back: as late and as little at a time as the port allows.

#include <algorithm>

#include "protocol/topic.hpp"
#include "tests/simulation/sim_journal.hpp"

namespace fanfare::simulation {

using broker::core::IdLookedUp;
using broker::core::ReadDone;

void SimJournal::open_reader(broker::core::ReaderId id, broker::core::ReaderSpec spec) {
  readers_.insert_or_assign(id, Reader{.spec = std::move(spec)});
}

void SimJournal::read(const broker::core::ReadRequest& request) { reads_.push_back(request); }

void SimJournal::close_reader(broker::core::ReaderId id) {
  readers_.erase(id);
  std::erase_if(reads_, [&](const auto& request) { return request.reader == id; });
}

void SimJournal::look_up(const broker::core::IdLookup& lookup) { look_ups_.push_back(lookup); }

bool SimJournal::answer(std::uint32_t count) {
  bool any = false;
  for (std::uint32_t i = 0; i < count && !reads_.empty(); ++i, any = true) {
    const auto request = reads_.front();
    reads_.pop_front();
    answer_read(request);
  }
  for (std::uint32_t i = 0; i < count && !look_ups_.empty(); ++i, any = true) {
    const auto lookup = look_ups_.front();
    look_ups_.pop_front();
    answer_look_up(lookup);
  }
  return any;
}

/// The sequence that the reader begins after.
std::uint64_t SimJournal::begin(const Stream& of, const broker::core::ReaderSpec& spec) {
  // A position of the present epoch counts by its sequence, also where an earlier epoch's records stand there.
  if (!spec.time && spec.after.epoch == of.epoch) return std::max(spec.after.sequence, of.first - 1);
  auto sequence = of.first;
  for (const auto& one : of.records) {
    const Position position{one.epoch, sequence};
    if (spec.time ? one.timestamp >= *spec.time : position > spec.after) break;
    ++sequence;
  }
  return sequence - 1;
}

void SimJournal::answer_read(const broker::core::ReadRequest& request) {
  const auto found = readers_.find(request.reader);
  if (found == readers_.end()) return;
  auto& reader = found->second;
  const auto& of = stream(reader.spec.stream);
  ReadDone done{.reader = request.reader, .epoch = of.epoch};
  if (!std::exchange(reader.begun, true)) {
    reader.through = begin(of, reader.spec);
    const auto& after = reader.spec.after;
    const bool is_held = std::ranges::any_of(of.records, [&](const Stored& one) { return one.epoch == after.epoch; });
    if ((after.epoch == of.epoch || is_held) && after.sequence + 1 < of.first) {
      done.missing.emplace(ReadDone::Missing{.from = after.sequence + 1, .to = of.first - 1});
    } else if (!after.epoch.is_nil() && after.epoch < of.epoch && !is_held && of.first > 1) {
      done.missing.emplace(ReadDone::Missing{.from = 0, .to = of.first - 1});
    }
  } else if (reader.through + 1 < of.first) {
    done.missing.emplace(ReadDone::Missing{.from = reader.through + 1, .to = of.first - 1});
    reader.through = of.first - 1;
  }
  auto records = std::make_shared<std::string>();
  auto through = of.epoch;
  for (auto left = scan_; left > 0 && reader.through < std::min(request.until, of.head()); --left) {
    const auto& one = of.records[reader.through + 1 - of.first];
    if (done.count > 0 && one.epoch != done.epoch) break;
    through = one.epoch;
    const auto matches = [&](const auto& pattern) { return protocol::matches(pattern, of.names.at(one.topic)); };
    if (std::ranges::any_of(reader.spec.patterns, matches)) {
      if (request.max_count > 0 && done.count == request.max_count) break;
      if (done.count > 0 && records->size() + one.record.size() > request.max_bytes) break;
      done.epoch = one.epoch;
      records->append(one.record);
      ++done.count;
    }
    ++reader.through;
  }
  if (done.count > 0) done.records = std::move(records);
  done.through = {through, reader.through};
  events_.emplace_back(std::move(done));
}

void SimJournal::answer_look_up(const broker::core::IdLookup& lookup) {
  const auto& of = stream(lookup.stream);
  IdLookedUp answer{.number = lookup.number, .outcome = IdLookedUp::Outcome::absent};
  if (lookup.after + 1 < of.first) answer.outcome = IdLookedUp::Outcome::unknown;
  auto sequence = of.first;
  for (const auto& one : of.records) {
    const auto at = sequence++;
    if (at <= lookup.after || one.epoch != of.epoch || one.id != lookup.id) continue;
    answer.outcome = IdLookedUp::Outcome::found;
    answer.sequence = at;
    answer.fingerprint = one.fingerprint;
    break;
  }
  events_.emplace_back(answer);
}

}  // namespace fanfare::simulation
