#pragma once
// What one stream must hold, kept in the plainest way: a record per sequence, and what was appended but not answered.
// Says in words how a journal differs from it. For tests only; one thread.

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "broker/core/journal.hpp"

namespace fanfare::broker::journal {

class StreamModel {
 public:
  struct Record {
    Uuid epoch;
    std::string topic;
    std::uint32_t number = 0;  ///< of the topic
    std::int64_t timestamp = 0;
    std::optional<Uuid> id;
    std::uint64_t fingerprint = 0;
    std::string bytes;  ///< with its sequence
  };
  using Differences = std::vector<std::string>;

  /// Cuts a batch into the records that are expected back.
  static std::vector<Record> split(std::string_view batch, const std::map<std::uint32_t, std::string>& names);

  void append(std::vector<Record> batch) { waiting.push_back(std::move(batch)); }
  /// An answer to the oldest batch that waits.
  Differences answer(const core::Commit& commit);
  Differences trim(const core::Trimmed& trimmed);

  /// The journal was opened again and gave all its records; retention may since have removed those before `oldest`.
  /// `may_lose`: what was committed may be missing at the end.
  Differences reopened(const core::Kept& kept, const std::vector<std::pair<std::uint64_t, std::string>>& found,
                       std::uint64_t oldest, bool may_lose);
  /// Whether it lists the topics and the ids of the records it holds.
  [[nodiscard]] Differences check_lists(const core::Kept& kept, std::int64_t id_window) const;

  /// The records a reader of `spec` has to give, up to `until`, from sequence `after` on.
  [[nodiscard]] std::string expected(const core::ReaderSpec& spec, std::uint64_t after, std::uint64_t until) const;
  /// The sequence a reader begins after.
  [[nodiscard]] std::uint64_t begin(const core::ReaderSpec& spec) const;

  bool is_trimmed = false;  ///< retention may have removed more than was told
  Uuid epoch;
  std::uint64_t head = 0;
  std::uint64_t first = 1;               ///< the oldest that is held, as the journal told
  std::map<std::uint64_t, Record> held;  ///< also before `first`: after a loss of power removed segments may be back
  std::deque<std::vector<Record>> waiting;
  std::vector<std::vector<Record>> in_doubt;  ///< answered with `failed`: may be found at the next start
  std::set<std::uint32_t> forgotten;          ///< numbers of topics, in this life
  std::map<Position, std::string> given;      ///< all that anybody has seen under a position

 private:
  void keep(std::uint64_t sequence, Record record, Differences& differences);
};

}  // namespace fanfare::broker::journal
