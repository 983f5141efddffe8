// The disk alone: as many records as may be under way in one write, their checksum, one fdatasync, on blocks that have
// been written before.

#include "tests/bench/bare_disk.hpp"
#include "protocol/crc32c.hpp"
#include "protocol/record.hpp"
#include "tests/bench/load/operations/make_operations.hpp"
#include "tests/bench/load/operations/payload.hpp"

namespace fanfare::load {
namespace {

// What a batch and a record take in a segment of the journal beside the payload (docs/journal-format.md).
constexpr std::size_t kBatchOverhead = 80;
constexpr std::size_t kRecordOverhead =
    16 + protocol::kRecordHeaderSize + sizeof(Uuid) + std::string_view("local").size();

class BareDiskOperations final : public Operations {
 public:
  explicit BareDiskOperations(const Work& work)
      : disk_(std::filesystem::path(work.addresses.at(0)) / "bare"),
        record_(std::string(kRecordOverhead, 'r') + make_payload(work.size)) {}

  bool start(std::uint64_t number) override {
    if (batch_.empty()) batch_.assign(kBatchOverhead, 'b');
    batch_ += record_;
    next_ = number + 1;
    return true;
  }

  void advance(std::vector<Run>& done, std::chrono::steady_clock::time_point /*deadline*/) override {
    protocol::store(batch_.data(), protocol::crc32c(batch_));
    batch_.resize((batch_.size() + 63) / 64 * 64);
    disk_.commit(batch_);
    batch_.clear();
    done.push_back({done_, next_ - done_});
    done_ = next_;
  }

  std::string disagreement(std::uint64_t /*started*/) override { return ""; }

 private:
  bench::BareDisk disk_;
  std::string record_;
  std::string batch_;
  std::uint64_t next_ = 0;
  std::uint64_t done_ = 0;
};

}  // namespace

MadeOperations bare_disk(const Work& work) { return std::make_unique<BareDiskOperations>(work); }

}  // namespace fanfare::load
