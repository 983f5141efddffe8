#include "cli/streams/stream_rows.hpp"

#include <algorithm>
#include <string_view>

#include "cli/format/row.hpp"
#include "cli/format/text.hpp"
#include "runtime/text/time_text.hpp"

namespace fanfare::cli {
namespace {

std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> found;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (end > 0) found.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return found;
}

StreamRow read_stream(Headers row) {
  StreamRow stream;
  stream.name = take(row, "stream");
  stream.topics = words(take(row, "topics"));
  stream.epoch = take(row, "epoch");
  stream.first = take_number(row, "first");
  stream.head = take_number(row, "head");
  stream.bytes = take_number(row, "bytes");
  stream.segments = take_number(row, "segments");
  stream.oldest = take_time(row, "oldest");
  stream.state = take(row, "state");
  stream.more = std::move(row);
  return stream;
}

std::string topics_cell(const StreamRow& stream) {
  std::string text;
  for (const std::string& topic : stream.topics) text.append(text.empty() ? "" : " ").append(topic);
  return cell(text);
}

/// The oldest message's sequence, if there is a message.
std::optional<std::uint64_t> first_held(const StreamRow& stream) {
  return stream.messages().value_or(0) == 0 ? std::nullopt : stream.first;
}

}  // namespace

std::optional<std::uint64_t> StreamRow::messages() const {
  if (!first || !head || *first > *head + 1) return std::nullopt;
  return *head + 1 - *first;
}

std::vector<StreamRow> read_streams(const std::vector<Headers>& rows) {
  std::vector<StreamRow> streams;
  streams.reserve(rows.size());
  for (const Headers& row : rows) streams.push_back(read_stream(row));
  return streams;
}

std::string describe(const std::vector<StreamRow>& streams) {
  std::vector<std::vector<std::string>> rows = {
      {"STREAM", "STATE", "MESSAGES", "SIZE", "FIRST", "HEAD", "OLDEST", "TOPICS"}};
  for (const StreamRow& stream : streams) {
    rows.push_back({cell(stream.name), cell(stream.state), cell(stream.messages()), size_cell(stream.bytes),
                    cell(first_held(stream)), cell(stream.head), cell(stream.oldest), topics_cell(stream)});
  }
  return table(rows);
}

std::string describe(const StreamRow& stream) {
  std::vector<std::vector<std::string>> rows = {
      {"stream", cell(stream.name)},      {"state", cell(stream.state)},         {"topics", topics_cell(stream)},
      {"epoch", cell(stream.epoch)},      {"messages", cell(stream.messages())}, {"first", cell(first_held(stream))},
      {"head", cell(stream.head)},        {"oldest", cell(stream.oldest)},       {"size", size_cell(stream.bytes)},
      {"segments", cell(stream.segments)}};
  for (const auto& [key, value] : stream.more) rows.push_back({printable(key), cell(value)});
  return table(rows);
}

Json to_json(const StreamRow& stream) {
  Json json = {{"stream", text_or_base64(stream.name)},
               {"topics", Json::array()},
               {"epoch", text_or_base64(stream.epoch)},
               {"first", or_null(first_held(stream))},
               {"head", or_null(stream.head)},
               {"messages", or_null(stream.messages())},
               {"bytes", or_null(stream.bytes)},
               {"segments", or_null(stream.segments)},
               {"oldest", stream.oldest ? Json(runtime::to_text(*stream.oldest)) : Json()},
               {"state", text_or_base64(stream.state)}};
  for (const std::string& topic : stream.topics) json["topics"].push_back(text_or_base64(topic));
  json.update(row_to_json(stream.more, {}));
  return json;
}

Json to_json(const std::vector<StreamRow>& streams) {
  Json json = Json::array();
  for (const StreamRow& stream : streams) json.push_back(to_json(stream));
  return json;
}

}  // namespace fanfare::cli
