#pragma once
// Records on their way to one audience: a whole frame with one DELIVER, encoded once and shared by all its sessions. Or
// what was read back for one session. Built by the core, immutable once sealed; then any thread may read it.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "broker/core/topic_table.hpp"
#include "protocol/frame.hpp"

namespace fanfare::broker::core {

class DeliveryBatch {
 public:
  /// A batch is sealed when it has grown to this.
  static constexpr std::size_t kFullAt = 256U * 1024U;

  DeliveryBatch(protocol::StreamNumber stream, const Uuid& epoch,
                protocol::DeliveryKind kind = protocol::DeliveryKind::live, protocol::Handle handle = 0);
  /// Live records, about so many bytes of them.
  DeliveryBatch(protocol::StreamNumber stream, const Uuid& epoch, std::size_t expected);

  /// Some records that follow each other in a batch, from where they begin to where the next ones do.
  struct Part {
    std::size_t begin;
    std::size_t end;
    std::size_t first_run;
    std::size_t last_run;  ///< the one behind them
    std::uint64_t first;   ///< sequences
    std::uint64_t last;
  };

  /// Where the next record's bytes go.
  [[nodiscard]] std::string& bytes() { return frame_; }

  /// After its bytes were appended: which topic the record has and, in a stream, which sequence.
  void added(const TopicPtr& topic, std::uint64_t sequence) {
    if (topics_.empty() || topics_.back() != topic) {
      topics_.push_back(topic);
      runs_.push_back(0);
    }
    ++runs_.back();
    if (count_++ == 0) first_ = sequence;
    last_ = sequence;
  }

  /// The records of a part of another batch of the same stream.
  void append(const DeliveryBatch& other, const Part& part);

  /// Writes what is known only at the end, and lets go of memory that was not needed. `through`: up to there nothing of
  /// this stream is missing.
  void seal(std::uint64_t through);

  [[nodiscard]] const std::string& frame() const { return frame_; }
  /// The command alone, to go into a frame with others; its size is what counts against credit.
  [[nodiscard]] std::string_view command() const {
    return std::string_view(frame_).substr(protocol::kFrameHeader.size());
  }
  [[nodiscard]] protocol::StreamNumber stream() const { return stream_; }
  [[nodiscard]] const Uuid& epoch() const { return epoch_; }
  [[nodiscard]] const std::vector<TopicPtr>& topics() const { return topics_; }
  /// How many records each of topics() stands for.
  [[nodiscard]] const std::vector<std::uint32_t>& runs() const { return runs_; }
  [[nodiscard]] std::uint32_t count() const { return count_; }
  [[nodiscard]] std::uint64_t first() const { return first_; }
  [[nodiscard]] std::uint64_t last() const { return last_; }
  [[nodiscard]] bool full() const { return frame_.size() >= kFullAt; }

 private:
  std::string frame_;
  protocol::StreamNumber stream_;
  Uuid epoch_;
  std::vector<TopicPtr> topics_;  // of runs of records
  std::vector<std::uint32_t> runs_;
  std::uint32_t count_ = 0;
  std::uint64_t first_ = 0;
  std::uint64_t last_ = 0;
};

using SharedBatch = std::shared_ptr<const DeliveryBatch>;

}  // namespace fanfare::broker::core
