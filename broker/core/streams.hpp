#pragma once
// The streams of the broker between a publish and its commit: records wait in an open batch, batches wait for the
// journal. Sequences are given by the journal; nothing is acknowledged or delivered before (semantics §8).
// Owned by the core; its thread only.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "broker/core/counters.hpp"
#include "broker/core/instant.hpp"
#include "broker/core/journal.hpp"
#include "broker/core/recent_ids.hpp"
#include "broker/core/recent_records.hpp"
#include "broker/core/session.hpp"
#include "broker/core/settings.hpp"
#include "broker/core/topic_table.hpp"
#include "protocol/content.hpp"

namespace fanfare::broker::core {

/// Who waits to hear of a publish.
struct Waiter {
  SessionKey session = 0;
  protocol::RequestNumber request = 0;
};

/// A record of the broker's own waits; the number is its author's.
struct OwnRecord {
  std::uint64_t token = 0;
};

/// A record that was taken and has no sequence yet.
struct Pending {
  std::variant<Waiter, OwnRecord> waiter;
  TopicPtr topic;
  std::optional<Uuid> id;
  std::size_t size = 0;  ///< bytes of its record
  bool traced = false;
};

struct Stream {
  protocol::StreamNumber number = protocol::kNoStream;
  std::string name;
  std::vector<std::string> topics;
  Position head;                  ///< of the last committed record
  std::uint64_t first = 1;        ///< the oldest record held; beyond the head when none is
  std::vector<Position> earlier;  ///< the ends of the epochs that were held at start
  std::int64_t last_timestamp = 0;
  RecentIds ids;
  RecentRecords recent;
  std::unordered_map<Uuid, std::vector<Waiter>> repeats;  ///< of ids whose first publish is not committed yet

  struct Waiting {
    static constexpr std::size_t kMostRoom = 1U << 20U;

    std::shared_ptr<std::string> records = std::make_shared<std::string>();
    std::vector<Pending> pending;
    std::shared_ptr<std::vector<Batch::Id>> ids = std::make_shared<std::vector<Batch::Id>>();

    /// Behind the records' bytes.
    void add(Pending record, std::optional<std::uint64_t> fingerprint) {
      const auto index = static_cast<std::uint32_t>(pending.size());
      if (record.id && fingerprint) ids->push_back({.id = *record.id, .index = index, .fingerprint = *fingerprint});
      pending.push_back(std::move(record));
    }
    /// The one before was handed to the journal: this one may become as large.
    void make_room_like(Waiting& before) {
      auto& bytes = *before.records;
      records->reserve(std::min(bytes.size(), kMostRoom));
      pending.reserve(std::min(before.pending.size(), kMostRoom / sizeof(Pending)));
      if (bytes.size() < bytes.capacity() / 2) bytes.shrink_to_fit();  // it may stay for long, among the recent ones
    }
    [[nodiscard]] bool fits_into_a_batch() const {
      return records->size() <= Batch::kMostBytes && pending.size() <= Batch::kMostRecords;
    }
  };
  Waiting open;
  std::deque<Waiting> submitted;
  std::size_t uncommitted = 0;  ///< bytes of these
  bool failed = false;
  std::string failure;

  /// Up to here everything is still what it was in this earlier epoch; beyond it are other messages, or none.
  [[nodiscard]] std::uint64_t known_since(const Uuid& epoch) const;
  StreamCounters counters;
};

class Streams {
 public:
  /// Takes what the journal kept, topics into `topics`.
  Streams(const Settings& settings, Journal& journal, TopicTable& topics, Instant now);

  [[nodiscard]] Stream& get(protocol::StreamNumber number) { return streams_.at(number - std::size_t{1}); }
  [[nodiscard]] std::deque<Stream>& all() { return streams_; }
  [[nodiscard]] std::uint64_t head(protocol::StreamNumber number) const;

  /// Tells the journal the number that `topic` was just given.
  void define(const Topic& topic) { journal_.define(topic.stream, topic.number, topic.name); }

  /// Hands what waits in open batches to the journal, cut to what a batch may be.
  void submit();

  /// Nothing waits for a commit.
  [[nodiscard]] bool idle() const;

  /// Bytes that wait for a commit, in all of them.
  [[nodiscard]] std::size_t uncommitted() const;

  /// The stream that holds every topic of `pattern`.
  [[nodiscard]] Stream* covering(std::string_view pattern);

  /// Nullptr when there is none of this name.
  [[nodiscard]] Stream* by_name(std::string_view name);

 private:
  void append(Stream& stream, Stream::Waiting batch);

  Journal& journal_;
  std::deque<Stream> streams_;  // others refer to them
};

}  // namespace fanfare::broker::core
