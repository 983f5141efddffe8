#include "sdk/session/requests.hpp"

#include <algorithm>

namespace fanfare::session {

void Requests::add(Ticket ticket, OpenRequest request) {
  deadlines_.emplace(request.deadline, ticket);
  waiting_.push_back(ticket);
  open_.emplace(ticket, std::move(request));
}

OpenRequest* Requests::find(Ticket ticket) {
  const auto found = open_.find(ticket);
  return found == open_.end() ? nullptr : &found->second;
}

void Requests::remove(Ticket ticket) {
  const auto found = open_.find(ticket);
  if (found == open_.end()) return;
  deadlines_.erase({found->second.deadline, ticket});
  if (found->second.number != 0) --sent_;
  open_.erase(found);
}

void Requests::extend(Ticket ticket, Instant now) {
  auto& request = open_.at(ticket);
  if (request.timeout == Duration::max()) return;
  deadlines_.erase({request.deadline, ticket});
  request.deadline = now + request.timeout;
  deadlines_.emplace(request.deadline, ticket);
}

std::optional<Ticket> Requests::waiting() {
  while (!waiting_.empty()) {
    const auto* request = find(waiting_.front());
    if (request != nullptr && request->number == 0) return waiting_.front();
    waiting_.pop_front();
  }
  return std::nullopt;
}

void Requests::mark_sent(Ticket ticket, protocol::RequestNumber number) {
  auto& request = open_.at(ticket);
  request.number = number;
  ++sent_;
}

std::vector<Ticket> Requests::expired(Instant now) const {
  std::vector<Ticket> tickets;
  for (auto at = deadlines_.begin(); at != deadlines_.end() && at->first <= now; ++at) tickets.push_back(at->second);
  return tickets;
}

std::vector<Ticket> Requests::all() const {
  std::vector<Ticket> tickets;
  for (const auto& [ticket, request] : open_) tickets.push_back(ticket);
  std::ranges::sort(tickets);
  return tickets;
}

}  // namespace fanfare::session
