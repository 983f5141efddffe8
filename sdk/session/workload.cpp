#include "sdk/session/workload.hpp"

#include <algorithm>

namespace fanfare::session {
namespace {

/// A member has at most 65,536 unfinished; as many may be answered and on their way at once.
constexpr std::size_t kMostDeliveries = 4 * 65'536;
/// Of deliveries that were taken back. What is forgotten of those that have not come is handed over, and what is said
/// of it stale.
constexpr std::size_t kMostRemembered = 65'536;

}  // namespace

void Workload::join(Handle handle, protocol::GroupOrder order, bool pipelined) {
  auto& member = members_[handle];
  member.order = order;
  member.pipelined = pipelined;
}

void Workload::leave(Handle handle) {
  const auto member = members_.find(handle);
  if (member == members_.end()) return;
  clear(member->second);
  members_.erase(member);
}

bool Workload::full(Handle handle) const {
  const auto member = members_.find(handle);
  return member != members_.end() && member->second.by_position.size() >= kMostDeliveries;
}

std::optional<Workload::Arrived> Workload::arrived(const Name& name, std::string_view topic) {
  const auto found = members_.find(name.handle);
  if (found == members_.end()) return std::nullopt;
  auto& member = found->second;
  const Position position{name.epoch, name.entry.sequence};
  if (member.ahead.take(position, name.entry.attempt)) {
    member.gone.add(position, name.entry.attempt);
    return std::nullopt;
  }

  Item item{.name = name};
  std::shared_ptr<Run> run;
  if (member.order != protocol::GroupOrder::any) {
    const auto key = member.order == protocol::GroupOrder::exclusive ? std::string_view() : topic;
    auto& line = member.lines[std::string(key)];
    if (line == nullptr) line = std::make_shared<Line>(Line{.key = std::string(key)});
    item.line = line;
    run = line->run;
    if (goes_on(member, *line) && line->waiting.empty()) {
      item.state = State::begun;
      ++line->open;
    } else {
      line->waiting.push_back(last_ + 1);
    }
  } else {
    item.state = State::begun;
  }
  const bool begins = item.state == State::begun;
  items_.emplace(++last_, std::move(item));
  auto& here = member.by_position[position];
  // A later delivery of the same message: the broker has the earlier one again.
  if (here != 0) make_void(here);
  here = last_;
  return Arrived{last_, begins, std::move(run)};
}

bool Workload::goes_on(const Member& member, const Line& line) const {
  return !paused_ && line.given_back == 0 && (member.pipelined || line.open == 0);
}

void Workload::advance(Handle handle, const std::shared_ptr<Line>& line) {
  if (line == nullptr) return;
  const auto found = members_.find(handle);
  if (found == members_.end()) return;
  auto& member = found->second;
  while (!line->waiting.empty() && goes_on(member, *line)) {
    const auto next = line->waiting.front();
    line->waiting.pop_front();
    items_.at(next).state = State::begun;
    ++line->open;
    begun_.push_back({next, line->run});
  }
  if (!line->waiting.empty() || line->open > 0 || line->given_back > 0) return;
  const auto kept = member.lines.find(line->key);
  if (kept != member.lines.end() && kept->second == line) member.lines.erase(kept);
}

void Workload::make_void(WorkId work) {
  const auto found = items_.find(work);
  auto& item = found->second;
  switch (item.state) {
    case State::waits: {
      auto& waiting = item.line->waiting;
      waiting.erase(std::ranges::find(waiting, work));
      revoked_.push_back(work);
      items_.erase(found);
      break;
    }
    case State::begun:
      item.revoked = true;
      // When its handler fails after all, that is none of those that come again.
      if (item.line != nullptr) item.line->run = std::make_shared<Run>();
      revoked_.push_back(work);
      break;
    case State::skipped:
      items_.erase(found);
      break;
    case State::said:
      // The answer will say so. What comes after it is not given back with what came before.
      if (item.line != nullptr) item.line->run = std::make_shared<Run>();
      break;
  }
}

void Workload::Deliveries::add(const Position& position, std::uint16_t attempt) {
  if (!known_.emplace(position, attempt).second) return;
  in_order_.emplace_back(position, attempt);
  if (in_order_.size() <= kMostRemembered) return;
  known_.erase(in_order_.front());
  in_order_.pop_front();
}

void Workload::revoke(Member& member, const Position& position, std::uint16_t attempt) {
  const auto here = member.by_position.find(position);
  if (here == member.by_position.end() || items_.at(here->second).name.entry.attempt != attempt) {
    // Attempts begin anew with a dead letter that is given back: what was said twice is not to meet its delivery.
    if (!member.gone.take(position, attempt)) member.ahead.add(position, attempt);
    return;
  }
  make_void(here->second);
  member.by_position.erase(here);
  member.gone.add(position, attempt);
}

void Workload::revoked(Handle handle, const Uuid& epoch, const std::vector<protocol::AckEntry>& entries) {
  const auto member = members_.find(handle);
  if (member == members_.end()) return;
  // All of them before anything begins: what stands behind one that is taken back is taken back as well.
  for (const auto& entry : entries) revoke(member->second, {epoch, entry.sequence}, entry.attempt);
  std::vector<std::shared_ptr<Line>> lines;
  for (const auto& [key, line] : member->second.lines) lines.push_back(line);
  for (const auto& line : lines) advance(handle, line);
}

std::optional<Workload::Name> Workload::name_of(WorkId work) const {
  const auto found = items_.find(work);
  if (found == items_.end() || found->second.revoked || found->second.state == State::said) return std::nullopt;
  return found->second.name;
}

void Workload::let_go(const Item& item) {
  if (item.line != nullptr) --item.line->open;
}

std::optional<Workload::Name> Workload::say(WorkId work, bool back) {
  const auto found = items_.find(work);
  if (found == items_.end() || found->second.state != State::begun) return std::nullopt;
  auto& item = found->second;
  const auto name = item.name;
  const auto line = item.line;
  let_go(item);
  if (item.revoked) {
    items_.erase(found);
    advance(name.handle, line);
    return std::nullopt;
  }
  item.state = State::said;
  item.back = back;
  if (back && line != nullptr) {
    ++line->given_back;
    line->run = std::make_shared<Run>();
  }
  advance(name.handle, line);
  return name;
}

void Workload::skip(WorkId work) {
  const auto found = items_.find(work);
  if (found == items_.end() || found->second.state != State::begun) return;
  auto& item = found->second;
  const auto line = item.line;
  const auto handle = item.name.handle;
  let_go(item);
  item.state = State::skipped;
  if (item.revoked) items_.erase(found);
  advance(handle, line);
}

void Workload::forget_position(WorkId work, const Item& item) {
  const auto member = members_.find(item.name.handle);
  if (member == members_.end()) return;
  const auto here = member->second.by_position.find({item.name.epoch, item.name.entry.sequence});
  if (here != member->second.by_position.end() && here->second == work) member->second.by_position.erase(here);
}

void Workload::answered(WorkId work) {
  const auto found = items_.find(work);
  if (found == items_.end()) return;
  const auto item = std::move(found->second);
  items_.erase(found);
  forget_position(work, item);
  if (!item.back || item.line == nullptr) return;
  if (item.line->given_back > 0) --item.line->given_back;
  advance(item.name.handle, item.line);
}

void Workload::go_on() {
  paused_ = false;
  for (auto& [handle, member] : members_) {
    std::vector<std::shared_ptr<Line>> lines;
    for (const auto& [key, line] : member.lines) lines.push_back(line);
    for (const auto& line : lines) advance(handle, line);
  }
}

void Workload::clear(Member& member) {
  for (const auto& [position, work] : member.by_position) make_void(work);
  member.by_position.clear();
  member.ahead = {};
  member.gone = {};
}

void Workload::lose() {
  for (auto& [handle, member] : members_) {
    clear(member);
    for (auto& [key, line] : member.lines) line->given_back = 0;
  }
  std::erase_if(items_, [](const auto& entry) { return entry.second.state == State::said; });
}

}  // namespace fanfare::session
