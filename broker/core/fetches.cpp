#include "broker/core/fetches.hpp"

#include <algorithm>

#include "protocol/topic.hpp"

namespace fanfare::broker::core {

void Fetches::fetch(Session& session, const protocol::Fetch& command) {
  const auto refuse = [&](ErrorCode code, std::string_view detail) {
    sessions_.refuse(session, command.request, protocol::CommandType::fetch, code, detail);
  };
  if (!protocol::is_pattern(command.pattern, settings_.limits)) return refuse(ErrorCode::bad_pattern, command.pattern);
  const auto* stream = streams_.covering(command.pattern);
  if (stream == nullptr) return refuse(ErrorCode::ambiguous_stream, command.pattern);
  const auto most = std::min(settings_.page, std::max(settings_.outbox / 4, 1U));
  const auto bytes = command.max_bytes == 0 ? most : std::min(most, command.max_bytes);
  if (session.fetches >= settings_.open_fetches || !session.out.has_room(bytes * (session.fetches + std::size_t{1}))) {
    return refuse(ErrorCode::too_many_requests, {});
  }
  const auto start =
      find_start(*stream, topics_, command.from, command.position, command.time, std::string_view(command.pattern));
  if (start.at_head) {
    const auto recovered = start.recovered ? protocol::Page::kRecovered : std::uint8_t{0};
    session.out.push_data(protocol::Page{.request = command.request,
                                         .kind = protocol::PageKind::records,
                                         .flags = static_cast<std::uint8_t>(protocol::Page::kLast | recovered),
                                         .through = {stream->number, std::max(stream->head, start.after)}});
    sessions_.wake(session);
    return;
  }
  const auto reader = readers_.open(
      {.stream = stream->number, .after = start.after, .time = start.time, .patterns = {std::string(command.pattern)}});
  const auto until = stream->head.sequence;
  open_.emplace(reader, Open{session.key, command.request, stream->number, start, until});
  ++session.fetches;
  readers_.read({.reader = reader, .until = until, .max_count = command.max_count, .max_bytes = bytes});
}

bool Fetches::answered(const ReadDone& done) {
  const auto found = open_.find(done.reader);
  if (found == open_.end()) return false;
  const auto open = found->second;
  open_.erase(found);
  readers_.close(done.reader);
  auto* session = sessions_.by_key(open.session);
  if (session == nullptr) return true;
  --session->fetches;

  const auto& head = streams_.get(open.stream).head;
  auto through = done.through;
  const bool last = through.sequence >= open.until;
  bool recovered = open.start.recovered && !done.missing;
  if (last && !done.records && through.epoch < head.epoch) {
    through.epoch = head.epoch;  // nothing of the current epoch is held
    recovered = recovered && !open.start.located();
  }
  std::string records;
  std::vector<TopicPtr> topics;
  std::uint32_t count = 0;
  std::string_view rest = done.records ? std::string_view(*done.records) : std::string_view{};
  for (RecordView record; cut_record(rest, record);) {
    const auto topic = topics_.by_number(open.stream, record.topic);
    if (!topic) {  // retention has taken it long before this answer came
      recovered = false;
      continue;
    }
    records.append(record.bytes);
    if (topics.empty() || topics.back() != topic) topics.push_back(topic);
    ++count;
  }
  std::uint8_t flags = 0;
  if (last) flags |= protocol::Page::kLast;
  if (recovered) flags |= protocol::Page::kRecovered;
  session->out.push_data(protocol::Page{.request = open.request,
                                        .kind = protocol::PageKind::records,
                                        .flags = flags,
                                        .through = {open.stream, through},
                                        .count = count,
                                        .content = std::string_view(records)},
                         std::move(topics));
  sessions_.wake(*session);
  return true;
}

void Fetches::leave(const Session& session) {
  if (session.fetches == 0) return;
  std::erase_if(open_, [&](const auto& one) {
    if (one.second.session != session.key) return false;
    readers_.close(one.first);
    return true;
  });
}

}  // namespace fanfare::broker::core
