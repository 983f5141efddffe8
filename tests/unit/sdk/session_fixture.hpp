#pragma once
// A session on the test's own thread, with virtual time and a broker made of hand-written frames. Everything the
// session tells is kept for the test to look at.

#include <gtest/gtest.h>

#include <fanfare/options.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "protocol/frame.hpp"
#include "protocol/header_map.hpp"
#include "protocol/record.hpp"
#include "sdk/session/session.hpp"

namespace fanfare::session::test {

using namespace std::chrono_literals;

inline Uuid uuid(std::uint8_t number) {
  Uuid id;
  id.bytes.back() = number;
  return id;
}

struct KeptMessage {
  Handle handle;
  std::string topic;
  std::string stream;
  Position position;
  std::string payload;
  DataIndex data;
};

struct KeptPage {
  std::vector<KeptMessage> messages;
  std::string stream;
  Position through;
  bool last;
  bool recovered;
  DataIndex data;
};

struct KeptRequest {
  ExchangeId exchange;
  Handle handle;
  std::string topic;
  std::string payload;
  DataIndex data;
};

struct KeptWork {
  WorkId work;
  Handle handle;
  std::string topic;
  Position position;
  std::uint16_t attempt;
  std::shared_ptr<Run> run;
  DataIndex data;
};

class Recorder final : public Listener {
 public:
  void on_message(const Arrival& it) override {
    messages.push_back({it.handle,
                        it.topic->topic,
                        it.topic->stream,
                        {it.epoch, it.record.sequence},
                        std::string(it.record.content.payload),
                        it.data});
  }
  void on_acknowledged(const Acknowledged& it) override {
    for (std::uint32_t i = 0; i < it.count; ++i) {
      EXPECT_TRUE(acks.emplace(it.ticket(i), it.of(i)).second) << "a second outcome of " << it.ticket(i);
    }
  }
  void on_event(Event&& event) override {
    std::visit([this](auto& it) { keep(it); }, event);
  }

  std::vector<State> states;
  std::vector<KeptMessage> messages;
  std::vector<KeptRequest> requests;
  std::vector<ExchangeId> ended;
  std::vector<std::pair<ExchangeId, std::uint64_t>> passed;
  std::vector<std::tuple<Ticket, std::string, DataIndex>> parts;
  std::vector<std::pair<Handle, Gap>> gaps;
  std::vector<Handle> registered;
  std::vector<std::pair<Handle, Beginning>> begun;
  std::vector<std::pair<Handle, Position>> caught_up;
  std::map<Handle, ErrorCode> refused;
  std::map<Ticket, Ack> acks;
  std::map<Ticket, ErrorCode> failures;  ///< of publishes, requests and queries: each test uses its own tickets
  std::map<Ticket, Reply> replies;
  std::map<Ticket, std::vector<Headers>> rows;
  std::map<Ticket, KeptPage> pages;
  std::vector<Uuid> traced;
  std::vector<KeptWork> works;
  std::vector<WorkId> begun_works;
  std::vector<WorkId> revoked;
  std::map<Ticket, std::optional<ErrorCode>> settled;
  std::vector<Handle> finished;
  std::vector<std::pair<Handle, Role>> roles;
  std::map<Ticket, std::optional<ErrorCode>> managed;
  std::vector<std::string> presence;  ///< what each watch was told: "1 user.42 online", "1 complete", "1 settling"

  [[nodiscard]] const KeptWork& work(WorkId id) const { return *std::ranges::find(works, id, &KeptWork::work); }
  /// The sequences of what has begun, in that order.
  [[nodiscard]] std::vector<std::uint64_t> begun_sequences() const {
    std::vector<std::uint64_t> sequences;
    for (const auto id : begun_works) sequences.push_back(work(id).position.sequence);
    return sequences;
  }
  /// The latest that came of this message.
  [[nodiscard]] WorkId work_at(std::uint64_t sequence) const {
    WorkId latest = 0;
    for (const auto& it : works) {
      if (it.position.sequence == sequence) latest = it.work;
    }
    EXPECT_NE(latest, 0U) << sequence;
    return latest;
  }

 private:
  void keep(State& it) { states.push_back(it); }
  void keep(PublishFailed& it) { failures.emplace(it.ticket, it.error.code()); }
  void keep(TracedSent& it) { traced.push_back(it.id); }
  void keep(Registered& it) { registered.push_back(it.handle); }
  void keep(Begun& it) { begun.emplace_back(it.handle, Beginning{it.after, it.recovered}); }
  void keep(CaughtUp& it) { caught_up.emplace_back(it.handle, it.position); }
  void keep(RegistrationFailed& it) { refused.emplace(it.handle, it.error.code()); }
  void keep(GapSeen& it) { gaps.emplace_back(it.handle, it.gap); }
  void keep(RequestArrived& it) {
    requests.push_back(
        {it.exchange, it.handle, std::string(it.request.topic), std::string(it.content.payload), it.data});
  }
  void keep(ExchangeEnded& it) { ended.push_back(it.exchange); }
  void keep(PartsPassed& it) { passed.emplace_back(it.exchange, it.bytes); }
  void keep(PartReplied& it) { parts.emplace_back(it.ticket, it.part.payload, it.data); }
  void keep(Replied& it) {
    EXPECT_TRUE(replies.emplace(it.ticket, it.reply).second) << "a second outcome of " << it.ticket;
  }
  void keep(RequestFailed& it) { failures.emplace(it.ticket, it.error.code()); }
  void keep(QueryAnswered& it) { rows.emplace(it.ticket, it.rows); }
  void keep(QueryFailed& it) { failures.emplace(it.ticket, it.error.code()); }
  void keep(PageFetched& it) {
    KeptPage page{{}, it.stream, it.through, it.last, it.recovered, it.data};
    auto rest = it.records;
    for (const auto& topic : it.topics) {
      const auto record = protocol::next_record(rest).value();
      page.messages.push_back({0,
                               topic->topic,
                               topic->stream,
                               {it.through.epoch, record.sequence},
                               std::string(record.content.payload),
                               it.data});
    }
    pages.emplace(it.ticket, std::move(page));
  }
  void keep(WorkArrived& it) {
    const auto& arrival = it.arrival;
    works.push_back({it.work,
                     arrival.handle,
                     arrival.topic->topic,
                     {arrival.epoch, arrival.record.sequence},
                     it.attempt,
                     it.run,
                     arrival.data});
    if (it.begins) begun_works.push_back(it.work);
  }
  void keep(WorkBegun& it) {
    begun_works.push_back(it.work);
    std::ranges::find(works, it.work, &KeptWork::work)->run = it.run;
  }
  void keep(WorkRevoked& it) { revoked.push_back(it.work); }
  void keep(Settled& it) {
    std::optional<ErrorCode> code;
    if (it.error) code = it.error->code();
    EXPECT_TRUE(settled.emplace(it.ticket, code).second) << "a second outcome of " << it.ticket;
  }
  void keep(MembershipFinished& it) { finished.push_back(it.handle); }
  void keep(RoleChanged& it) { roles.emplace_back(it.handle, it.role); }
  void keep(Managed& it) {
    std::optional<ErrorCode> code;
    if (it.error) code = it.error->code();
    EXPECT_TRUE(managed.emplace(it.ticket, code).second) << "a second outcome of " << it.ticket;
  }
  void keep(PresenceTold& it) {
    constexpr std::array<std::string_view, 3> kStates{"offline", "online", "unknown"};
    EXPECT_NE(it.before, it.after);
    const auto state = kStates.at(static_cast<std::size_t>(it.after));
    presence.push_back(std::to_string(it.handle) + " " + std::string(it.key) + " " + std::string(state));
  }
  void keep(PresenceComplete& it) {
    presence.push_back(std::to_string(it.handle) + (it.settling ? " settling" : " complete"));
  }
  void keep(FetchFailed& it) { failures.emplace(it.ticket, it.error.code()); }
};

/// A frame the session sent, taken apart.
class SentFrame {
 public:
  explicit SentFrame(std::string bytes) : bytes_(std::move(bytes)) {
    protocol::FrameReader reader(bytes_);
    while (const auto command = reader.next()) commands_.push_back(*command);
    EXPECT_FALSE(reader.error());
  }
  SentFrame(const SentFrame&) = delete;
  SentFrame& operator=(const SentFrame&) = delete;

  /// All commands of this type, in their order.
  template <class Command>
  [[nodiscard]] std::vector<Command> all() const {
    std::vector<Command> found;
    for (const auto& command : commands_) {
      if (command.type == Command::kType) found.push_back(protocol::decode<Command>(command.body).value());
    }
    return found;
  }
  /// The only one of this type.
  template <class Command>
  [[nodiscard]] Command one() const {
    auto found = all<Command>();
    EXPECT_EQ(found.size(), 1U);
    return found.empty() ? Command() : found.front();
  }
  [[nodiscard]] bool empty() const { return commands_.empty(); }
  /// What it holds, CREDIT aside.
  [[nodiscard]] std::vector<protocol::CommandType> types() const {
    std::vector<protocol::CommandType> found;
    for (const auto& command : commands_) {
      if (command.type != protocol::CommandType::credit) found.push_back(command.type);
    }
    return found;
  }
  [[nodiscard]] std::size_t size() const { return bytes_.size(); }

 private:
  const std::string bytes_;
  std::vector<protocol::RawCommand> commands_;
};

class SessionTest : public testing::Test {
 protected:
  SentFrame sent(bool idle = false) {
    std::string frame;
    if (!session.next_frame(frame, now, idle)) frame = protocol::kFrameHeader;
    return SentFrame(frame);
  }

  template <class... Commands>
  void receive(const Commands&... commands) {
    std::string frame(protocol::kFrameHeader);
    (protocol::append_command(frame, commands), ...);
    session.received(frame, now);
  }

  void wait(Duration time) {
    now += time;
    session.tick(now);
  }

  [[nodiscard]] protocol::Welcome welcome() const {
    protocol::Welcome it;
    it.version = 1;
    it.session = uuid(1);
    it.secret = uuid(2);
    it.run = uuid(3);
    it.limit = 1U << 20U;
    it.lease_ms = 10'000;
    it.heartbeat_ms = 3'000;
    it.publisher = "local";
    it.streams = {chat(head)};
    return it;
  }

  [[nodiscard]] static protocol::StreamInfo chat(const Position& head) {
    return {.number = 1, .name = "chat", .head = head, .topics = {"chat.>"}};
  }

  /// A connection and its greeting; what the HELLO frame held.
  void connect(const protocol::Welcome& with) {
    session.tick(now);
    ASSERT_TRUE(session.wants_connection());
    session.opened(now, 0.5);
    (void)sent().one<protocol::Hello>();
    receive(with);
  }
  void connect() { connect(welcome()); }

  /// The connection breaks and comes back as a new session.
  void reconnect(const protocol::Welcome& with) {
    session.lost(now, Error(ErrorCode::unreachable));
    wait(10s);
    connect(with);
  }
  void reconnect() { reconnect(welcome()); }

  void publish(Ticket ticket, std::string_view topic, std::string_view payload, const Headers& headers = {}) {
    auto batch = std::make_unique<PublishBatch>();
    const auto encoded = protocol::encode_headers(headers);
    batch->add(ticket, topic, {uuid(static_cast<std::uint8_t>(ticket)), {}, encoded, payload}, false);
    session.publish(std::move(batch));
  }

  void subscribe(Handle handle, std::string pattern) {
    Registration it;
    it.pattern = std::move(pattern);
    session.add(handle, it);
  }

  void serve(Handle handle, std::string pattern) {
    Registration it;
    it.kind = Registration::Kind::service;
    it.pattern = std::move(pattern);
    session.add(handle, it);
  }

  /// Subscribes and has it acknowledged.
  void subscribed(Handle handle, std::string pattern, std::vector<protocol::StreamPosition> positions = {}) {
    subscribe(handle, std::move(pattern));
    receive(protocol::Ok{.request = sent().one<protocol::Subscribe>().request, .positions = std::move(positions)});
  }

  void request(Ticket ticket, std::string topic, std::string payload, Duration timeout = 5s) {
    OpenRequest it;
    it.topic = std::move(topic);
    it.content = std::move(payload);
    it.deadline = now + timeout;
    session.request(ticket, std::move(it));
  }

  static std::string record(std::uint32_t topic, std::uint64_t sequence, std::string_view payload) {
    std::string bytes;
    protocol::append_record(bytes, {.topic = topic, .sequence = sequence, .publisher = "local"}, 0, 0, payload);
    return bytes;
  }

  /// DELIVER of ephemeral messages; `records` lives at the caller's.
  static protocol::Deliver live(const std::string& records, std::uint32_t count = 1) {
    protocol::Deliver it;
    it.count = count;
    it.records = std::string_view(records);
    return it;
  }
  static protocol::Deliver stored(const std::string& records, const Position& through, std::uint32_t count = 1) {
    auto it = live(records, count);
    it.stream = 1;
    it.epoch = through.epoch;
    it.through = through.sequence;
    return it;
  }

  static constexpr std::uint32_t kTopic = protocol::kEphemeralTopic | 1U;
  const Uuid epoch = uuid(9);
  Position head{epoch, 100};
  Instant now{};
  Recorder told;
  Session session{{.name = "test", .address = "tcp://somewhere"}, told};
};

}  // namespace fanfare::session::test
