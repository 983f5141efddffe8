// What a client does as a caller and as a member of services, and what it may expect of its session then.

#include <algorithm>
#include <utility>

#include "tests/simulation/client.hpp"
#include "tests/simulation/complaint.hpp"

namespace fanfare::simulation {
namespace {

constexpr std::size_t kMostServices = 4;

}  // namespace

void Client::forget_services() {
  services_.clear();
  exchanges_.clear();
  asked_.clear();
}

void Client::serve(std::uint32_t pattern, std::uint32_t max_in_flight) {
  if (closing_ || services_.size() >= kMostServices) return;
  const auto handle = ++last_handle_;
  services_.emplace(handle, Served{.pattern = pattern, .max_in_flight = max_in_flight});
  session::Registration registration;
  registration.kind = session::Registration::Kind::service;
  registration.pattern = kServicePatterns.at(pattern);
  registration.max_in_flight = max_in_flight;
  session_->add(handle, std::move(registration));
}

void Client::unserve(std::uint32_t which) {
  if (services_.empty()) return;
  const auto one = std::next(services_.begin(), static_cast<std::ptrdiff_t>(which % services_.size()));
  const auto handle = one->first;
  services_.erase(one);
  session_->remove(handle);
}

void Client::request(std::uint32_t topic, std::uint32_t size, std::chrono::milliseconds timeout, session::Instant now) {
  const bool retry_safe = (size & 1U) != 0;
  const auto deadline = now + timeout;
  const auto ticket = world_.services.begin(
      number_, topic, retry_safe, std::chrono::duration_cast<ServiceCheck::Time>(deadline.time_since_epoch()));
  asked_.push_back(ticket);
  session_->request(ticket, {.topic = std::string(kServiceTopics.at(topic)),
                             .content = world_.services.payload(ticket, size),
                             .flags = retry_safe ? protocol::message_flags::kRetrySafe : std::uint8_t{0},
                             .deadline = deadline,
                             .timeout = timeout,
                             .takes_parts = (size & 2U) != 0});
}

void Client::cancel(std::uint32_t which) {
  if (asked_.empty()) return;
  const auto ticket = asked_[which % asked_.size()];
  world_.services.cancels(ticket);
  session_->cancel(ticket);
}

bool Client::reply(std::uint32_t which, bool failed, std::uint32_t size) {
  if (exchanges_.empty()) return false;
  const auto one = exchanges_.begin() + static_cast<std::ptrdiff_t>(which % exchanges_.size());
  const auto exchange = *one;
  exchanges_.erase(one);
  if (const auto service = services_.find(exchange.service); service != services_.end()) --service->second.in_flight;
  session_->reply(exchange.id, {}, world_.services.answer(exchange.of, failed, size), failed);
  return true;
}

void Client::part(std::uint32_t which, std::uint32_t size) {
  if (exchanges_.empty()) return;
  const auto& exchange = exchanges_[which % exchanges_.size()];
  session_->part(exchange.id, {}, world_.services.part(exchange.of, size));
}

bool Client::service_event(const session::Event& event) {
  if (const auto* arrived = std::get_if<session::RequestArrived>(&event)) {
    request_arrived(*arrived);
  } else if (const auto* ended = std::get_if<session::ExchangeEnded>(&event)) {
    // Half of the handlers never look, and answer what nobody waits for.
    const auto one = std::ranges::find(exchanges_, ended->exchange, &Exchange::id);
    if (one == exchanges_.end()) return true;
    if (const auto service = services_.find(one->service); service != services_.end()) --service->second.in_flight;
    if (ended->exchange % 2 == 0)
      exchanges_.erase(one);
    else
      one->service = 0;
  } else if (const auto* part = std::get_if<session::PartReplied>(&event)) {
    if (unhandled_.empty() || unhandled_.back() != part->data) unhandled_.push_back(part->data);
    world_.services.part_replied(part->ticket, number_, part->part.payload);
  } else if (const auto* replied = std::get_if<session::Replied>(&event)) {
    std::erase(asked_, replied->ticket);
    world_.services.replied(replied->ticket, number_, replied->reply.payload);
  } else if (const auto* failed = std::get_if<session::RequestFailed>(&event)) {
    std::erase(asked_, failed->ticket);
    world_.services.failed(failed->ticket, number_, failed->error);
  } else {
    return false;
  }
  return true;
}

void Client::request_arrived(const session::RequestArrived& arrived) {
  if (unhandled_.empty() || unhandled_.back() != arrived.data) unhandled_.push_back(arrived.data);
  const auto service = services_.find(arrived.handle);
  if (service == services_.end()) {
    if (closing_) return;
    throw Complaint("ended", "client " + std::to_string(number_) + " is handed a request of a service it has ended");
  }
  auto& served = service->second;
  const auto ticket = world_.services.handed(number_, served.pattern, arrived.request.topic, arrived.request.attempt,
                                             arrived.content.payload);
  if (served.max_in_flight != 0 && ++served.in_flight > served.max_in_flight) {
    throw Complaint("in flight", "client " + std::to_string(number_) + " is handed more requests than it takes");
  }
  exchanges_.push_back({arrived.exchange, arrived.handle, {ticket, arrived.request.attempt}});
}

}  // namespace fanfare::simulation
