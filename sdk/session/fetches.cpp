#include "sdk/session/fetches.hpp"

namespace fanfare::session {

void Fetches::add(Ticket ticket, OpenFetch fetch) {
  deadlines_.emplace(fetch.deadline, ticket);
  waiting_.insert(ticket);
  open_.emplace(ticket, std::move(fetch));
}

OpenFetch* Fetches::find(Ticket ticket) {
  const auto found = open_.find(ticket);
  return found == open_.end() ? nullptr : &found->second;
}

void Fetches::remove(Ticket ticket) {
  const auto found = open_.find(ticket);
  if (found == open_.end()) return;
  deadlines_.erase({found->second.deadline, ticket});
  waiting_.erase(ticket);
  open_.erase(found);
}

std::optional<Ticket> Fetches::next_to_ask() const {
  if (waiting_.empty() || asked_ >= most_) return std::nullopt;
  return *waiting_.begin();
}

void Fetches::mark_asked(Ticket ticket) {
  open_.at(ticket).asked = true;
  waiting_.erase(ticket);
  ++asked_;
}

void Fetches::answered() {
  if (asked_ > 0) --asked_;
}

bool Fetches::wait_for_room(Ticket ticket) {
  if (asked_ == 0) return false;
  most_ = asked_;
  ask_again(ticket);
  return true;
}

void Fetches::ask_again(Ticket ticket) {
  open_.at(ticket).asked = false;
  waiting_.insert(ticket);
}

void Fetches::rewind() {
  asked_ = 0;
  most_ = kMostAsked;
  for (auto& [ticket, fetch] : open_) {
    fetch.asked = false;
    waiting_.insert(ticket);
  }
}

std::vector<Ticket> Fetches::expired(Instant now) const {
  std::vector<Ticket> tickets;
  for (auto at = deadlines_.begin(); at != deadlines_.end() && at->first <= now; ++at) tickets.push_back(at->second);
  return tickets;
}

std::vector<Ticket> Fetches::all() const {
  std::vector<Ticket> tickets;
  for (const auto& [ticket, fetch] : open_) tickets.push_back(ticket);
  return tickets;
}

}  // namespace fanfare::session
