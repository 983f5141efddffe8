#pragma once
// A core with a clock and peers that a test moves by hand: each peer is one connection and keeps what it was sent, as
// commands. One thread.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "broker/core/core.hpp"
#include "broker/journal/memory_journal.hpp"
#include "protocol/content.hpp"
#include "protocol/header_map.hpp"
#include "protocol/record.hpp"

namespace fanfare::broker::core {

/// A journal whose commits wait until the test gives them.
class HeldJournal final : public Journal {
 public:
  Kept kept(protocol::StreamNumber) override { return {.head = {.epoch = Uuid{{1}}, .sequence = 0}}; }
  void define(protocol::StreamNumber, std::uint32_t, std::string_view) override {}
  void append(Batch batch) override { held.push_back(std::move(batch)); }
  void open_reader(ReaderId, ReaderSpec) override {}
  void read(const ReadRequest&) override {}
  void close_reader(ReaderId) override {}
  void look_up(const IdLookup&) override {}
  std::vector<JournalEvent> take_events() override {
    const auto commits = std::exchange(decided, {});
    return {commits.begin(), commits.end()};
  }
  void hold(protocol::StreamNumber, std::uint64_t) override {}
  [[nodiscard]] StreamFigures figures(protocol::StreamNumber) const override { return {}; }

  /// Commits the oldest batch at the sequences that follow.
  void commit() {
    auto batch = held.front();
    held.erase(held.begin());
    const auto first = head_ + 1;
    for (auto* at = batch.records->data(); at != batch.records->data() + batch.records->size();) {
      protocol::set_sequence(at, ++head_);
      at += protocol::load<std::uint32_t>(at);
    }
    decided.push_back({.stream = batch.stream, .first = first, .count = batch.count});
  }

  std::vector<Batch> held;
  std::vector<Commit> decided;

 private:
  std::uint64_t head_ = 0;
};

/// A command as a peer received it; the bytes are its own.
struct Got {
  protocol::CommandType type{};
  std::string body;

  template <class Command>
  [[nodiscard]] Command as() const {
    const auto command = protocol::decode<Command>(body);
    if (type != Command::kType || !command) throw std::logic_error("another command came");
    return *command;
  }
};

class CoreDriver : public Effects {
 public:
  static Settings settings() {
    Settings settings;
    settings.streams = {{"chat", {"chat.>"}}, {"orders", {"orders.>"}}};
    return settings;
  }

  explicit CoreDriver(Settings with = settings(), Journal* journal = nullptr)
      : memory_(random(), 0), core_(std::move(with), random(), journal != nullptr ? *journal : memory_, *this, now) {}

  void send(ConnectionId to, SharedFrame frame) override {
    ++frames[to];
    protocol::FrameReader reader(*frame);
    while (const auto raw = reader.next()) {
      got_[to].push_back({raw->type, std::string(raw->body)});
      if (protocol::is_counted(raw->type)) ++received_[to];
      if (raw->type == protocol::CommandType::welcome) welcomed_[to] = got_[to].back();
    }
    if (reader.error()) throw std::logic_error("the core sent what is no frame");
  }
  void session_opened(ConnectionId, std::string_view) override {}
  void session_closed(ConnectionId, std::string_view, std::string_view reason) override { closed.emplace_back(reason); }
  void fenced(std::string_view stream, std::string_view reason) override {
    fences.push_back(std::string(stream) + ": " + std::string(reason));
  }
  std::optional<ProcessUsage> process_usage() override { return usage; }

  /// Sends one frame of these commands and lets the core settle.
  template <class... Commands>
  void from(ConnectionId peer, const Commands&... commands) {
    std::string frame(protocol::kFrameHeader);
    (protocol::append_command(frame, commands), ...);
    raw(peer, frame);
  }
  void raw(ConnectionId peer, std::string_view frame) {
    core_.received(peer, frame, now);
    core_.settle(now);
  }

  /// A peer with a session and endless credit, unless it says otherwise.
  ConnectionId peer(const std::string& name = "peer", std::uint64_t limit = 1ULL << 40U) {
    const auto id = ++last_peer_;
    names_[id] = name;
    from(id, protocol::Hello{.version_min = 1, .version_max = 1, .limit = limit, .name = std::string_view(name)});
    expect<protocol::Welcome>(id);
    return id;
  }

  /// Confirms all that `peer` got, and gives it endless credit.
  void confirm(ConnectionId peer) { from(peer, protocol::Credit{.received = received_[peer], .limit = 1ULL << 40U}); }
  /// Counted commands that `peer` got on this connection.
  [[nodiscard]] std::uint64_t received(ConnectionId peer) { return received_[peer]; }

  /// The session of `peer` ends at once and not because its client wanted it: who comes back counts otherwise.
  void lose(ConnectionId peer) {
    core_.disconnected(peer);
    const auto welcome = welcomed_.at(peer).as<protocol::Welcome>();
    const auto id = ++last_peer_;
    from(id,
         protocol::Hello{.version_min = 1,
                         .version_max = 1,
                         .flags = protocol::Hello::kResume,
                         .name = std::string_view(names_.at(peer)),
                         .session = welcome.session,
                         .secret = welcome.secret,
                         .received = UINT64_MAX},
         protocol::Bye{});
    closed.pop_back();  // that one's
  }

  /// The connection of `peer` is lost.
  void disconnect(ConnectionId peer) {
    core_.disconnected(peer);
    core_.settle(now);
  }

  /// Its session goes on over another connection.
  ConnectionId resume(ConnectionId peer, std::uint64_t limit = 1ULL << 40U) {
    const auto welcome = welcomed_.at(peer).as<protocol::Welcome>();
    const auto id = ++last_peer_;
    names_[id] = names_.at(peer);
    received_[id] = received_[peer];
    from(id, protocol::Hello{.version_min = 1,
                             .version_max = 1,
                             .flags = protocol::Hello::kResume,
                             .limit = limit,
                             .name = std::string_view(names_.at(peer)),
                             .session = welcome.session,
                             .secret = welcome.secret,
                             .received = received_[peer],
                             .sent = UINT32_MAX});
    if (expect<protocol::Welcome>(id).as<protocol::Welcome>().flags == 0) throw std::logic_error("it is not resumed");
    return id;
  }

  /// Everything `peer` got since the last call.
  std::vector<Got> take(ConnectionId peer) { return std::exchange(got_[peer], {}); }

  /// The first command of this kind that `peer` got; it and what came before it are taken.
  template <class Command>
  Got expect(ConnectionId peer) {
    auto& all = got_[peer];
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (all[i].type != Command::kType) continue;
      auto found = all[i];
      all.erase(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(i) + 1);
      return found;
    }
    throw std::logic_error("no such command came");
  }

  template <class Command>
  bool has(ConnectionId peer) {
    for (const auto& one : got_[peer]) {
      if (one.type == Command::kType) return true;
    }
    return false;
  }

  /// Payloads of all records that `peer` got, in order; they are taken.
  std::vector<std::string> payloads(ConnectionId peer) {
    std::vector<std::string> payloads;
    for (const auto& one : take(peer)) {
      if (one.type != protocol::CommandType::deliver) continue;
      auto records = std::string_view(one.as<protocol::Deliver>().records);
      while (const auto record = protocol::next_record(records)) payloads.emplace_back(record->content.payload);
    }
    return payloads;
  }

  void subscribe(ConnectionId peer, std::string_view pattern, protocol::Handle handle = 1) {
    from(peer, protocol::Subscribe{.request = ++request, .handle = handle, .pattern = pattern});
    expect<protocol::Ok>(peer);
  }

  void publish(ConnectionId peer, std::string_view topic, std::string_view payload, std::optional<Uuid> id = {}) {
    std::string content;
    protocol::append_content(content, {.id = id, .payload = payload});
    from(peer, protocol::Topic{.number = 1, .name = topic},
         protocol::Publish{.request = ++request,
                           .topic = 1,
                           .flags = id ? protocol::message_flags::kId : std::uint8_t{0},
                           .content = std::string_view(content)});
  }

  void wait(std::chrono::milliseconds time) {
    now.steady += time;
    now.clock += std::chrono::microseconds(time).count();
    core_.tick(now);
    core_.settle(now);
  }

  Core& core() { return core_; }

  Instant now{.steady = std::chrono::seconds(100), .clock = 1'700'000'000'000'000};
  protocol::RequestNumber request = 0;
  std::map<ConnectionId, std::size_t> frames;
  std::vector<std::string> closed;
  std::vector<std::string> fences;
  std::optional<ProcessUsage> usage;  // what the process is said to use

 private:
  static Random random() {
    return [count = std::uint8_t{0}]() mutable {
      Uuid id;
      id.bytes.back() = ++count;
      return id;
    };
  }

  journal::MemoryJournal memory_;
  Core core_;
  std::map<ConnectionId, std::vector<Got>> got_;
  std::map<ConnectionId, std::uint64_t> received_;
  std::map<ConnectionId, Got> welcomed_;
  std::map<ConnectionId, std::string> names_;
  ConnectionId last_peer_ = 0;
};

}  // namespace fanfare::broker::core
