#pragma once
// A segment as the document says it looks like, put together by the formats alone: what the journal writes has to be
// the same, and what reads a journal has to read it. For tests only; one thread.

#include <map>
#include <string>
#include <vector>

#include "broker/journal/batch_format.hpp"
#include "broker/journal/footer_format.hpp"
#include "broker/journal/segment_format.hpp"
#include "protocol/content.hpp"
#include "protocol/crc32c.hpp"
#include "protocol/record.hpp"

namespace fanfare::broker::journal {

inline Uuid sample_epoch() { return *Uuid::parse("018bcfe5-6800-7000-8000-000000000001"); }
inline constexpr std::int64_t kSampleTime = 1'700'000'000'000'000;
inline constexpr std::uint64_t kSampleSalt = 0x665544332211;

/// Of a stream's first segment.
inline SegmentHeader sample_header(std::uint64_t number) {
  return {.last_topic = 0,
          .number = number,
          .epoch = sample_epoch(),
          .first = 1,
          .created = kSampleTime,
          .salt = kSampleSalt};
}

class SampleSegment {
 public:
  struct Message {
    std::string topic;
    std::string payload;
    bool has_id = true;
  };

  struct Head {
    std::string topic;
    std::uint64_t sequence = 0;
  };
  using Heads = std::map<std::uint32_t, Head>;  ///< the last record of each topic, by number

  /// `heads`: before this segment.
  explicit SampleSegment(SegmentHeader header, Heads heads = {})
      : identity_(header), header_(header), next_(header.first), heads_(std::move(heads)) {
    bytes_ = encode(header);
    bytes_.resize(kBatchesAt);
  }

  /// Returns where the batch begins.
  std::size_t add(const std::vector<Message>& messages, std::uint64_t synced) {
    BatchWriter writer(identity_);
    std::vector<std::string> records;
    std::vector<std::uint64_t> previous;
    const auto first = next_;
    const auto at = bytes_.size();
    if (contents_.index.empty() || at >= contents_.index.back().offset + kIndexStep) {
      contents_.index.push_back({first, at, timestamp(first)});
    }
    for (const auto& message : messages) {
      const auto number = number_of(message.topic);
      if (used_.count(number) == 0) writer.define(number, message.topic);
      previous.push_back(heads_[number].sequence);
      heads_[number] = used_[number] = {message.topic, next_};
      records.push_back(record(number, message));
      ++next_;
    }
    writer.begin_table(static_cast<std::uint32_t>(messages.size()));
    std::string all;
    for (std::size_t i = 0; i < records.size(); ++i) {
      writer.add(static_cast<std::uint32_t>(all.size()), record_crc(records[i], identity_.seed), previous[i]);
      all += records[i];
    }
    auto head = std::move(writer).finish(first, timestamp(first), all.size());
    set_synced(head, synced, identity_.seed);
    bytes_ += head + all;
    batches_.push_back(std::move(records));
    data_end_ = bytes_.size();
    bytes_.resize(aligned(bytes_.size(), kBatchAlignment));
    return at;
  }

  void seal() {
    data_end_ = bytes_.size();
    for (const auto& [number, head] : used_) contents_.topics.push_back({number, head.sequence, head.topic});
    const auto footer = encode_footer(contents_);
    Seal seal{.footer_crc = protocol::crc32c(footer, identity_.seed),
              .data_end = data_end_,
              .last = next_ - 1,
              .first_timestamp = next_ > header_.first ? timestamp(header_.first) : 0,
              .last_timestamp = next_ > header_.first ? timestamp(next_ - 1) : 0,
              .footer_offset = aligned(data_end_, kFooterAlignment),
              .footer_size = footer.size()};
    bytes_.resize(seal.footer_offset);
    bytes_ += footer;
    bytes_.replace(kSealAt, kSealSize, encode(seal, identity_.seed));
  }

  [[nodiscard]] const std::string& bytes() const { return bytes_; }
  /// The records of each.
  [[nodiscard]] const std::vector<std::vector<std::string>>& batches() const { return batches_; }
  [[nodiscard]] std::uint64_t next() const { return next_; }
  [[nodiscard]] const Heads& heads() const { return heads_; }

 private:
  static std::int64_t timestamp(std::uint64_t sequence) { return kSampleTime + static_cast<std::int64_t>(sequence); }

  std::uint32_t number_of(const std::string& name) const {
    std::uint32_t last = header_.last_topic;
    for (const auto& [number, head] : heads_) {
      if (head.topic == name) return number;
      last = std::max(last, number);
    }
    return last + 1;
  }

  std::string record(std::uint32_t number, const Message& message) {
    protocol::Content content{.actor = "ann", .payload = message.payload};
    if (message.has_id) {
      content.id = Uuid{};
      content.id->bytes.back() = static_cast<std::uint8_t>(next_);
      contents_.ids.push_back({*content.id, static_cast<std::uint32_t>(next_ - header_.first),
                               protocol::fingerprint_of(message.topic, message.payload)});
    }
    std::string encoded;
    protocol::append_content(encoded, content);
    const protocol::RecordHeader header{
        .topic = number,
        .sequence = next_,
        .timestamp = timestamp(next_),
        .flags = message.has_id ? protocol::message_flags::kId : std::uint8_t{0},
        .publisher = "local",
    };
    std::string out;
    protocol::append_record(out, header, 3, 0, encoded);
    return out;
  }

  SegmentIdentity identity_;
  SegmentHeader header_;
  std::uint64_t next_;
  Heads heads_;
  Heads used_;  ///< in this segment
  SegmentContents contents_;
  std::vector<std::vector<std::string>> batches_;
  std::string bytes_;
  std::size_t data_end_ = kBatchesAt;
};

/// Two sealed batches: `a.x` twice and `a.y` once.
inline SampleSegment sample_segment(std::uint64_t number = 7) {
  SampleSegment segment(sample_header(number));
  segment.add({{"a.x", "one"}, {"a.y", "two", false}}, 0);
  segment.add({{"a.x", "three"}}, 2);
  segment.seal();
  return segment;
}

}  // namespace fanfare::broker::journal
