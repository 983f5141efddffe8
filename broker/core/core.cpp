#include "broker/core/core.hpp"

#include <algorithm>
#include <utility>

#include "protocol/topic.hpp"
#include "protocol/utf8.hpp"

namespace fanfare::broker::core {

using protocol::CommandType;

Core::Core(Settings settings, Random random, Journal& journal, Effects& effects, Instant now)
    : settings_(std::move(settings)),
      random_(std::move(random)),
      journal_(journal),
      effects_(effects),
      run_(random_()),
      started_(now.steady),
      sessions_(settings_),
      topics_(settings_.streams),
      audiences_([this](Session& session) { sessions_.wake(session); }),
      streams_(settings_, journal_, topics_, now),
      subscriptions_(audiences_, streams_),
      readers_(journal_, settings_.reads),
      replays_(settings_, sessions_, topics_, audiences_, streams_, subscriptions_, readers_, counters_),
      fetches_(settings_, sessions_, topics_, streams_, readers_),
      publishing_(settings_, sessions_, topics_, audiences_, streams_, journal_, effects_, counters_),
      services_(settings_, sessions_, counters_),
      groups_(settings_, sessions_, topics_, streams_, readers_, publishing_, journal_, effects_, counters_),
      presence_(settings_, sessions_, audiences_, publishing_, counters_, run_, now),
      now_(now) {
  groups_.start(now);
}

void Core::received(ConnectionId connection, std::string_view frame, Instant now) {
  now_ = now;
  ++counters_.frames_received;
  auto* session = sessions_.by_connection(connection);
  if (session == nullptr) {
    greet(connection, frame, now);
    return;
  }
  session->last_heard = now.steady;
  session->previous_secret = {};
  sessions_.wake(*session);  // at least a CREDIT may be due
  protocol::FrameReader reader(frame);
  for (auto raw = reader.next(); raw;) {
    const auto following = reader.next();
    if (following) publishing_.foresee(*session, *following);
    handle(*session, *raw, now);
    if (session->ended) return;
    raw = following;
  }
  if (reader.error()) unreadable(*session, *reader.error());
}

void Core::received_wrongly(ConnectionId connection, Instant now) {
  now_ = now;
  ++counters_.frames_received;
  constexpr std::string_view kWhy = "a frame is one message part, and a client sets no routing id";
  if (auto* session = sessions_.by_connection(connection)) {
    malformed(*session, CommandType{}, kWhy);
  } else {
    ++counters_.malformed_frames;
    refuse_connection(connection, CommandType{}, ErrorCode::malformed_frame, kWhy);
  }
}

void Core::disconnected(ConnectionId connection) {
  if (auto* session = sessions_.by_connection(connection)) detach(*session);
}

void Core::settle(Instant now) {
  now_ = now;
  // What one round asks the journal for, the next may already get. The bound keeps frames from waiting for replays.
  constexpr int kRounds = 16;
  presence_.run(now);
  more_ = true;
  for (int round = 0; round < kRounds && more_; ++round) {
    streams_.submit();
    auto events = journal_.take_events();
    for (auto& event : events) take_in(event, now);
    audiences_.seal_all([this](protocol::StreamNumber stream) { return streams_.head(stream); });
    services_.run(now);
    const bool worked = groups_.run(now);
    sessions_.each_awake([this](Session& session) {
      if (session.out.has_spills()) replays_.spilled(session);  // pushed out by other data
    });
    // Now every session was handed all that is committed, or is fed from where it was not.
    const bool fed = replays_.run();
    auto awake = sessions_.take_awake();
    // Messages first, acknowledgements after them: who waits for a message has waited longer.
    std::ranges::partition(awake, [](const Session* session) { return !session->out.idle(); });
    for (auto* session : awake) send_waiting(*session);
    more_ = fed || worked || !events.empty() || replays_.ready() || groups_.ready() || services_.ready();
  }
  more_ = more_ || presence_.ready();
  for (const auto& topic : topics_.sweep()) {
    for (auto* session : sessions_.all()) session->out.push_forget(topic);
  }
  give_late_credit();
  sessions_.bury();
}

void Core::take_in(JournalEvent& event, Instant now) {
  if (const auto* commit = std::get_if<Commit>(&event)) return publishing_.decided(*commit, now);
  if (const auto* answer = std::get_if<IdLookedUp>(&event)) {
    if (!groups_.looked_up(*answer)) publishing_.looked_up(*answer, now);
    return;
  }
  if (const auto* trimmed = std::get_if<Trimmed>(&event)) {
    auto& stream = streams_.get(trimmed->stream);
    stream.first = std::max(stream.first, trimmed->first);
    groups_.trimmed(*trimmed);
    return topics_.forget(trimmed->stream, trimmed->forgotten);
  }
  auto& done = std::get<ReadDone>(event);
  if (!readers_.answered(done.reader)) return;  // closed meanwhile
  if (!fetches_.answered(done) && !groups_.answered(done)) static_cast<void>(replays_.answered(done));
}

void Core::send_waiting(Session& session, bool credit_is_late) {
  if (!session.attached()) {
    tally(session, DropPolicy::drop_oldest);
    if (session.out.overflowed()) close(session, CommandType{}, ErrorCode::overflow);
    return;
  }
  session.acks.take([&](const protocol::Puback& ack) { session.out.push_free(ack); });
  give_credit(session, credit_is_late);
  const auto send = [&](SharedFrame frame) { effects_.send(session.connection, std::move(frame)); };
  session.out.flush(send);
  tally(session, DropPolicy::drop_oldest);
  if (session.out.overflowed()) return close(session, CommandType{}, ErrorCode::overflow);
  services_.flushed(session, now_);
  replays_.has_room(session);
  groups_.has_room(session);
  presence_.has_room(session);
  if (!std::exchange(session.wants_positions, false) || !session.out.idle()) return;
  for (const auto& [number, interest] : session.streams) {
    const auto through = replays_.live_position(session, streams_.get(number));
    session.out.push_free(protocol::PositionUpdate{.through = {number, through}});
  }
  session.out.flush(send);
}

void Core::give_credit(Session& session, bool is_late) {
  if (slowed()) {
    if (std::ranges::find(slowed_, session.key) == slowed_.end()) slowed_.push_back(session.key);
    return;
  }
  // A frame of its own would cost more than the message it is for, and wake a client that has nothing to do yet.
  const bool due = is_late || draining_ || !session.out.idle();
  if (const auto credit = session.in.confirm(session.out.has_free(), due)) return session.out.push_free(*credit);
  if (session.in.owes() && !std::exchange(session.credit_owed, true)) {
    owed_.push_back({session.key, now_.steady + kCreditWait});
  }
}

void Core::give_late_credit() {
  if (!slowed()) {
    for (const auto key : std::exchange(slowed_, {})) {
      if (auto* session = sessions_.by_key(key)) send_waiting(*session, true);
    }
  }
  while (!owed_.empty() && owed_.front().due <= now_.steady) {
    auto* session = sessions_.by_key(owed_.front().session);
    owed_.pop_front();
    if (session == nullptr) continue;
    session->credit_owed = false;
    if (session->in.owes()) send_waiting(*session, true);
  }
}

void Core::tick(Instant now) {
  now_ = now;
  services_.tick(now);
  groups_.tick(now);
  if (lease_check_ && now.steady < *lease_check_) return;
  lease_check_ = now.steady + lease_step();
  for (auto* session : sessions_.all()) {
    if (now.steady - session->last_heard >= settings_.lease) close(*session, CommandType{}, ErrorCode::session_expired);
  }
}

std::optional<std::chrono::microseconds> Core::next_deadline() const {
  if (more_) return std::chrono::microseconds::zero();
  auto next = services_.next_deadline();
  if (const auto groups = groups_.next_deadline()) next = std::min(next.value_or(*groups), *groups);
  if (const auto presence = presence_.next_deadline()) next = std::min(next.value_or(*presence), *presence);
  if (!owed_.empty()) next = std::min(next.value_or(owed_.front().due), owed_.front().due);
  if (sessions_.size() > 0 && lease_check_) next = std::min(next.value_or(*lease_check_), *lease_check_);
  return next;
}

void Core::drain(std::chrono::milliseconds deadline) {
  draining_ = true;
  drain_ms_ = static_cast<std::uint32_t>(deadline.count());
  replays_.stop();
  groups_.drain();
  for (auto* session : sessions_.all()) sessions_.answer(*session, protocol::Drain{.deadline_ms = drain_ms_});
}

void Core::reload(const Settings& next) {
  settings_.sessions = next.sessions;
  settings_.max_request_timeout = next.max_request_timeout;
  auto& limits = settings_.limits;
  limits.subscriptions = next.limits.subscriptions;
  limits.in_flight = next.limits.in_flight;
  limits.header_bytes = next.limits.header_bytes;
  limits.header_count = next.limits.header_count;
}

bool Core::drained() {
  // A client that is cut off may lose what it has not read yet, so each has to confirm first. Who lost its connection
  // is not waited for: it may never come back.
  const auto confirmed = [](const Session* session) { return !session->attached() || session->out.confirmed(); };
  return services_.open() == 0 && fetches_.open() == 0 && publishing_.uncommitted() == 0 && streams_.idle() &&
         groups_.drained() && std::ranges::all_of(sessions_.all(), confirmed);
}

// ---- A connection without a session ----

void Core::greet(ConnectionId connection, std::string_view frame, Instant now) {
  protocol::FrameReader reader(frame);
  const auto refuse = [&](ErrorCode code, std::string_view detail = {}) {
    ++counters_.sessions_refused;
    refuse_connection(connection, CommandType::hello, code, detail);
  };
  const auto raw = reader.next();
  if (reader.error()) {
    ++counters_.malformed_frames;
    return refuse(*reader.error());
  }
  if (!raw || raw->type != CommandType::hello) return refuse(ErrorCode::no_session);
  const auto hello = protocol::decode<protocol::Hello>(raw->body);
  if (!hello || !protocol::is_utf8(hello->software)) {
    ++counters_.malformed_frames;
    return refuse(ErrorCode::malformed_frame, "the fields of HELLO");
  }
  if (hello->version_min > protocol::kVersion || hello->version_max < protocol::kVersion) {
    return refuse(ErrorCode::unsupported_version, "this broker speaks version " + std::to_string(protocol::kVersion));
  }
  if (!protocol::is_name(hello->name)) return refuse(ErrorCode::bad_name, hello->name);
  auto* resumed = (hello->flags & protocol::Hello::kResume) != 0 ? resume(*hello, connection, now) : nullptr;
  if (resumed == nullptr && draining_) return refuse(ErrorCode::draining);
  if (resumed == nullptr && sessions_.size() >= settings_.sessions) {
    auto* longest = sessions_.longest_detached();
    if (longest == nullptr) return refuse(ErrorCode::too_many_sessions);
    end(*longest, "makes room for another");
  }
  auto& session = resumed != nullptr ? *resumed : open(*hello, connection, now);
  if (session.ended) return;

  while (const auto next = reader.next()) {
    handle(session, *next, now);
    if (session.ended) return;
  }
  if (reader.error()) unreadable(session, *reader.error());
}

Session& Core::open(const protocol::Hello& hello, ConnectionId connection, Instant now) {
  auto& session = sessions_.open(connection, random_());
  session.secret = random_();
  session.name = hello.name;
  session.software = hello.software;
  session.publisher = "local";  // without keys everybody on this machine is trusted and one
  session.opened = now.steady;
  session.last_heard = now.steady;
  if (!lease_check_) lease_check_ = now.steady + lease_step();
  ++counters_.sessions_opened;
  effects_.session_opened(connection, session.name);
  session.out.begin(hello.limit);
  welcome(session, 0, now);
  return session;
}

/// Null: its client gets a new session.
Session* Core::resume(const protocol::Hello& hello, ConnectionId connection, Instant now) {
  auto* session = sessions_.by_id(hello.session);
  if (session == nullptr || session->name != hello.name) return nullptr;
  const bool is_previous = session->previous_secret != Uuid() && hello.secret == session->previous_secret;
  if (hello.secret != session->secret && !is_previous) return nullptr;
  if (hello.sent < session->in.commands() || !session->out.resume(hello.received, hello.limit)) {
    end(*session, "its client counts otherwise");
    return nullptr;
  }
  if (session->attached()) detach(*session);  // the old connection seems open still
  sessions_.attach(*session, connection);
  services_.attached(*session);
  session->previous_secret = hello.secret;
  session->secret = random_();
  session->last_heard = now.steady;
  session->in.resume();
  ++counters_.sessions_resumed;
  effects_.session_resumed(connection, session->name);
  welcome(*session, protocol::Welcome::kResumed, now);
  if (draining_) sessions_.answer(*session, protocol::Drain{.deadline_ms = drain_ms_});
  return session;
}

void Core::detach(Session& session) {
  ++counters_.sessions_detached;
  effects_.session_detached(session.connection, session.name);
  sessions_.detach(session);
  services_.detached(session);
}

void Core::welcome(Session& session, std::uint8_t flags, Instant now) {
  protocol::Welcome welcome{.version = protocol::kVersion,
                            .flags = flags,
                            .session = session.id,
                            .secret = session.secret,
                            .run = run_,
                            .received = session.in.commands(),
                            .limit = session.in.limit(),
                            .lease_ms = static_cast<std::uint32_t>(settings_.lease.count()),
                            .heartbeat_ms = static_cast<std::uint32_t>(settings_.heartbeat.count()),
                            .clock = now.clock,
                            .limits = session.limits,
                            .publisher = std::string_view(session.publisher)};
  for (const auto& stream : streams_.all()) {
    auto& info = welcome.streams.emplace_back(
        protocol::StreamInfo{.number = stream.number, .name = std::string_view(stream.name), .head = stream.head});
    for (const auto& topic : stream.topics) info.topics.emplace_back(std::string_view(topic));
  }
  sessions_.answer(session, welcome);
}

void Core::refuse_connection(ConnectionId connection, CommandType command, ErrorCode code, std::string_view detail) {
  const auto text = error_text(code, detail);
  effects_.send(
      connection,
      std::make_shared<const std::string>(protocol::make_frame(protocol::Error{
          .command = command, .code = code, .flags = protocol::Error::kCloses, .text = std::string_view(text)})));
}

// ---- The end of a session ----

void Core::malformed(Session& session, CommandType command, std::string_view detail) {
  ++counters_.malformed_frames;
  close(session, command, ErrorCode::malformed_frame, detail);
}

void Core::unreadable(Session& session, ErrorCode error) {
  ++counters_.malformed_frames;
  close(session, CommandType{}, error);
}

void Core::close(Session& session, CommandType command, ErrorCode code, std::string_view detail) {
  session.acks.take([&](const protocol::Puback& ack) { session.out.push_free(ack); });  // is still told
  if (session.attached()) {
    session.out.flush([&](SharedFrame frame) { effects_.send(session.connection, std::move(frame)); });
    refuse_connection(session.connection, command, code, detail);
  }
  if (code == ErrorCode::overflow) {
    tally(session, DropPolicy::drop_oldest);
    session.out.drop_waiting();
    tally(session, DropPolicy::close);
  }
  end(session, describe(code).name);
}

void Core::end(Session& session, std::string_view reason, bool in_order) {
  groups_.ended(session, in_order, now_);
  services_.leave(session);
  presence_.leave(session);
  replays_.leave(session);
  fetches_.leave(session);
  publishing_.leave(session);
  audiences_.leave(session);
  session.topics.each([this](Topic& topic) { topics_.release(topic); });
  tally(session, DropPolicy::drop_oldest);
  counters_.messages_dropped += session.out.dropped();
  for (const auto& [key, count] : session.drops.counts()) {
    counters_.dropped_of_ended[static_cast<std::size_t>(key.first)] += count;
  }
  effects_.session_closed(session.connection, session.name, reason);
  sessions_.erase(session);
}

}  // namespace fanfare::broker::core
