#pragma once
// A sound stream of three segments in memory, put together by the formats alone. For tests only; one thread.

#include <string>
#include <vector>

#include "broker/journal/checkpoint_format.hpp"
#include "broker/journal/verify.hpp"
#include "sample_segment.hpp"
#include "tests/support/memory_file_system.hpp"

namespace fanfare::broker::journal {

inline const std::string kSampleFolder = "journal";
inline const std::string kSeven = "journal/chat/00000000000000000007.segment";
inline const std::string kEight = "journal/chat/00000000000000000008.segment";
inline const std::string kNine = "journal/chat/00000000000000000009.segment";

/// Segments 7 and 8 sealed, 9 in use, a checkpoint after 7.
struct SampleStream {
  SampleStream() {
    auto seven = sample_segment();
    files.put(kSeven, seven.bytes());
    SampleSegment eight(
        {.last_topic = 2, .number = 8, .epoch = sample_epoch(), .first = 4, .created = kSampleTime, .salt = 8},
        seven.heads());
    eight.add({{"a.y", "four"}, {"b", "five"}}, 3);
    eight.add({{"b", "six", false}}, 3);
    eight.add({{"a.x", "seven"}}, 6);
    eight.seal();
    files.put(kEight, eight.bytes());
    SampleSegment nine(
        {.last_topic = 3, .number = 9, .epoch = sample_epoch(), .first = 8, .created = kSampleTime, .salt = 9},
        eight.heads());
    nine_batches.push_back(nine.add({{"a.x", "eight"}}, 7));
    nine_batches.push_back(nine.add({{"b", "nine"}, {"c", "ten"}}, 7));
    nine_batches.push_back(nine.add({{"c", "eleven"}}, 10));
    nine_end = nine.bytes().size();
    files.put(kNine, nine.bytes() + std::string(8'192, '\0'));
    auto heads = SegmentContents();
    for (const auto& [number, head] : seven.heads()) heads.topics.push_back({number, head.sequence, head.topic});
    const auto footer = encode_footer(heads);
    std::string_view list = footer;
    files.put("journal/chat/checkpoint", encode_checkpoint({}, *TopicList::take(list), 2, 7, 1));
    files.put("journal/chat/state", "open 1234\n");
    files.put("journal/lock", "");
  }

  StreamReport report() { return verify(files, kSampleFolder).value().at(0); }

  test::MemoryFileSystem files;
  std::vector<std::size_t> nine_batches;
  std::size_t nine_end = 0;
};

}  // namespace fanfare::broker::journal
