#include "broker/core/groups/group.hpp"

#include "broker/core/groups/work.hpp"

namespace fanfare::broker::core::groups {

Group::Group(GroupState state) : work_(std::make_unique<Work>(std::move(state))) {}
Group::~Group() = default;
Group::Group(Group&&) noexcept = default;
Group& Group::operator=(Group&&) noexcept = default;

const GroupState& Group::state() const { return work_->state(); }

void Group::join(MemberId member, std::uint32_t max_in_flight, Instant now) { work_->join(member, max_in_flight, now); }
void Group::leave(MemberId member, Instant now) { work_->leave(member, now); }
void Group::finish(MemberId member) { work_->finish(member); }
bool Group::has_any(MemberId member) const { return work_->has_any(member); }
void Group::lost(MemberId member, Instant now) { work_->lost(member, now); }
void Group::pause(MemberId member) { work_->pause(member, true); }
void Group::resume(MemberId member) { work_->pause(member, false); }

std::uint64_t Group::scanned() const { return work_->scanned(); }
bool Group::wants_more() const { return work_->wants_more(); }
void Group::found(std::uint64_t sequence, TopicNumber topic) { work_->found(sequence, topic); }
void Group::scanned_to(std::uint64_t through) { work_->scanned_to(through); }
void Group::known(std::uint64_t sequence, TopicNumber topic) { work_->known(sequence, topic); }
bool Group::gone(std::uint64_t sequence) { return work_->gone(sequence); }

std::optional<Group::Offer> Group::next() { return work_->next(); }
std::uint16_t Group::hand_over(const Offer& offer, const Uuid& epoch, Instant now) {
  return work_->hand_over(offer, epoch, now);
}

bool Group::ack(MemberId member, const Uuid& epoch, const Delivered& delivery, Instant now) {
  return work_->ack(member, epoch, delivery, false, now);
}
bool Group::ack_through(MemberId member, const Uuid& epoch, const Delivered& delivery, Instant now) {
  return work_->ack(member, epoch, delivery, true, now);
}
bool Group::fail(MemberId member, const Uuid& epoch, const Delivered& delivery,
                 std::optional<std::chrono::milliseconds> delay, std::string_view reason, Instant now) {
  return work_->fail(member, epoch, delivery, delay, reason, now);
}
bool Group::defer(MemberId member, const Uuid& epoch, const Delivered& delivery, std::chrono::milliseconds delay,
                  Instant now) {
  return work_->defer(member, epoch, delivery, delay, now);
}
bool Group::progress(MemberId member, const Uuid& epoch, const Delivered& delivery, Instant now) {
  return work_->progress(member, epoch, delivery, now);
}

void Group::tick(Instant now) { work_->tick(now); }
std::optional<std::chrono::microseconds> Group::next_deadline() const { return work_->next_deadline(); }

void Group::buried(std::uint64_t sequence, std::uint64_t dead) { work_->buried(sequence, dead); }
bool Group::give_back(std::uint64_t dead, std::uint64_t sequence, TopicNumber topic) {
  return work_->give_back(dead, sequence, topic);
}
bool Group::drop_dead(std::uint64_t dead) { return work_->drop_dead(dead); }
void Group::dead_trimmed(std::uint64_t first) { work_->dead_trimmed(first); }

GroupChanges Group::take_changes() { return work_->take_changes(); }
void Group::elected(std::uint64_t term, Instant /*now*/) { work_->elected(term); }
std::vector<GroupEvent> Group::take_events() { return work_->take_events(); }

std::vector<Revoked> Group::out() const { return work_->out(); }
std::vector<Group::MemberFigures> Group::members() const { return work_->figures(); }
const Group::Totals& Group::totals() const { return work_->totals(); }
std::size_t Group::pending() const { return work_->pending(); }
std::size_t Group::in_flight() const { return work_->in_flight(); }
std::size_t Group::delayed() const { return work_->delayed(); }
bool Group::full() const { return work_->full(); }

}  // namespace fanfare::broker::core::groups
