#include "tests/simulation/world.hpp"

#include <algorithm>

#include "tests/simulation/complaint.hpp"
#include "tests/simulation/random.hpp"

namespace fanfare::simulation {
namespace {

constexpr std::int64_t kClock = 1'700'000'000'000'000;
constexpr std::size_t kMostSubscriptions = 10;
constexpr std::size_t kMostOpenPublishes = 400;
constexpr std::size_t kMostOpenRequests = 200;

bool resumes(std::string_view frame) {
  const auto first = protocol::FrameReader(frame).next();
  if (!first || first->type != protocol::CommandType::hello) return false;
  const auto hello = protocol::decode<protocol::Hello>(first->body);
  return hello && (hello->flags & protocol::Hello::kResume) != 0;
}

}  // namespace

World::World(const Knobs& knobs, std::ostream* trace)
    : knobs_(knobs),
      trace_(trace),
      watch_(truth_, knobs.groups),
      presence_(knobs.core.lease, knobs.core.presence_grace),
      journal_(truth_, book_, watch_, time_, knobs.scan) {
  start_broker();
  // A page that was asked for when little waited comes on top of the bound, and one message may be larger than a page.
  // Of what was sent and lost with a connection, a window at most, nothing that was read back is let go again.
  const auto outbox = knobs.core.outbox + knobs.receive_window + 2 * std::size_t{knobs.core.page} +
                      2 * std::size_t{knobs.core.limits.message};
  const Client::World shared{truth_,        book_,     publishes_,           services_, watch_,
                             knobs_.groups, presence_, knobs.receive_window, outbox,    trace};
  for (std::uint32_t i = 0; i < knobs.clients; ++i) clients_.push_back(std::make_unique<Client>(shared, i));
}

broker::core::Instant World::core_now() const { return {.steady = time_, .clock = kClock + time_.count()}; }

void World::start_broker() {
  const auto random = [this] {
    Uuid id;
    Random mixed(knobs_.seed ^ ++ids_);
    for (auto& byte : id.bytes) byte = static_cast<std::uint8_t>(mixed.below(256));
    return id;
  };
  watch_.broker_starts();
  presence_.broker_starts(time_);
  core_ = std::make_unique<broker::core::Core>(knobs_.core, random, journal_, *this, core_now());
  touched_ = true;
}

void World::send(broker::core::ConnectionId to, broker::core::SharedFrame frame) {
  sent_.push_back({Sent::Kind::frame, to, std::move(frame)});
}

void World::session_detached(broker::core::ConnectionId connection, std::string_view name) {
  sent_.push_back({Sent::Kind::detached, connection, nullptr, std::string(name)});
}

void World::session_closed(broker::core::ConnectionId connection, std::string_view name, std::string_view) {
  sent_.push_back({Sent::Kind::closed, connection, nullptr, std::string(name)});
}

void World::pass_on() {
  std::vector<SessionWatch::Number> of;
  for (auto& one : sent_) {
    if (one.kind == Sent::Kind::frame) {
      one.text = sessions_.broker_sends(one.connection, *one.frame);
      of.push_back(sessions_.session_of(one.connection));
      watch_.taken_back(of.back(), one.text);
    } else if (one.kind == Sent::Kind::detached) {
      of.push_back(sessions_.detached(one.connection));
    } else {
      of.push_back(sessions_.ended(one.connection, one.text));
    }
  }
  for (std::size_t i = 0; i < sent_.size(); ++i) {
    auto& [kind, to, frame, text] = sent_[i];
    if (kind == Sent::Kind::detached) watch_.detached(of[i]);
    if (kind == Sent::Kind::closed) {
      watch_.lost(of[i]);
      presence_.lost(of[i], time_);
    }
    if (kind != Sent::Kind::frame) continue;
    watch_.down(of[i], text, time_);
    const auto id = to;
    const auto found = std::ranges::find_if(clients_, [&](const auto& one) { return one->link().id() == id; });
    if (found != clients_.end()) (*found)->link().send_down(std::move(frame));
  }
  sent_.clear();
}

void World::fenced(std::string_view stream, std::string_view) {
  throw Complaint("fenced", "the journal of " + std::string(stream) + " was never given to anybody else");
}

void World::apply(const Action& action) {
  const auto& [a, b, c, d] = action.with;
  auto& of = client(a);
  if (trace_ != nullptr) write(*trace_, action);
  switch (action.what) {
    case Do::publish:
      publish(of, a % knobs_.clients, action);
      break;
    case Do::repeat:
      publish_again(of, a % knobs_.clients, b, false);
      break;
    case Do::conflict:
      publish_again(of, a % knobs_.clients, b, true);
      break;
    case Do::subscribe:
      subscribe(of, action);
      break;
    case Do::unsubscribe:
      of.unsubscribe(b);
      break;
    case Do::query:
      of.query(now());
      break;
    case Do::handle:
      of.handle(b);
      break;
    case Do::send:
      send_frames(of, b, c != 0);
      break;
    case Do::up:
      move_up(of, b);
      break;
    case Do::down:
      move_down(of, b);
      break;
    case Do::dial:
      dial(of);
      break;
    case Do::cut:
      cut(of, action);
      break;
    case Do::notice:
      notice_one();
      break;
    case Do::wait:
      wait(std::chrono::milliseconds(a));
      break;
    case Do::commit:
      touched_ |= journal_.commit(a % kJournals, b);
      break;
    case Do::full:
      touched_ |= journal_.refuse(a % kJournals);
      break;
    case Do::fail:
      touched_ |= journal_.fail(a % kJournals);
      break;
    case Do::answer:
      touched_ |= journal_.answer(a);
      break;
    case Do::trim:
      touched_ |= journal_.trim(a % kJournals, b % 101);
      break;
    case Do::crash:
      stop_broker(b);
      journal_.crash(a);
      start_broker();
      break;
    case Do::power:
      stop_broker(b);
      journal_.lose_power(a, c);
      start_broker();
      break;
    case Do::die:
      if (of.link().is_open()) unnoticed_.push_back(of.link().id());
      of.die();
      break;
    case Do::close:
      of.close(now());
      look_after(of);
      break;
    case Do::join:
      if (!knobs_.has_groups) break;
      of.join(static_cast<std::uint32_t>(b % kGroups.size()), 1 + c, (d & 1U) != 0, (d & 2U) != 0);
      break;
    case Do::leave:
      of.leave(b, (c & 1U) != 0);
      break;
    case Do::start:
      of.start(b);
      break;
    case Do::settle:
      of.settle(b, c, std::chrono::milliseconds(d));
      break;
    case Do::progress:
      of.progress(b);
      break;
    case Do::retry:
      of.retry(static_cast<std::uint32_t>(b % kGroups.size()), now());
      break;
    case Do::serve:
      of.serve(static_cast<std::uint32_t>(b % kServicePatterns.size()), c);
      break;
    case Do::unserve:
      of.unserve(b);
      break;
    case Do::request:
      if (services_.open() >= kMostOpenRequests) break;
      of.request(static_cast<std::uint32_t>(b % kServiceTopics.size()), c % knobs_.core.limits.message,
                 std::chrono::milliseconds(1 + d % 60'000), now());
      break;
    case Do::cancel:
      of.cancel(b);
      break;
    case Do::reply:
      of.reply(b, c == 0, d % knobs_.core.limits.message);
      break;
    case Do::clone:
      clone(of);
      break;
    case Do::hold:
      of.hold(b % kPresenceKeys.size());
      break;
    case Do::release:
      of.release(b);
      break;
    case Do::watch:
      of.watch(static_cast<std::uint32_t>(b % kPresencePatterns.size()));
      break;
    case Do::unwatch:
      of.unwatch(b);
      break;
    case Do::part:
      of.part(b, c % knobs_.core.limits.message);
      break;
  }
  settle_core();
}

void World::settle_core() {
  presence_.passes(time_);
  if (!std::exchange(touched_, false)) return;
  core_->settle(core_now());
  pass_on();
  touched_ = core_->next_deadline() == std::chrono::microseconds::zero();
}

// ---- What clients do ----

void World::publish(Client& of, std::uint32_t number, const Action& action) {
  for (std::uint32_t i = 0; i < action.with[3] && publishes_.open() < kMostOpenPublishes; ++i) {
    const auto topic = static_cast<std::uint32_t>(action.with[1] % kTopics.size());
    of.publish(book_.add(number, topic, action.with[2] % knobs_.core.limits.message));
  }
}

void World::publish_again(Client& of, std::uint32_t number, std::uint32_t which, bool other) {
  if (book_.size() == 0 || publishes_.open() >= kMostOpenPublishes) return;
  const auto message = book_.size() - 1 - which % std::min<std::size_t>(book_.size(), 30);
  if (other) return of.publish(book_.add_conflict(number, message));
  book_.at(message).repeated = true;
  of.publish(message);
}

void World::subscribe(Client& of, const Action& action) {
  if (of.subscriptions() >= kMostSubscriptions) return;
  Wish wish{.pattern = static_cast<std::uint32_t>(action.with[1] % kPatterns.size()),
            .from = static_cast<protocol::From>(action.with[2] % 5),
            .overflow = static_cast<protocol::Overflow>(action.with[2] / 5 % 4),
            .start = {},
            .time = 0};
  const auto stream = stream_of(wish.pattern);
  if (stream != kEphemeral && !truth_.log(stream).entries.empty()) {
    const auto& entries = truth_.log(stream).entries;
    // Mostly near the end, where something happens.
    const auto behind = action.with[3] % 4 == 0 ? action.with[3] / 4 : action.with[3] / 4 % 40;
    const auto& place = entries[entries.size() - 1 - behind % entries.size()];
    wish.start = place.position;
    wish.time = place.timestamp;
  }
  of.subscribe(wish);
}

bool World::send_frames(Client& of, std::uint32_t count, bool idle) {
  bool any = false;
  std::string frame;
  while (count-- > 0 && of.session().next_frame(frame, now(), idle)) {
    any = true;
    if (!of.link().is_open()) continue;
    sessions_.client_sends(of.link().id(), frame);
    if (resumes(frame)) hellos_[&of] = frame;
    of.link().send_up(frame);
  }
  look_after(of);
  return any;
}

bool World::move_up(Client& of, std::uint32_t count) {
  bool any = false;
  for (; count-- > 0 && of.link().has_up(); any = true) {
    const auto frame = of.link().take_up();
    const auto session = sessions_.reaches_broker(of.link().id(), frame);
    watch_.up(session, frame, time_);
    presence_.up(session, frame, time_);
    core_->received(of.link().id(), frame, core_now());
    pass_on();
  }
  touched_ |= any;
  return any;
}

bool World::move_down(Client& of, std::uint32_t count) {
  bool any = false;
  for (; count-- > 0 && of.link().has_down(); any = true) {
    const auto frame = of.link().take_down();
    sessions_.reaches_client(of.link().id(), *frame);
    of.session().received(*frame, now());
    look_after(of);
  }
  return any;
}

bool World::dial(Client& of) {
  if (!of.session().wants_connection()) return false;
  of.link().open(++last_connection_);
  of.session().opened(now(), 0.5);
  return true;
}

void World::look_after(Client& of) {
  if (of.link().is_open() && !of.session().has_connection()) {
    unnoticed_.push_back(of.link().id());
    of.link().close();
  }
  if (of.session().finished()) of.die();
}

// ---- What goes wrong ----

void World::cut(Client& of, const Action& action) {
  if (!of.link().is_open() || of.link().is_dead()) return;
  const auto [_, up, down, who] = action.with;
  move_up(of, up);
  settle_core();
  move_down(of, down);
  if (!of.link().is_open()) return;
  const bool client_notices = who % 4 < 2;
  const bool broker_notices = who % 2 == 0;
  if (broker_notices) {
    core_->disconnected(of.link().id());
    pass_on();
    touched_ = true;
  } else {
    unnoticed_.push_back(of.link().id());
  }
  if (!client_notices) return of.link().die();
  of.link().close();
  of.session().lost(now(), Error(ErrorCode::unreachable));
  look_after(of);
}

bool World::notice_one() {
  if (unnoticed_.empty()) return false;
  core_->disconnected(unnoticed_.front());
  pass_on();
  unnoticed_.pop_front();
  return touched_ = true;
}

void World::clone(const Client& of) {
  const auto kept = hellos_.find(&of);
  if (kept == hellos_.end()) return;
  auto copy = protocol::decode<protocol::Hello>(protocol::FrameReader(kept->second).next()->body);
  sessions_.set_counts(*copy);
  const auto hello = protocol::make_frame(*copy);
  const auto connection = ++last_connection_;
  sessions_.reaches_broker(connection, hello);
  core_->received(connection, hello, core_now());
  touched_ = true;
  settle_core();
  // Having seen the answer it leaves.
  const auto bye = protocol::make_frame(protocol::Bye{});
  watch_.up(sessions_.reaches_broker(connection, bye), bye, time_);
  core_->received(connection, bye, core_now());
  core_->disconnected(connection);
  pass_on();
  touched_ = true;
}

void World::stop_broker(std::uint32_t frames) {
  for (auto& of : clients_) move_down(*of, frames);
  core_.reset();
  sent_.clear();
  watch_.broker_stopped(time_);
  sessions_.broker_stopped();
  unnoticed_.clear();
  for (auto& of : clients_) {
    if (!of->link().is_open()) continue;
    of->link().close();
    of->session().lost(now(), Error(ErrorCode::unreachable));
    look_after(*of);
  }
}

void World::wait(std::chrono::microseconds time) {
  time_ += time;
  for (auto& of : clients_) {
    if (of->session().next_deadline() > now()) continue;
    of->session().tick(now());
    look_after(*of);
  }
  const auto due = core_->next_deadline();
  if (!due || *due > time_) return;
  core_->tick(core_now());
  pass_on();
  touched_ = true;
}

}  // namespace fanfare::simulation
