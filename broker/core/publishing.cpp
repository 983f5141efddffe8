#include "broker/core/publishing.hpp"

#include <algorithm>
#include <utility>

#include "broker/core/incoming.hpp"
#include "protocol/header_map.hpp"
#include "protocol/topic.hpp"

namespace fanfare::broker::core {
namespace {

using protocol::CommandType;
namespace flags = protocol::message_flags;

/// Only the broker speaks there.
bool is_brokers_own(std::string_view topic) {
  return topic.starts_with("$presence.") || topic.starts_with("$dead.") || topic.starts_with("$sys.metrics.broker.") ||
         topic == "$groups";
}

/// Of a PUBLISH whose sizes were checked.
protocol::Content content_of(const protocol::Publish& command) {
  return *protocol::split_content(command.content, command.flags, command.actor_size, command.headers_size);
}

}  // namespace

/// A PUBLISH that passed the checks.
struct Publishing::Accepted {
  const protocol::Publish& command;
  const protocol::Content& content;
  const TopicPtr& topic;
};

void Publishing::topic(Session& session, const protocol::Topic& command) {
  if (command.number >= protocol::kMaxTopicNumbers) {
    sessions_.refuse(session, 0, CommandType::topic, ErrorCode::too_many_topics, std::to_string(command.number));
    return;
  }
  auto& known = session.topics.at(command.number);
  if (known) topics_.release(*std::exchange(known, nullptr));
  if (!protocol::is_topic(command.name, settings_.limits)) {
    sessions_.refuse(session, 0, CommandType::topic, ErrorCode::bad_topic, command.name);
    return;
  }
  known = topics_.find_or_add(command.name);
  topics_.claim(*known);
}

bool Publishing::publish(Session& session, const protocol::Publish& command, Instant now) {
  const auto refuse = [&](ErrorCode code, std::string_view detail = {}) {
    sessions_.refuse(session, command.request, CommandType::publish, code, detail);
    return true;
  };
  if (const auto error = check_content(command, session.limits)) {
    return *error != ErrorCode::malformed_frame && refuse(*error);
  }
  auto* const known = session.topics.find(command.topic);
  if (known == nullptr) return refuse(ErrorCode::unknown_topic_number, std::to_string(command.topic));
  auto& topic = *known;
  if (topic->forgotten) {  // with its last record; it begins anew
    topics_.release(*topic);
    topic = topics_.find_or_add(topic->name);
    topics_.claim(*topic);
  }
  if (topic->name.front() == '$' && is_brokers_own(topic->name))
    return refuse(ErrorCode::permission_denied, topic->name);

  ++counters_.messages_published;
  ++session.published;
  if (topic->stream == protocol::kNoStream) {
    publish_ephemeral(session, command, topic, now);
  } else {
    publish_to_stream(session, command, topic, now);
  }
  return true;
}

void Publishing::foresee(Session& session, const protocol::RawCommand& next) {
  using protocol::Publish;
  if (next.type != CommandType::publish || next.body.size() < Publish::kContentAt + sizeof(Uuid)) return;
  if (static_cast<std::uint8_t>(next.body[Publish::kFlagsAt]) != protocol::message_flags::kId) return;
  const auto* const topic = session.topics.find(protocol::load<std::uint32_t>(&next.body[Publish::kTopicAt]));
  if (topic == nullptr || (*topic)->stream == protocol::kNoStream) return;
  Uuid id;
  next.body.copy(reinterpret_cast<char*>(id.bytes.data()), sizeof id, Publish::kContentAt);
  streams_.get((*topic)->stream).ids.foresee(id);
}

void Publishing::publish_ephemeral(Session& session, const protocol::Publish& command, const TopicPtr& topic,
                                   Instant now) {
  const auto& route = audiences_.reach(*topic);
  const auto matched = route.sessions;
  if (matched > 0) {
    const protocol::RecordHeader header{
        .topic = topics_.number(topic), .timestamp = now.clock, .flags = command.flags, .publisher = session.publisher};
    auto& batch = audiences_.open_batch(route, protocol::kNoStream, {}, 0);
    protocol::append_record(batch.bytes(), header, command.actor_size, command.headers_size, command.content);
    batch.added(topic, 0);
    counters_.messages_delivered += matched;
  }
  session.acks.add(command.request, matched);
  sessions_.wake(session);
  if ((command.flags & flags::kTraced) == 0) return;
  if (const auto content = content_of(command); content.id) {
    hop(*content.id, "received", now);
    hop(*content.id, "handed to " + std::to_string(matched) + " sessions", now);
  }
}

void Publishing::publish_to_stream(Session& session, const protocol::Publish& command, const TopicPtr& topic,
                                   Instant now) {
  const auto content = content_of(command);
  const Accepted message{command, content, topic};
  auto& stream = streams_.get(topic->stream);
  const bool waits = held_.holds(session.key, stream.number);
  if (!waits && (stream.failed || !needs_lookup(message, stream))) return store(session, message, stream, now);
  // What is known is answered now: when its turn has come, the id may be too old to be known.
  if (is_repeat(session, message, stream)) return;
  if (needs_lookup(message, stream) && command.last.position.epoch != stream.head.epoch) {
    // Whether it was among the records of that epoch, and whether those were kept, can't be told.
    sessions_.refuse(session, command.request, CommandType::publish, ErrorCode::outcome_unknown,
                     "the stream's epoch is another one");
    return;
  }
  held_.hold(session.key, command, topic, needs_lookup(message, stream) ? content.id : std::nullopt);
}

/// It may have been stored before, where the ids that are known do not reach.
bool Publishing::needs_lookup(const Accepted& message, const Stream& stream) const {
  const auto& [command, content, topic] = message;
  if ((command.flags & flags::kResent) == 0 || !content.id || stream.ids.find(*content.id)) return false;
  return command.last.position.epoch != stream.head.epoch || stream.ids.floor() > command.last.position.sequence;
}

void Publishing::looked_up(const IdLookedUp& answer, Instant now) {
  held_.answered(answer, [&](SessionKey key, const HeldPublish& held) { take_held(key, held, now); });
}

void Publishing::take_held(SessionKey key, const HeldPublish& held, Instant now) {
  auto* session = sessions_.by_key(key);
  const auto& command = held.command;
  const auto content =
      protocol::split_content(command.content, command.flags, command.actor_size, command.headers_size);
  if (session == nullptr || !content) return;
  const auto topic = topics_.find_or_add(held.topic->name);  // the session may have let go of it meanwhile
  const Accepted message{command, *content, topic};
  auto& stream = streams_.get(topic->stream);
  const auto refuse = [&](ErrorCode code, std::string_view detail) {
    sessions_.refuse(*session, command.request, CommandType::publish, code, detail);
  };
  if (held.answer && held.answer->outcome == IdLookedUp::Outcome::unknown && !stream.ids.find(*content->id)) {
    return refuse(ErrorCode::outcome_unknown, "too much was stored since");
  }
  if (held.answer && held.answer->outcome == IdLookedUp::Outcome::found) {
    if (held.answer->fingerprint != protocol::fingerprint_of(topic->name, content->payload)) {
      return refuse(ErrorCode::id_conflict, content->id->to_string());
    }
    return answer_repeat(message, {key, command.request}, stream, held.answer->sequence);
  }
  store(*session, message, stream, now);
}

void Publishing::answer_repeat(const Accepted& message, const Waiter& waiter, Stream& stream, std::uint64_t sequence) {
  ++counters_.messages_repeated;
  ++stream.counters.repeated;
  acknowledge(waiter, {.first = message.command.request,
                       .count = 1,
                       .flags = protocol::AckRange::kRepeated,
                       .stream = stream.number,
                       .epoch = stream.head.epoch,
                       .sequence = sequence});
}

/// Whether the id is known; then the publish is answered, or will be with the first one.
bool Publishing::is_repeat(Session& session, const Accepted& message, Stream& stream) {
  const auto& [command, content, topic] = message;
  const auto first = content.id ? stream.ids.find(*content.id) : std::nullopt;
  if (!first) return false;
  const Waiter waiter{session.key, command.request};
  if (first->fingerprint != protocol::fingerprint_of(topic->name, content.payload)) {
    sessions_.refuse(session, command.request, CommandType::publish, ErrorCode::id_conflict, content.id->to_string());
  } else if (first->sequence == 0) {
    ++counters_.messages_repeated;
    ++stream.counters.repeated;
    stream.repeats[*content.id].push_back(waiter);
  } else {
    answer_repeat(message, waiter, stream, first->sequence);
  }
  return true;
}

void Publishing::store(Session& session, const Accepted& message, Stream& stream, Instant now) {
  const auto& [command, content, topic] = message;
  if (stream.failed) {
    sessions_.refuse(session, command.request, CommandType::publish, ErrorCode::storage_failed, stream.failure);
    return;
  }
  if (is_repeat(session, message, stream)) return;
  std::optional<std::uint64_t> fingerprint;
  if (content.id) {
    fingerprint = protocol::fingerprint_of(topic->name, content.payload);
    stream.ids.taken(*content.id, *fingerprint, now.steady);
  }
  append(stream, topic, session.publisher, command.flags,
         {.id = content.id,
          .fingerprint = fingerprint,
          .actor_size = command.actor_size,
          .headers_size = command.headers_size,
          .content = command.content},
         Waiter{session.key, command.request}, now);
  if (stream.open.pending.back().traced) hop(*content.id, "received", now);
}

/// Puts a record into the stream's open batch.
void Publishing::append(Stream& stream, const TopicPtr& topic, std::string_view publisher, std::uint8_t flags,
                        const OwnMessage& message, std::variant<Waiter, OwnRecord> waiter, Instant now) {
  if (topic->number == 0) {
    topics_.number(topic);
    streams_.define(*topic);
  }
  ++topic->uncommitted;
  stream.last_timestamp = std::max(stream.last_timestamp, now.clock);
  auto& records = *stream.open.records;
  const auto before = records.size();
  protocol::append_record(
      records, {.topic = topic->number, .timestamp = stream.last_timestamp, .flags = flags, .publisher = publisher},
      message.actor_size, message.headers_size, message.content);
  stream.uncommitted += records.size() - before;
  const bool traced = (flags & protocol::message_flags::kTraced) != 0 && message.id;
  stream.open.add({waiter, topic, message.id, records.size() - before, traced}, message.fingerprint);
}

void Publishing::decided(const Commit& commit, Instant now) {
  auto& stream = streams_.get(commit.stream);
  if (commit.outcome == Commit::Outcome::failed || commit.outcome == Commit::Outcome::fenced) {
    failed(stream, commit);
    if (commit.outcome == Commit::Outcome::fenced) effects_.fenced(stream.name, commit.reason);
    return;
  }
  if (stream.submitted.empty()) return;  // failed before
  auto batch = std::move(stream.submitted.front());
  stream.submitted.pop_front();
  stream.uncommitted -= batch.records->size();
  for (const auto& one : batch.pending) --one.topic->uncommitted;
  if (commit.outcome == Commit::Outcome::full) {
    refuse_waiting(stream, batch, ErrorCode::storage_full, stream.name + ": " + commit.reason);
  } else {
    committed(stream, commit, batch, now);
  }
}

void Publishing::committed(Stream& stream, const Commit& commit, Stream::Waiting& batch, Instant now) {
  std::string_view records = *batch.records;
  ++stream.counters.commits;
  stream.counters.messages += commit.count;
  stream.counters.bytes += records.size();
  auto sequence = commit.first;
  for (std::size_t i = 0; i < batch.pending.size(); ++i) {
    constexpr std::size_t kAhead = 8;  // where their ids are known has left the processor's caches since they came
    if (i + kAhead < batch.pending.size() && batch.pending[i + kAhead].id) {
      stream.ids.foresee(*batch.pending[i + kAhead].id);
    }
    const auto& one = batch.pending[i];
    const auto record = records.substr(0, one.size);
    records.remove_prefix(one.size);
    stream.head.sequence = sequence;
    one.topic->head = sequence;

    protocol::AckRange ack{.count = 1, .stream = stream.number, .epoch = stream.head.epoch, .sequence = sequence};
    if (const auto* waiter = std::get_if<Waiter>(&one.waiter)) {
      ack.first = waiter->request;
      acknowledge(*waiter, ack);
    } else {
      listener_->own_record(std::get<OwnRecord>(one.waiter).token, Commit::Outcome::committed, sequence);
    }
    if (one.id) {
      stream.ids.committed(*one.id, sequence);
      if (!stream.repeats.empty()) acknowledge_repeats(stream, *one.id, ack);
    }
    const auto matched = hand_over(one.topic, stream.head.epoch, sequence, record);
    if (one.traced) {
      hop(*one.id, "committed at " + stream.name + " " + std::to_string(sequence), now);
      hop(*one.id, "handed to " + std::to_string(matched) + " sessions", now);
    }
    ++sequence;
  }
  stream.recent.add(std::move(batch.records), commit.first, commit.count);
  if (listener_ != nullptr) listener_->committed(stream, batch.pending, commit.first);
}

void Publishing::acknowledge_repeats(Stream& stream, const Uuid& id, protocol::AckRange ack) {
  const auto repeats = stream.repeats.extract(id);
  if (!repeats) return;
  ack.flags = protocol::AckRange::kRepeated;
  for (const auto& waiter : repeats.mapped()) {
    ack.first = waiter.request;
    acknowledge(waiter, ack);
  }
}

std::uint32_t Publishing::hand_over(const TopicPtr& topic, const Uuid& epoch, std::uint64_t sequence,
                                    std::string_view record) {
  const auto& route = audiences_.reach(*topic);
  if (route.sessions == 0) return 0;
  auto& batch = audiences_.open_batch(route, topic->stream, epoch, sequence);
  batch.bytes().append(record);
  batch.added(topic, sequence);
  counters_.messages_delivered += route.sessions;
  return route.sessions;
}

void Publishing::failed(Stream& stream, const Commit& commit) {
  stream.failed = true;
  stream.failure = stream.name + ": " + commit.reason;
  stream.submitted.push_back(std::exchange(stream.open, {}));
  for (const auto& batch : stream.submitted) {
    for (const auto& one : batch.pending) --one.topic->uncommitted;
    refuse_waiting(stream, batch, ErrorCode::outcome_unknown, stream.failure);
  }
  stream.submitted.clear();
  stream.uncommitted = 0;
}

void Publishing::refuse_waiting(Stream& stream, const Stream::Waiting& batch, ErrorCode code, std::string_view reason) {
  const auto refuse = [&](const Waiter& waiter) {
    auto* session = sessions_.by_key(waiter.session);
    if (session == nullptr) return;
    sessions_.refuse(*session, waiter.request, CommandType::publish, code, reason);
  };
  stream.counters.refused += batch.pending.size();
  for (const auto& one : batch.pending) {
    if (const auto* waiter = std::get_if<Waiter>(&one.waiter)) {
      refuse(*waiter);
    } else {
      const auto outcome = code == ErrorCode::storage_full ? Commit::Outcome::full : Commit::Outcome::failed;
      listener_->own_record(std::get<OwnRecord>(one.waiter).token, outcome, 0);
    }
    if (!one.id) continue;
    stream.ids.failed(*one.id);
    if (const auto repeats = stream.repeats.extract(*one.id)) std::ranges::for_each(repeats.mapped(), refuse);
  }
}

void Publishing::acknowledge(const Waiter& waiter, const protocol::AckRange& ack) {
  auto* session = sessions_.by_key(waiter.session);
  if (session == nullptr) return;
  session->acks.add(ack);
  sessions_.wake(*session);
}

}  // namespace fanfare::broker::core
