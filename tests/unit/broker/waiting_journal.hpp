#pragma once
// A journal in memory whose answers wait until the test gives them, where it asks for that. It outlives cores: a second
// driver on it is a broker that was started again. One thread.

#include <deque>
#include <map>
#include <utility>
#include <vector>

#include "broker/core/journal.hpp"
#include "broker/journal/memory_journal.hpp"

namespace fanfare::broker::core {

class WaitingJournal final : public Journal {
 public:
  WaitingJournal()
      : memory_(
            [count = std::uint8_t{0}]() mutable {
              Uuid id;
              id.bytes.back() = count += 16;
              return id;
            },
            1'700'000'000'000'000) {}

  Kept kept(protocol::StreamNumber stream) override {
    readers = 0;  // those of a core before went with it
    answers.clear();
    return memory_.kept(stream);
  }
  void define(protocol::StreamNumber stream, std::uint32_t number, std::string_view name) override {
    memory_.define(stream, number, name);
  }
  void append(Batch batch) override {
    if (fails == batch.stream) {
      commits_.push_back(Commit{
          .stream = batch.stream, .outcome = Commit::Outcome::failed, .count = batch.count, .reason = "no disk"});
    } else if (full > 0 && (full_stream == protocol::kNoStream || full_stream == batch.stream)) {
      --full;
      commits_.push_back(
          Commit{.stream = batch.stream, .outcome = Commit::Outcome::full, .count = batch.count, .reason = "no room"});
    } else {
      memory_.append(std::move(batch));
    }
  }
  void open_reader(ReaderId id, ReaderSpec spec) override {
    ++readers;
    ++opened;
    memory_.open_reader(id, std::move(spec));
  }
  void read(const ReadRequest& request) override {
    ++reads;
    memory_.read(request);
  }
  void close_reader(ReaderId id) override {
    --readers;
    memory_.close_reader(id);
    std::erase_if(answers, [&](const JournalEvent& one) {
      const auto* done = std::get_if<ReadDone>(&one);
      return done != nullptr && done->reader == id;
    });
  }
  void look_up(const IdLookup& lookup) override {
    ++lookups;
    memory_.look_up(lookup);
  }
  std::vector<JournalEvent> take_events() override {
    auto events = std::exchange(commits_, {});
    for (auto& event : memory_.take_events()) {
      if (holding && !std::holds_alternative<Commit>(event) && !std::holds_alternative<Trimmed>(event)) {
        answers.push_back(std::move(event));
      } else {
        events.push_back(std::move(event));
      }
    }
    return events;
  }
  void hold(protocol::StreamNumber stream, std::uint64_t first) override {
    holds[stream] = first;
    memory_.hold(stream, first);
  }
  [[nodiscard]] StreamFigures figures(protocol::StreamNumber stream) const override { return memory_.figures(stream); }

  /// Gives the oldest answer that waits.
  void give() {
    commits_.push_back(std::move(answers.front()));
    answers.pop_front();
  }

  journal::MemoryJournal& memory() { return memory_; }

  bool holding = false;                                      ///< answers to reads and lookups wait
  int full = 0;                                              ///< so many batches find no room
  protocol::StreamNumber full_stream = protocol::kNoStream;  ///< only those of this stream
  protocol::StreamNumber fails = protocol::kNoStream;        ///< batches of this stream fail
  std::map<protocol::StreamNumber, std::uint64_t> holds;
  std::deque<JournalEvent> answers;
  int readers = 0;  ///< open
  int opened = 0;
  int reads = 0;
  int lookups = 0;

 private:
  journal::MemoryJournal memory_;
  std::vector<JournalEvent> commits_;
};

}  // namespace fanfare::broker::core
