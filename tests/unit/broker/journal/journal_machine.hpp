#pragma once
// A machine with a disk and the journal on it, used as the core uses it and as roughly as a test wants: records are
// appended, read and removed by age and size, the process is killed, the power fails. Each time the journal is opened
// all of it is compared with the model; what differs is kept in words. For tests only; one thread, chance from the
// seed.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "broker/journal/file_journal.hpp"
#include "stream_model.hpp"
#include "tests/support/memory_file_system.hpp"

namespace fanfare::broker::journal {

class JournalMachine {
 public:
  static constexpr protocol::StreamNumber kFsync = 1;  ///< stream `chat`
  static constexpr protocol::StreamNumber kFlush = 2;  ///< stream `feed`
  static constexpr protocol::StreamNumber kSmall = 3;  ///< stream `brief`: fsync, of few segments

  explicit JournalMachine(std::uint64_t seed);
  ~JournalMachine();

  /// Switches the machine on: opens the journal and compares everything in it. False: it was refused.
  bool open();
  /// The process ends by itself, dies, or the power fails; the journal is gone after each.
  void close();
  void kill();
  void lose_power();

  void append(protocol::StreamNumber stream);
  /// Takes what the journal has answered.
  void take();
  /// Waits until all is answered; false when that did not come.
  bool settle();
  /// Reads from somewhere with some patterns, and compares what comes.
  void read(protocol::StreamNumber stream);
  void read(protocol::StreamNumber stream, core::ReaderSpec spec);
  void look_up(protocol::StreamNumber stream);
  /// Lets retention go on in the small stream, up to somewhere.
  void let_go();
  void pass_time(std::chrono::microseconds time) { now_ += time.count(); }

  [[nodiscard]] std::size_t pick(std::size_t below);
  /// What differs from the model, and what went wrong.
  [[nodiscard]] const std::vector<std::string>& differences() const { return differences_; }
  [[nodiscard]] const std::string& refusal() const { return refusal_; }
  [[nodiscard]] StreamModel& model(protocol::StreamNumber stream) { return streams_.at(stream).model; }

  test::MemoryFileSystem files;
  Options options;

 private:
  struct Stream {
    StreamModel model;
    std::map<std::uint32_t, std::string> names;
    std::map<std::string, std::uint32_t> numbers;
    std::uint32_t last_topic = 0;
    std::int64_t last_timestamp = 0;
  };

  /// How far a reader has come.
  struct Reading {
    std::uint64_t after = 0;
    std::uint64_t told = 0;  ///< up to here it was told that some may be missing
  };

  void compare(protocol::StreamNumber stream);
  std::string make_batch(protocol::StreamNumber number, Stream& stream, std::uint32_t count);
  std::optional<core::ReadDone> next_answer(core::ReaderId reader, const core::ReadRequest& request);
  void check_answer(const Stream& stream, const core::ReaderSpec& spec, const core::ReadDone& answer, Reading& reading);
  core::ReaderSpec some_spec(protocol::StreamNumber number);
  void apply(core::JournalEvent event);
  void differ(std::string what);
  void differ(protocol::StreamNumber stream, const StreamModel::Differences& what);
  /// Waits for `is_done`, taking events; false after the deadline or when the machine stopped.
  bool wait_for(const std::function<bool()>& is_done);
  void end(bool is_power_lost);

  std::mt19937_64 random_;
  std::mt19937_64 journal_random_;  ///< apart: when a segment begins must not change what the machine does
  std::atomic<std::int64_t> now_;
  std::unique_ptr<FileJournal> journal_;
  std::map<protocol::StreamNumber, Stream> streams_;
  std::map<core::ReaderId, core::ReadDone> answers_;
  std::optional<core::IdLookedUp> looked_up_;
  std::uint64_t hold_ = 1;  ///< of the small stream; what was said is not said back
  bool is_comparing_ = false;
  std::vector<core::Trimmed> trimmed_;  ///< while comparing
  core::ReaderId last_reader_ = 0;
  bool was_power_lost_ = false;
  std::uint64_t boots_ = 1;
  std::uint64_t last_id_ = 0;
  std::string refusal_;
  std::vector<std::string> differences_;

  std::mutex mutex_;
  std::condition_variable woken_;
  bool is_woken_ = false;
};

}  // namespace fanfare::broker::journal
