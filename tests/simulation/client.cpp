#include "tests/simulation/client.hpp"

#include <charconv>
#include <ostream>
#include <utility>

#include "tests/simulation/complaint.hpp"

namespace fanfare::simulation {
namespace {

using session::Handle;

/// Tickets of queries, apart from those of publishes.
constexpr session::Ticket kQueries = 1ULL << 62U;
constexpr session::Ticket kSaid = 1ULL << 61U;

std::string describe_event(const session::Event& event) {
  const auto of = [](Handle handle) { return std::to_string(handle) + ' '; };
  if (const auto* state = std::get_if<State>(&event)) {
    return "is " + std::string(to_string(state->connection)) + (state->resumed ? ", resumed" : "") + ' ' +
           state->reason;
  }
  if (const auto* failed = std::get_if<session::PublishFailed>(&event)) {
    return "publish " + std::to_string(failed->ticket) + " fails: " + failed->error.what();
  }
  if (const auto* begun = std::get_if<session::Begun>(&event)) {
    return of(begun->handle) + "begins at " + text_of(begun->after) + (begun->recovered ? "" : ", not recovered");
  }
  if (const auto* registered = std::get_if<session::Registered>(&event)) return of(registered->handle) + "stands";
  if (const auto* caught_up = std::get_if<session::CaughtUp>(&event)) {
    return of(caught_up->handle) + "has caught up at " + text_of(caught_up->position);
  }
  if (const auto* refused = std::get_if<session::RegistrationFailed>(&event)) {
    return of(refused->handle) + "is refused: " + refused->error.what();
  }
  if (const auto* gap = std::get_if<session::GapSeen>(&event)) {
    return of(gap->handle) + "is told of a gap from " + text_of(gap->gap.from) + " to " + text_of(gap->gap.to) + ", " +
           std::string(to_string(gap->gap.reason));
  }
  if (const auto* work = std::get_if<session::WorkArrived>(&event)) {
    return of(work->arrival.handle) + "gets work " + std::to_string(work->work) + " of " + work->arrival.topic->topic +
           " at " + text_of({work->arrival.epoch, work->arrival.record.sequence}) + ", attempt " +
           std::to_string(work->attempt) + (work->begins ? "" : ", to wait");
  }
  if (const auto* begins = std::get_if<session::WorkBegun>(&event))
    return "begins work " + std::to_string(begins->work);
  if (const auto* revoked = std::get_if<session::WorkRevoked>(&event))
    return "loses work " + std::to_string(revoked->work);
  if (const auto* settled = std::get_if<session::Settled>(&event)) {
    return "settles " + std::to_string(settled->ticket - kSaid) +
           (settled->error ? std::string(": ") + settled->error->what() : "");
  }
  if (const auto* request = std::get_if<session::RequestArrived>(&event)) {
    return "gets request " + std::to_string(request->exchange) + " on " + std::string(request->request.topic) +
           ", attempt " + std::to_string(request->request.attempt);
  }
  if (const auto* over = std::get_if<session::ExchangeEnded>(&event)) {
    return "is not to answer " + std::to_string(over->exchange);
  }
  if (const auto* reply = std::get_if<session::Replied>(&event))
    return "request is answered: " + std::to_string(reply->ticket);
  if (const auto* failed = std::get_if<session::RequestFailed>(&event)) {
    return "request fails: " + std::to_string(failed->ticket) + ": " + failed->error.what();
  }
  if (const auto* presence = std::get_if<session::PresenceTold>(&event)) {
    return of(presence->handle) + "is told that " + std::string(presence->key) + " became " +
           std::to_string(static_cast<int>(presence->after));
  }
  if (const auto* all = std::get_if<session::PresenceComplete>(&event)) {
    return of(all->handle) + "was told who is online" + (all->settling ? ", others are unknown" : "");
  }
  return "is told something else";
}

}  // namespace

Client::Client(World world, std::uint32_t number)
    : world_(world), number_(number), last_query_(kQueries), last_said_(kSaid) {
  begin();
}

void Client::begin() {
  ready_ = false;
  closing_ = false;
  subscriptions_.clear();
  wishes_.clear();
  unhandled_.clear();
  forget_work();
  forget_services();
  forget_presence();
  session_ = std::make_unique<session::Session>(
      session::Settings{.name = "client-" + std::to_string(number_) + "-" + std::to_string(++lives_),
                        .address = "the world",
                        .receive_window = world_.receive_window},
      *this);
}

void Client::publish(MessageNumber message) {
  const auto& published = world_.book.at(message);
  const auto payload = world_.book.payload(message);
  auto batch = std::make_unique<session::PublishBatch>();
  batch->add(world_.publishes.begin(number_, message), kTopics.at(published.topic), {published.id, {}, {}, payload},
             false);
  session_->publish(std::move(batch));
}

void Client::subscribe(const Wish& wish) {
  const auto handle = ++last_handle_;
  const auto name = "client " + std::to_string(number_) + " subscription " + std::to_string(handle);
  subscriptions_.emplace(std::piecewise_construct, std::forward_as_tuple(handle),
                         std::forward_as_tuple(world_.truth, name, wish));
  wishes_.emplace(handle, wish);
  session::Registration registration;
  registration.pattern = kPatterns.at(wish.pattern);
  registration.from = wish.from;
  registration.overflow = wish.overflow;
  registration.start = wish.start;
  registration.time = wish.time;
  session_->add(handle, std::move(registration));
}

void Client::unsubscribe(std::uint32_t which) {
  if (subscriptions_.empty()) return;
  const auto one = std::next(subscriptions_.begin(), static_cast<std::ptrdiff_t>(which % subscriptions_.size()));
  const auto handle = one->first;
  subscriptions_.erase(one);
  wishes_.erase(handle);
  session_->remove(handle);
}

void Client::query(session::Instant now) {
  session_->query(++last_query_, protocol::QueryKind::sessions, now + std::chrono::seconds(10));
}

bool Client::handle(std::uint32_t deliveries) {
  if (unhandled_.empty() || deliveries == 0) return false;
  const auto count = std::min<std::size_t>(deliveries, unhandled_.size());
  const auto last = unhandled_[count - 1];
  unhandled_.erase(unhandled_.begin(), unhandled_.begin() + static_cast<std::ptrdiff_t>(count));
  session_->handled(last);
  return true;
}

void Client::close(session::Instant now) {
  closing_ = true;
  subscriptions_.clear();
  wishes_.clear();
  memberships_.clear();
  services_.clear();
  forget_presence();
  session_->close(now, now + std::chrono::milliseconds(500));
}

void Client::die() {
  world_.publishes.died(number_);
  world_.services.died(number_);
  link_.close();
  begin();
}

void Client::complete() {
  if (!ready_) throw Complaint("stuck", "client " + std::to_string(number_) + " has no session");
  if (!said_.empty()) throw Complaint("outcome", "what was said of deliveries has no answer");
  for (auto& [handle, subscription] : subscriptions_) subscription.complete();
  presence_->complete();
}

void Client::trace(const std::string& text) const { *world_.trace << "  client " << number_ << ' ' << text << '\n'; }

SubscriptionCheck* Client::find(Handle handle, const char* what) {
  const auto found = subscriptions_.find(handle);
  if (found != subscriptions_.end()) return &found->second;
  if (closing_) return nullptr;
  throw Complaint("ended", "client " + std::to_string(number_) + " is told of " + what + " for subscription " +
                               std::to_string(handle) + ", which it has ended");
}

void Client::on_message(const session::Arrival& arrival) {
  if (unhandled_.empty() || unhandled_.back() != arrival.data) unhandled_.push_back(arrival.data);
  auto* subscription = find(arrival.handle, "a message");
  if (subscription == nullptr) return;
  const auto& content = arrival.record.content;
  const auto message = world_.book.recognise(arrival.topic->topic, content.id.value_or(Uuid()), content.payload);
  const auto topic = world_.book.at(message).topic;
  if (world_.trace != nullptr) {
    trace(std::to_string(arrival.handle) + " gets message " + std::to_string(message) + " of " + arrival.topic->topic +
          " at " + text_of({arrival.epoch, arrival.record.sequence}));
  }
  subscription->message(home_of(topic), {arrival.epoch, arrival.record.sequence}, topic, message);
}

void Client::on_acknowledged(const session::Acknowledged& acknowledged) {
  for (std::uint32_t i = 0; i < acknowledged.count; ++i) {
    const auto ticket = acknowledged.ticket(i);
    const auto outcome = acknowledged.of(i);
    if (world_.trace != nullptr) {
      trace("publish " + std::to_string(ticket) + " is acknowledged at " + text_of(outcome.position));
    }
    world_.publishes.acknowledged(ticket, outcome);
  }
}

void Client::state_changed(const State& state) {
  ready_ = state.connection == Connection::ready;
  if (ready_ && !state.resumed) {
    ++sessions_;
    for (auto& [handle, subscription] : subscriptions_) subscription.session_lost();
  }
  if (!state.code) return;
  switch (*state.code) {
    case ErrorCode::unreachable:
    case ErrorCode::session_expired:
    case ErrorCode::no_session:
    case ErrorCode::overflow:
    case ErrorCode::closed:
      return;
    default:
      throw Complaint("protocol", "client " + std::to_string(number_) + " lost its session: " + state.reason);
  }
}

void Client::check_rows(const std::vector<Headers>& rows) const {
  for (const auto& row : rows) {
    const auto found = row.find("waiting_bytes");
    std::uint64_t bytes = 0;
    if (found == row.end()) throw Complaint("query", "a session without waiting_bytes");
    std::from_chars(found->second.data(), found->second.data() + found->second.size(), bytes);
    if (bytes > world_.outbox) {
      throw Complaint("outbox",
                      found->second + " bytes wait for a session, and the bound is " + std::to_string(world_.outbox));
    }
  }
}

void Client::on_event(session::Event&& event) {
  const auto told = std::move(event);
  if (world_.trace != nullptr) trace(describe_event(told));
  if (work_event(told) || service_event(told) || presence_event(told)) return;
  if (const auto* state = std::get_if<State>(&told)) {
    state_changed(*state);
  } else if (const auto* failed = std::get_if<session::PublishFailed>(&told)) {
    world_.publishes.failed(failed->ticket, failed->error);
  } else if (const auto* begun = std::get_if<session::Begun>(&told)) {
    if (auto* subscription = find(begun->handle, "a beginning")) subscription->begun(begun->after, begun->recovered);
  } else if (const auto* registered = std::get_if<session::Registered>(&told)) {
    if (memberships_.contains(registered->handle) || services_.contains(registered->handle)) return;
    if (auto* subscription = find(registered->handle, "an answer")) subscription->registered();
  } else if (const auto* gap = std::get_if<session::GapSeen>(&told)) {
    if (auto* subscription = find(gap->handle, "a gap")) subscription->gap(gap->gap);
  } else if (const auto* caught_up = std::get_if<session::CaughtUp>(&told)) {
    if (auto* subscription = find(caught_up->handle, "having caught up")) subscription->caught_up(caught_up->position);
  } else if (const auto* refused = std::get_if<session::RegistrationFailed>(&told)) {
    if (memberships_.erase(refused->handle) > 0) {
      if (refused->error.code() == ErrorCode::storage_failed) return;
      throw Complaint("refused", "a membership was refused: " + std::string(refused->error.what()));
    }
    if (find(refused->handle, "a refusal") == nullptr) return;
    const auto& wish = wishes_.at(refused->handle);
    const bool expected = refused->error.code() == ErrorCode::ambiguous_stream && wish.from != protocol::From::now &&
                          stream_of(wish.pattern) == kEphemeral;
    if (!expected) throw Complaint("refused", "a subscription was refused: " + std::string(refused->error.what()));
    subscriptions_.erase(refused->handle);
    wishes_.erase(refused->handle);
  } else if (const auto* rows = std::get_if<session::QueryAnswered>(&told)) {
    check_rows(rows->rows);
  }
}

}  // namespace fanfare::simulation
