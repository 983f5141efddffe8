// The journal without a broker: batches of half of what may be under way, two of them at a time. Making records is the
// broker's work, so the same ones are written again and again.

#include <algorithm>
#include <deque>

#include "tests/bench/bench_journal.hpp"
#include "tests/bench/load/operations/make_operations.hpp"

namespace fanfare::load {
namespace {

constexpr std::uint32_t kTopics = 100;
constexpr std::uint64_t kFirstMessage = 1'000'000'000;

class BareJournalOperations final : public Operations {
 public:
  explicit BareJournalOperations(const Work& work)
      : journal_(std::filesystem::path(work.addresses.at(0)) / "journal", kTopics),
        size_(work.size),
        most_batches_(work.under_way > 1 ? 2 : 1),
        full_(std::min<std::uint64_t>(work.under_way / most_batches_, kMostBytes / (work.size + kRecordOverhead))) {
    for (std::size_t each = 0; each < most_batches_; ++each) batches_.push_back(batch_of(full_));
  }

  bool start(std::uint64_t number) override {
    if (number - appended_ >= full_) return false;
    next_ = number + 1;
    return true;
  }

  void advance(std::vector<Run>& done, std::chrono::steady_clock::time_point /*deadline*/) override {
    const auto count = next_ - appended_;
    if (count > 0) {
      journal_.append(count == full_ ? batches_[batch_++ % most_batches_] : batch_of(count));
      under_way_.push_back({appended_, count});
      appended_ = next_;
    }
    const auto may_wait = count == full_ ? most_batches_ - 1 : 0;
    journal_.wait(may_wait);
    for (; under_way_.size() > may_wait; under_way_.pop_front()) done.push_back(under_way_.front());
  }

  std::string disagreement(std::uint64_t /*started*/) override { return ""; }

 private:
  static constexpr std::size_t kMostBytes = broker::core::Batch::kMostBytes;
  static constexpr std::size_t kRecordOverhead = 128;

  [[nodiscard]] broker::core::Batch batch_of(std::uint64_t count) const {
    return bench::make_batch(kFirstMessage, static_cast<std::uint32_t>(count), size_, kTopics,
                             bench::BenchJournal::now());
  }

  bench::BenchJournal journal_;
  std::size_t size_;
  std::uint64_t most_batches_;
  std::uint64_t full_;  // records of a batch
  std::vector<broker::core::Batch> batches_;
  std::size_t batch_ = 0;
  std::deque<Run> under_way_;
  std::uint64_t next_ = 0;
  std::uint64_t appended_ = 0;
};

}  // namespace

MadeOperations bare_journal(const Work& work) { return std::make_unique<BareJournalOperations>(work); }

}  // namespace fanfare::load
