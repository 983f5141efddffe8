#pragma once
// The footer of a sealed segment (docs/journal-format.md): its topics, an index of its batches, its ids. Pure functions
// and values; any thread.

#include <fanfare/uuid.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "broker/journal/topic_list.hpp"

namespace fanfare::broker::journal {

/// Batches in the index are at least so many bytes apart.
inline constexpr std::uint64_t kIndexStep = 64U * 1024U;

struct IndexEntry {
  std::uint64_t first = 0;  ///< sequence of the batch's first record
  std::uint64_t offset = 0;
  std::int64_t timestamp = 0;  ///< of the batch's first record

  bool operator==(const IndexEntry&) const = default;
};

struct IdEntry {
  Uuid id;
  std::uint32_t sequence = 0;  ///< less the segment's first
  std::uint64_t fingerprint = 0;

  bool operator==(const IdEntry&) const = default;
};

/// What a segment holds, as its footer says or as reading it has found.
struct SegmentContents {
  struct Topic {
    std::uint32_t number = 0;
    std::uint64_t head = 0;
    std::string name;
  };

  std::vector<Topic> topics;      ///< by rising number
  std::vector<IndexEntry> index;  ///< by rising sequence
  std::vector<IdEntry> ids;       ///< by rising sequence
};

/// As the footer and the checkpoint list them.
[[nodiscard]] std::string encode_topics(const std::vector<SegmentContents::Topic>& topics);
[[nodiscard]] std::string encode_footer(const SegmentContents& contents);

/// A checked footer: a view into the bytes.
class FooterView {
 public:
  /// Nullopt unless the bytes are a footer, all of them, with lists in their order. Their CRC is the seal's matter.
  [[nodiscard]] static std::optional<FooterView> open(std::string_view bytes);

  [[nodiscard]] const TopicList& topics() const { return topics_; }
  [[nodiscard]] std::size_t index_size() const;
  [[nodiscard]] IndexEntry index(std::size_t at) const;
  [[nodiscard]] std::size_t id_count() const;
  [[nodiscard]] IdEntry id(std::size_t at) const;
  /// A footer of the same segment that lists no ids; `bytes` are what was opened.
  [[nodiscard]] std::string without_ids(std::string_view bytes) const;
  /// The last entry of the index at or before this sequence; its size when there is none.
  [[nodiscard]] std::size_t index_before(std::uint64_t sequence) const;
  /// The last entry of the index with an earlier timestamp; its size when there is none.
  [[nodiscard]] std::size_t index_earlier(std::int64_t timestamp) const;

 private:
  TopicList topics_;
  std::string_view index_;
  std::string_view ids_;
};

}  // namespace fanfare::broker::journal
