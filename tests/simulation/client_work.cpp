// What a client does as a member of groups, and what it may expect of its session then.

#include <algorithm>
#include <utility>

#include "tests/simulation/client.hpp"
#include "tests/simulation/complaint.hpp"

namespace fanfare::simulation {
namespace {

constexpr std::size_t kMostMemberships = 6;

}  // namespace

void Client::forget_work() {
  memberships_.clear();
  jobs_.clear();
  to_start_.clear();
  started_.clear();
  said_.clear();
}

void Client::join(std::uint32_t group, std::uint32_t max_in_flight, bool from_now, bool pipelined) {
  if (closing_ || memberships_.size() >= kMostMemberships) return;
  const auto& spec = kGroups.at(group);
  const auto handle = ++last_handle_;
  memberships_.emplace(handle, Place{group, pipelined, false});
  session::Registration registration;
  registration.kind = session::Registration::Kind::membership;
  registration.pattern = kPatterns.at(spec.pattern);
  registration.from = from_now ? protocol::From::now : protocol::From::all;
  registration.max_in_flight = max_in_flight;
  registration.joined.group = spec.name;
  registration.joined.order = spec.order;
  registration.joined.ack_wait_ms = static_cast<std::uint32_t>(world_.groups.ack_wait.count());
  registration.joined.max_deliver = world_.groups.max_deliver;
  registration.joined.max_pending = world_.groups.max_pending;
  registration.joined.back_off_ms = world_.groups.back_off_ms;
  registration.joined.pipelined = pipelined;
  session_->add(handle, std::move(registration));
}

void Client::join_at_last(std::uint32_t group) {
  constexpr std::uint32_t kInFlight = 16;
  if (std::ranges::any_of(memberships_, [&](const auto& one) { return one.second.group == group && one.second.lasts; }))
    return;
  while (memberships_.size() >= kMostMemberships) leave(0);
  join(group, kInFlight, false, false);
  if (!memberships_.empty()) memberships_.rbegin()->second.lasts = true;
}

void Client::leave(std::uint32_t which, bool when_done) {
  if (memberships_.empty()) return;
  const auto one = std::next(memberships_.begin(), static_cast<std::ptrdiff_t>(which % memberships_.size()));
  const auto handle = one->first;
  if (when_done) return session_->finish_membership(handle);
  memberships_.erase(one);
  session_->remove(handle);
}

bool Client::start(std::uint32_t deliveries) {
  bool any = false;
  for (; deliveries > 0 && !to_start_.empty(); --deliveries, any = true) {
    const auto work = to_start_.front();
    to_start_.pop_front();
    const auto found = jobs_.find(work);
    if (found == jobs_.end()) continue;
    const auto& job = found->second;
    if (job.revoked || (job.run && job.run->broken)) {
      jobs_.erase(found);
      session_->skip(work);
      continue;
    }
    for (const auto other : started_) {
      const auto& its = jobs_.at(other);
      const bool same_line = its.group == job.group && its.handle == job.handle && job.in_line &&
                             (kGroups.at(job.group).order == protocol::GroupOrder::exclusive || its.topic == job.topic);
      if (!same_line) continue;
      throw Complaint("beside", "client " + std::to_string(number_) + " begins with " + text_of(job.position) +
                                    " of group " + std::string(kGroups.at(job.group).name) + " while it is at " +
                                    text_of(its.position));
    }
    started_.push_back(work);
  }
  return any;
}

void Client::settle(std::uint32_t which, std::uint32_t what, std::chrono::milliseconds delay) {
  if (started_.empty()) return;
  const auto place = started_.begin() + static_cast<std::ptrdiff_t>(which % started_.size());
  const auto work = *place;
  started_.erase(place);
  const auto node = jobs_.extract(work);
  const auto& job = node.mapped();
  session::Verdict verdict;
  if (what == 0) verdict = {.kind = session::Verdict::Kind::failed, .delay = delay, .reason = "the script says so"};
  if (what == 1) verdict = {.kind = session::Verdict::Kind::deferred, .delay = delay};
  if (verdict.back() && job.run) job.run->broken = true;
  said_.emplace(++last_said_, Said{job.group, job.position, !verdict.back()});
  session_->settle(work, last_said_, verdict);
}

void Client::progress(std::uint32_t which) {
  if (!started_.empty()) session_->progress(started_[which % started_.size()]);
}

void Client::retry(std::uint32_t group, session::Instant now) {
  session_->manage(++last_query_, {.action = protocol::ManageAction::retry_dead,
                                   .position = {},
                                   .group = std::string(kGroups.at(group).name),
                                   .sequences = {},
                                   .deadline = now + std::chrono::seconds(10)});
}

bool Client::work_off() {
  bool any = false;
  while (start(1) || !started_.empty()) {
    any = true;
    if (!started_.empty()) settle(0, 2, {});
  }
  while (reply(0, false, 0)) any = true;
  return any;
}

bool Client::work_event(const session::Event& event) {
  if (const auto* arrived = std::get_if<session::WorkArrived>(&event)) {
    work_arrived(*arrived);
  } else if (const auto* begun = std::get_if<session::WorkBegun>(&event)) {
    const auto job = jobs_.find(begun->work);
    if (job == jobs_.end() && closing_) return true;
    if (job == jobs_.end()) throw Complaint("ended", "work begins that is over");
    if (job->second.revoked) throw Complaint("revoked", "work begins that was taken back");
    job->second.run = begun->run;
    to_start_.push_back(begun->work);
  } else if (const auto* revoked = std::get_if<session::WorkRevoked>(&event)) {
    const auto job = jobs_.find(revoked->work);
    if (job != jobs_.end()) job->second.revoked = true;
  } else if (const auto* outcome = std::get_if<session::Settled>(&event)) {
    settled(*outcome);
  } else if (const auto* finished = std::get_if<session::MembershipFinished>(&event)) {
    memberships_.erase(finished->handle);
  } else {
    return std::holds_alternative<session::RoleChanged>(event) || std::holds_alternative<session::Managed>(event);
  }
  return true;
}

void Client::work_arrived(const session::WorkArrived& arrived) {
  const auto& [arrival, work, attempt, begins, run] = arrived;
  const auto membership = memberships_.find(arrival.handle);
  if (begins && (unhandled_.empty() || unhandled_.back() != arrival.data)) unhandled_.push_back(arrival.data);
  if (membership == memberships_.end()) {
    if (closing_) return;
    throw Complaint("ended", "client " + std::to_string(number_) + " is handed work of a membership that it has left");
  }
  const auto& content = arrival.record.content;
  const auto message = world_.book.recognise(arrival.topic->topic, content.id.value_or(Uuid()), content.payload);
  const auto& [group, pipelined, lasts] = membership->second;
  const bool in_line = kGroups.at(group).order != protocol::GroupOrder::any && !pipelined;
  jobs_.emplace(work, Job{.handle = arrival.handle,
                          .group = group,
                          .topic = world_.book.at(message).topic,
                          .position = {arrival.epoch, arrival.record.sequence},
                          .run = run,
                          .in_line = in_line});
  if (begins) to_start_.push_back(work);
}

void Client::settled(const session::Settled& settled) {
  const auto said = said_.extract(settled.ticket);
  if (!said) throw Complaint("outcome", "what was said of a delivery has a second answer");
  if (settled.error || !said.mapped().is_done) return;
  const auto& [group, position, is_done] = said.mapped();
  if (!world_.watch.is_done(group, position)) {
    throw Complaint("outcome", "client " + std::to_string(number_) + " is told that " + text_of(position) +
                                   " of group " + std::string(kGroups.at(group).name) +
                                   " is done, and the broker has not said so");
  }
}

}  // namespace fanfare::simulation
