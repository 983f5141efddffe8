#include "broker/journal/file_journal.hpp"

#include <algorithm>
#include <cassert>
#include <fstream>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>

#include "broker/journal/commit_thread.hpp"
#include "broker/journal/footer_cache.hpp"
#include "broker/journal/id_search.hpp"
#include "broker/journal/maintenance.hpp"
#include "broker/journal/outcomes.hpp"
#include "broker/journal/posix_file_system.hpp"
#include "broker/journal/read_pool.hpp"
#include "broker/journal/reader.hpp"
#include "broker/journal/recovery.hpp"
#include "broker/journal/stream_log.hpp"
#include "broker/journal/stream_word.hpp"

namespace fanfare::broker::journal {

using runtime::Error;
using runtime::Result;

namespace {

/// Empty for a name alone.
std::string folder_above(const std::string& path) {
  const auto slash = path.find_last_of('/');
  if (slash == 0) return "/";
  return slash == std::string::npos ? "" : path.substr(0, slash);
}

}  // namespace

/// Members are destroyed from the last to the first: the threads end before what they use.
struct FileJournal::Parts {
  struct Stream {
    std::unique_ptr<StreamState> state;
    Recovered recovered;
    std::optional<StreamLog> log;
  };

  explicit Parts(Options journal_options) : options(std::move(journal_options)), outcomes(options.wake) {}

  Result<void> open(FileSystem& files);
  Result<void> recover_stream(const StreamOptions& stream, FileSystem& files);
  void start();
  void close();

  Stream& of(protocol::StreamNumber number) { return streams[places.at(number)]; }
  const Stream& of(protocol::StreamNumber number) const { return streams[places.at(number)]; }

  const Options options;
  Outcomes outcomes;
  std::optional<FileLock> lock;
  std::vector<Stream> streams;
  std::map<protocol::StreamNumber, std::size_t> places;
  FooterCache footers;
  std::unordered_map<core::ReaderId, std::shared_ptr<Reader>> readers;
  std::optional<Maintenance> maintenance;
  std::optional<CommitThread> commits;
  std::optional<ReadPool> pool;
  bool is_closed = false;
};

Result<void> FileJournal::Parts::open(FileSystem& files) {
  if (const auto made = files.make_folder(options.folder); !made) return Error{made.error().message};
  if (options.lock) {
    auto taken = FileLock::take(options.folder + "/lock");
    if (!taken && taken.error().number == EWOULDBLOCK) {
      return Error{options.folder, " is used by another broker that is running"};
    }
    if (!taken) return Error{taken.error().message};
    lock.emplace(std::move(*taken));
  }
  for (const auto& stream : options.streams) {
    if (const auto recovered = recover_stream(stream, files); !recovered) return recovered.error();
  }
  if (const auto synced = files.sync_folder(options.folder); !synced) return Error{synced.error().message};
  if (const auto synced = files.sync_folder(folder_above(options.folder)); !synced)
    return Error{synced.error().message};
  start();
  return {};
}

Result<void> FileJournal::Parts::recover_stream(const StreamOptions& stream, FileSystem& files) {
  auto stream_options = stream;
  if (stream.segment_bytes == 0) stream_options.segment_bytes = options.segment_bytes;
  Stream made{.state = std::make_unique<StreamState>(std::move(stream_options), files, options.folder)};
  if (const auto folder = files.make_folder(made.state->files.folder()); !folder) return Error{folder.error().message};
  std::vector<std::string> notices;
  auto recovered = recover(*made.state, options, notices);
  for (auto& notice : notices) outcomes.notice(std::move(notice));
  if (!recovered) return recovered.error();
  made.recovered = std::move(*recovered);
  places.emplace(stream.number, streams.size());
  streams.push_back(std::move(made));
  return {};
}

void FileJournal::Parts::start() {
  std::vector<Maintenance::Stream> maintained;
  std::vector<std::unique_ptr<StreamWriter>> writers;
  for (std::size_t place = 0; place < streams.size(); ++place) {
    auto& [state, recovered, log] = streams[place];
    maintained.push_back({state.get(), recovered.checkpoint_segment, recovered.checkpoint_size});
    writers.push_back(
        std::make_unique<StreamWriter>(*state, outcomes, std::move(recovered.file), recovered.kept.head.sequence));
    log.emplace(*state,
                StreamLog::Links{.commit = [this, place](CommitItem item) { commits->push(place, std::move(item)); },
                                 .hold = [this](std::uint64_t bytes) { commits->hold(bytes); },
                                 .make_room = [this] { maintenance->wake(); },
                                 .clock = options.clock,
                                 .random = options.random},
                std::move(recovered.start));
  }
  maintenance.emplace(options, outcomes, maintained);
  commits.emplace(outcomes, std::move(writers), [this] { maintenance->wake(); });
  pool.emplace(options.reader_threads);
}

void FileJournal::Parts::close() {
  if (std::exchange(is_closed, true) || !commits) return;
  pool->stop();
  for (auto& stream : streams) {
    stream.log->place_held();
    stream.log->refuse_held("the broker stops");
  }
  commits->stop();
  maintenance->stop();
  for (std::size_t place = 0; place < streams.size(); ++place) {
    const auto& state = *streams[place].state;
    const auto newest = state.segments.newest();
    // An epoch that found no room for a segment is not there yet: going on in the old one would give numbers twice.
    if (newest && newest->header->epoch != streams[place].log->epoch()) continue;
    if (!newest || newest->seal || !commits->is_whole(place)) continue;
    const auto written = write_closed(state.files, newest->header->number, newest->data_end);
    if (!written) outcomes.notice("stream " + state.options.name + ": " + written.error().message);
  }
}

Result<std::unique_ptr<FileJournal>> FileJournal::open(Options options, FileSystem& files) {
  auto parts = std::make_unique<Parts>(std::move(options));
  if (const auto opened = parts->open(files); !opened) return opened.error();
  return std::unique_ptr<FileJournal>(new FileJournal(std::move(parts)));
}

FileJournal::FileJournal(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

FileJournal::~FileJournal() { parts_->close(); }

void FileJournal::close() { parts_->close(); }

std::vector<std::string> FileJournal::take_notices() { return parts_->outcomes.take_notices(); }

bool FileJournal::keep(protocol::StreamNumber stream, const KeepRules& rules) {
  const bool is_change = parts_->of(stream).state->keeping.change(rules);
  if (is_change) parts_->maintenance->wake();
  return is_change;
}

std::uint64_t FileJournal::pending_bytes() const { return parts_->commits->pending_bytes(); }

core::Kept FileJournal::kept(protocol::StreamNumber stream) { return std::move(parts_->of(stream).recovered.kept); }

void FileJournal::define(protocol::StreamNumber stream, std::uint32_t number, std::string_view name) {
  parts_->of(stream).log->define(number, name);
}

void FileJournal::append(core::Batch batch) {
  assert(!parts_->is_closed);
  parts_->of(batch.stream).log->append(std::move(batch));
}

void FileJournal::open_reader(core::ReaderId id, core::ReaderSpec spec) {
  const auto& stream = parts_->of(spec.stream);
  parts_->readers.insert_or_assign(id, std::make_shared<Reader>(*stream.state, parts_->footers, parts_->options,
                                                                std::move(spec), stream.log->epoch()));
}

void FileJournal::read(const core::ReadRequest& request) {
  const auto found = parts_->readers.find(request.reader);
  if (found == parts_->readers.end()) return;
  const auto reader = found->second;
  std::optional<ChainHeads> heads;
  if (reader->follows_topics())
    heads = parts_->of(reader->spec().stream).log->heads(reader->spec().patterns, request.until);
  parts_->pool->push(
      [this, reader, request, heads = std::move(heads)] { parts_->outcomes.push(reader->read(request, heads)); });
}

void FileJournal::close_reader(core::ReaderId id) { parts_->readers.erase(id); }

void FileJournal::look_up(const core::IdLookup& lookup) {
  const auto& stream = parts_->of(lookup.stream);
  parts_->pool->push([this, lookup, state = stream.state.get(), epoch = stream.log->epoch()] {
    parts_->outcomes.push(search_id(*state, lookup, epoch, parts_->options.looked_up_ids));
  });
}

std::vector<core::JournalEvent> FileJournal::take_events() {
  auto events = parts_->outcomes.take();
  for (const auto& event : events) {
    const auto* commit = std::get_if<core::Commit>(&event);
    if (commit != nullptr) parts_->of(commit->stream).log->committed(*commit);
  }
  // A reader that was closed meanwhile is not answered any more.
  std::erase_if(events, [this](const core::JournalEvent& event) {
    const auto* done = std::get_if<core::ReadDone>(&event);
    return done != nullptr && parts_->readers.count(done->reader) == 0;
  });
  if (parts_->is_closed) return events;
  for (auto& stream : parts_->streams) {
    stream.log->place_held();
    if (auto trimmed = stream.log->take_trimmed()) {
      events.emplace_back(std::move(*trimmed));
      parts_->outcomes.wake();  // there may be more
    }
  }
  return events;
}

void FileJournal::hold(protocol::StreamNumber stream, std::uint64_t first) {
  if (parts_->of(stream).state->hold.move(first)) parts_->maintenance->wake();
}

core::StreamFigures FileJournal::figures(protocol::StreamNumber stream) const {
  return parts_->of(stream).state->segments.figures();
}

std::string read_boot_id() {
  std::ifstream file("/proc/sys/kernel/random/boot_id");
  std::string id;
  std::getline(file, id);
  return id;
}

}  // namespace fanfare::broker::journal
