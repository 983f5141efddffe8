#include "broker/journal/repair.hpp"

#include <algorithm>
#include <array>
#include <cerrno>

#include "broker/journal/segment_format.hpp"
#include "broker/journal/segment_scan.hpp"
#include "broker/journal/stream_files.hpp"

namespace fanfare::broker::journal {
namespace {

constexpr std::string_view kNewEpoch = "new-epoch";
constexpr std::string_view kKept = "cut-";

/// A folder in the stream's that is not there yet.
std::string free_folder(const std::vector<std::string>& names) {
  for (std::size_t number = 1;; ++number) {
    auto name = std::string(kKept) + std::to_string(number);
    if (std::ranges::find(names, name) == names.end()) return name;
  }
}

IoResult<Repair> plan(FileSystem& files, const StreamReport& report) {
  const auto names = files.list(report.folder);
  if (!names) return names.error();
  Repair repair{.stream = report.stream, .folder = report.folder};
  for (const auto& problem : report.problems) {
    if (!problem.rebuilt) {
      repair.cut = Repair::Cut{.reason = problem,
                               .segment = problem.file,
                               .offset = problem.batch,
                               .last = problem.last,
                               .kept_in = free_folder(*names)};
      break;
    }
    repair.rebuilt.push_back(problem.file);
  }
  if (!repair.cut) return repair;
  for (const auto& name : *names) {
    if (segment_number(name) && name > repair.cut->segment) repair.cut->rest.push_back(name);
  }
  return repair;
}

/// Carries a plan out; each step leaves something that can be repaired again.
class Repairer {
 public:
  Repairer(FileSystem& files, const Repair& repair) : files_(files, repair.folder), repair_(repair) {}

  IoResult<void> run() {
    if (repair_.cut) {
      // First of all: whatever happens from here on, no number is given twice in one epoch.
      const auto why = "it was cut at " + repair_.cut->segment + ", offset " +
                       std::to_string(repair_.cut->reason.offset) + " (" + repair_.cut->reason.what + "), after " +
                       last_epoch(*repair_.cut).to_string() + "\n";
      if (const auto done = files_.replace(kNewEpoch, why); !done) return done;
    }
    for (const auto& name : repair_.rebuilt) {
      if (const auto done = segment_number(name) ? seal_anew(name) : remove(name); !done) return done;
    }
    if (repair_.cut) {
      if (const auto done = cut(*repair_.cut); !done) return done;
    }
    return files_.sync();
  }

 private:
  /// The greatest epoch that is known, also of what is cut off: the next one has to be later.
  Uuid last_epoch(const Repair::Cut& cut) {
    auto epoch = cut.last.epoch;
    auto names = cut.rest;
    names.push_back(cut.segment);
    for (const auto& name : names) {
      const auto file = files_.files().open(files_.path(name), FileSystem::Open::read);
      if (!file) continue;
      const auto page = (*file)->read(0, kSegmentHeaderSize);
      const auto header = page ? decode_segment_header(*page) : std::nullopt;
      if (header) epoch = std::max(epoch, header->epoch);
    }
    return epoch;
  }

  IoResult<void> cut(const Repair::Cut& cut) {
    const auto kept_in = files_.path(cut.kept_in);
    if (const auto done = files_.files().make_folder(kept_in); !done) return done;
    if (const auto done = files_.sync(); !done) return done;
    // They speak of what is cut off.
    if (const auto done = remove("checkpoint"); !done) return done;
    if (const auto done = remove("state"); !done) return done;
    if (cut.offset > 0) {
      if (const auto done = copy(cut.segment, cut.kept_in); !done) return done;
      if (const auto done = files_.files().sync_folder(kept_in); !done) return done;
    }
    // From the last one on, so that there is never a hole between those that stay.
    for (auto name = cut.rest.rbegin(); name != cut.rest.rend(); ++name) {
      if (const auto done = move(*name, cut.kept_in); !done) return done;
    }
    if (cut.offset == 0) return move(cut.segment, cut.kept_in);
    if (const auto done = wipe_seal(cut.segment); !done) return done;
    const auto file = files_.files().open(files_.path(cut.segment), FileSystem::Open::write);
    if (!file) return file.error();
    if (const auto done = (*file)->truncate(cut.offset); !done) return done;
    return (*file)->sync();
  }

  /// The copy is synced before the name is gone, so that no loss of power takes both.
  IoResult<void> move(const std::string& name, const std::string& kept_in) {
    const auto from = files_.files().open(files_.path(name), FileSystem::Open::read);
    if (!from && from.error().number == ENOENT) return {};  // the damage is that it is missing
    if (const auto done = copy(name, kept_in); !done) return done;
    if (const auto done = files_.files().sync_folder(files_.path(kept_in)); !done) return done;
    return remove(name);
  }

  IoResult<void> copy(const std::string& name, const std::string& kept_in) {
    constexpr std::size_t kPiece = 1U << 20U;
    const auto from = files_.files().open(files_.path(name), FileSystem::Open::read);
    if (!from) return from.error();
    const auto to = files_.files().open(files_.path(kept_in + "/" + name), FileSystem::Open::create);
    if (!to) return to.error();
    for (std::uint64_t offset = 0;;) {
      const auto piece = (*from)->read(offset, kPiece);
      if (!piece) return piece.error();
      if (piece->empty()) return (*to)->sync();
      if (const auto done = (*to)->write(offset, std::array<std::string_view, 1>{*piece}); !done) return done;
      offset += piece->size();
    }
  }

  /// From its batches; they were read and are sound.
  IoResult<void> seal_anew(const std::string& name) {
    if (const auto done = wipe_seal(name); !done) return done;
    const auto file = files_.files().open(files_.path(name), FileSystem::Open::read);
    if (!file) return file.error();
    const auto page = (*file)->read(0, kSegmentHeaderSize);
    if (!page) return page.error();
    const auto header = decode_segment_header(*page);
    if (!header) return IoError{.number = EIO, .message = files_.path(name) + ": its header has changed"};
    const auto scan = scan_segment(**file, *header);
    if (!scan) return scan.error();
    const auto seal = files_.seal_segment(*header, *scan);
    return seal ? IoResult<void>() : IoResult<void>(seal.error());
  }

  IoResult<void> wipe_seal(const std::string& name) {
    const auto file = files_.files().open(files_.path(name), FileSystem::Open::write);
    if (!file) return file.error();
    const std::string zeros(kSealSize, '\0');
    if (const auto done = (*file)->write(kSealAt, std::array<std::string_view, 1>{zeros}); !done) return done;
    return (*file)->sync();
  }

  IoResult<void> remove(const std::string& name) {
    const auto removed = files_.files().remove(files_.path(name));
    if (!removed && removed.error().number != ENOENT) return removed;
    return {};
  }

  StreamFiles files_;
  const Repair& repair_;
};

}  // namespace

IoResult<std::vector<Repair>> plan_repair(FileSystem& files, const std::string& folder) {
  const auto reports = verify(files, folder);
  if (!reports) return reports.error();
  std::vector<Repair> repairs;
  for (const auto& report : *reports) {
    if (report.problems.empty()) continue;
    auto repair = plan(files, report);
    if (!repair) return repair.error();
    repairs.push_back(std::move(*repair));
  }
  return repairs;
}

IoResult<std::vector<Repair>> repair(FileSystem& files, const std::string& folder) {
  auto repairs = plan_repair(files, folder);
  if (!repairs) return repairs;
  for (const auto& repair : *repairs) {
    if (const auto done = Repairer(files, repair).run(); !done) return done.error();
  }
  return repairs;
}

}  // namespace fanfare::broker::journal
