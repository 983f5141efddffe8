#include "cli/groups/dead_letters.hpp"

#include <iterator>

#include "cli/format/row.hpp"
#include "cli/format/text.hpp"
#include "runtime/text/time_text.hpp"

namespace fanfare::cli {

void DeadRuns::add(std::uint64_t first, std::uint64_t last) {
  if (first <= last) runs_[first] = last;
}

bool DeadRuns::contains(std::uint64_t sequence) const { return next(sequence) == sequence; }

std::uint64_t DeadRuns::count() const {
  std::uint64_t sum = 0;
  for (const auto& [first, last] : runs_) sum += last - first + 1;
  return sum;
}

std::optional<std::uint64_t> DeadRuns::next(std::uint64_t sequence) const {
  const auto after = runs_.upper_bound(sequence);
  if (after != runs_.begin() && std::prev(after)->second >= sequence) return sequence;
  if (after == runs_.end()) return std::nullopt;
  return after->first;
}

std::map<std::string, DeadRuns> read_dead_runs(const std::vector<Headers>& rows) {
  std::map<std::string, DeadRuns> runs;
  for (Headers row : rows) {
    const std::string group = take(row, "group");
    const auto first = take_number(row, "first");
    const auto last = take_number(row, "last");
    if (!group.empty() && first && last) runs[group].add(*first, *last);
  }
  return runs;
}

DeadLetter read_dead_letter(const std::string& group, const Message& message) {
  Headers headers = message.headers;
  DeadLetter letter;
  letter.group = group;
  letter.dead = message.position.sequence;
  letter.stream = take(headers, "$stream");
  letter.topic = take(headers, "$topic");
  letter.epoch = take(headers, "$epoch");
  letter.sequence = take_number(headers, "$sequence");
  letter.when = message.timestamp;
  letter.failures = take_number(headers, "$failures");
  letter.reason = take(headers, "$reason");
  letter.size = message.payload.size();
  return letter;
}

std::string describe(const std::vector<DeadLetter>& letters) {
  if (letters.empty()) return "no dead letters\n";
  std::vector<std::vector<std::string>> rows = {
      {"GROUP", "DEAD", "STREAM", "TOPIC", "SEQUENCE", "WHEN", "FAILURES", "SIZE", "REASON"}};
  for (const DeadLetter& letter : letters) {
    rows.push_back({cell(letter.group), std::to_string(letter.dead), cell(letter.stream), cell(letter.topic),
                    cell(letter.sequence), runtime::to_text(std::chrono::floor<std::chrono::milliseconds>(letter.when)),
                    cell(letter.failures), rough_size(letter.size), cell(letter.reason)});
  }
  return table(rows);
}

Json to_json(const DeadLetter& letter) {
  return {{"group", letter.group},
          {"dead", letter.dead},
          {"stream", text_or_base64(letter.stream)},
          {"topic", text_or_base64(letter.topic)},
          {"epoch", text_or_base64(letter.epoch)},
          {"sequence", or_null(letter.sequence)},
          {"when", runtime::to_text(letter.when)},
          {"failures", or_null(letter.failures)},
          {"reason", text_or_base64(letter.reason)},
          {"size", letter.size}};
}

Json to_json(const std::vector<DeadLetter>& letters) {
  Json json = Json::array();
  for (const DeadLetter& letter : letters) json.push_back(to_json(letter));
  return json;
}

}  // namespace fanfare::cli
