// Working in groups: what is handed over, whose turn it is, and what was said of it (PROTOCOL.md §5, Groups).
#include <algorithm>
#include <limits>

#include "protocol/utf8.hpp"
#include "sdk/session/batch_records.hpp"
#include "sdk/session/session.hpp"

namespace fanfare::session {
namespace {

/// People read the beginning of a reason.
constexpr std::size_t kLongestReason = 1'000;

/// What may travel: short, and UTF-8.
std::string reason_of(std::string text) {
  if (text.size() > kLongestReason) {
    std::size_t end = kLongestReason;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
    text.resize(end);
  }
  if (!protocol::is_utf8(text)) {
    std::ranges::replace_if(
        text, [](char c) { return static_cast<unsigned char>(c) > 0x7FU; }, '?');
  }
  return text;
}

std::uint32_t delay_of(std::chrono::milliseconds delay) {
  return static_cast<std::uint32_t>(
      std::clamp<std::int64_t>(delay.count(), 0, std::numeric_limits<std::uint32_t>::max()));
}

}  // namespace

void Session::settle(WorkId work, Ticket ticket, Verdict verdict) {
  const auto name = workload_.say(work, verdict.back());
  tell_work();
  if (!name) return listener_.on_event(Settled{ticket, Error(ErrorCode::stale)});
  verdict.reason = reason_of(std::move(verdict.reason));
  settlements_.add({.work = work, .ticket = ticket, .name = *name, .verdict = std::move(verdict)});
}

void Session::skip(WorkId work) {
  workload_.skip(work);
  tell_work();
}

void Session::progress(WorkId work) {
  if (workload_.name_of(work)) settlements_.progress(work);
}

void Session::tell_work() {
  for (const auto work : workload_.take_revoked()) listener_.on_event(WorkRevoked{work});
  for (auto& begun : workload_.take_begun()) listener_.on_event(std::move(begun));
}

bool Session::deliver_work(const protocol::Deliver& deliver, Incoming& incoming) {
  if (deliver.attempts.size() != deliver.count) return false;
  if (workload_.full(deliver.handle)) return false;
  auto attempt = deliver.attempts.begin();
  const auto take = [&](const protocol::Record& record, const BrokerTopic& topic, std::string_view bytes) {
    const Workload::Name name{deliver.handle, deliver.epoch, {record.sequence, *attempt++}};
    auto arrived = workload_.arrived(name, topic.name->topic);
    tell_work();
    if (!arrived) return;
    // What has to wait holds back no credit: it may wait for an acknowledgement that the broker gets behind others.
    if (arrived->begins) incoming.to_handlers = true;
    listener_.on_event(WorkArrived{{deliver.handle, incoming.data, deliver.epoch, record, topic.name, bytes},
                                   arrived->work,
                                   name.entry.attempt,
                                   arrived->begins,
                                   std::move(arrived->run)});
  };
  return for_each_record(deliver.records, deliver.count, deliver.stream, topics_, registrations_, take);
}

bool Session::on(const protocol::Revoke& revoke, Incoming&) {
  workload_.revoked(revoke.handle, revoke.epoch, revoke.entries);
  tell_work();
  return true;
}

bool Session::on(const protocol::Role& role, Incoming&) {
  auto* registration = registrations_.find(role.handle);
  if (registration == nullptr || registration->kind != Registration::Kind::membership) return true;
  set_role(*registration, {.active = role.role == protocol::RoleKind::active, .term = role.term});
  return true;
}

void Session::set_role(Registration& registration, const Role& role) {
  registration.joined.role = role;
  listener_.on_event(RoleChanged{registration.handle, role});
}

void Session::stand_by() {
  for (auto& [handle, registration] : registrations_.all()) {
    auto& joined = registration.joined;
    if (!joined.role.active) continue;
    joined.term_before = joined.role.term;
    set_role(registration, {});
  }
}

void Session::send_settlements() {
  for (const auto work : settlements_.take_progress()) {
    const auto name = workload_.name_of(work);
    if (name) control(protocol::Progress{.handle = name->handle, .epoch = name->epoch, .entry = name->entry});
  }
  for (auto batch = settlements_.next(); !batch.empty(); batch = settlements_.next()) send(std::move(batch));
}

void Session::send(Settlements::Batch batch) {
  const auto number = ++last_request_;
  pending_[number] = {Pending::Kind::settlement, number};
  const auto& kept = settlements_.sent(number, std::move(batch));
  const auto& [work, ticket, name, verdict] = kept.front();
  if (verdict.back()) {
    return control(protocol::Nack{
        .request = number,
        .handle = name.handle,
        .kind = verdict.kind == Verdict::Kind::failed ? protocol::NackKind::failed : protocol::NackKind::defer,
        .delay_ms = delay_of(verdict.delay),
        .epoch = name.epoch,
        .entry = name.entry,
        .reason = std::string_view(verdict.reason)});
  }
  protocol::Ack ack{.request = number, .handle = name.handle, .epoch = name.epoch, .entries = {}};
  for (const auto& said : kept) ack.entries.push_back(said.name.entry);
  control(ack);
}

void Session::settled(protocol::RequestNumber number, const protocol::Ok& ok) {
  std::vector<std::uint64_t> stale;
  for (const auto& [stream, position] : ok.positions) stale.push_back(position.sequence);
  std::ranges::sort(stale);
  for (const auto& said : settlements_.answered(number)) {
    const bool late = std::ranges::binary_search(stale, said.name.entry.sequence);
    tell(said, late ? std::optional(ErrorCode::stale) : std::nullopt);
  }
  tell_work();
}

void Session::settled(protocol::RequestNumber number, const Error& error) {
  // The membership is gone, and its deliveries with it.
  const bool gone = error.code() == ErrorCode::no_such_handle || error.code() == ErrorCode::no_such_group;
  for (const auto& said : settlements_.answered(number)) tell(said, gone ? ErrorCode::stale : error.code());
  tell_work();
}

void Session::tell(const Settlements::Said& said, std::optional<ErrorCode> code) {
  workload_.answered(said.work);
  Settled outcome{said.ticket, {}};
  if (code) outcome.error.emplace(*code);
  listener_.on_event(std::move(outcome));
}

void Session::lose_work(ErrorCode waiting) {
  workload_.lose();
  for (const auto& said : settlements_.take_all_sent()) tell(said, ErrorCode::outcome_unknown);
  for (const auto& said : settlements_.take_all_waiting()) tell(said, waiting);
  tell_work();
}

void Session::leave(Registration& registration) {
  const auto handle = registration.handle;
  pending_.erase(registration.joined.join);
  if (registration.status != Registration::Status::waiting) {
    // What was said of its deliveries counts still.
    for (auto batch = settlements_.next(handle); !batch.empty(); batch = settlements_.next(handle)) {
      send(std::move(batch));
    }
    send_removal(registration);
  }
  end_membership(handle);
  if (registration.joined.finishing) listener_.on_event(MembershipFinished{handle});
}

void Session::finish_membership(Handle handle) {
  auto* registration = registrations_.find(handle);
  if (registration == nullptr || registration->joined.finishing) return;
  if (registration->status == Registration::Status::waiting) return membership_finished(handle);
  registration->joined.finishing = true;
  send_removal(*registration, true);
}

/// It is no member any more, and nothing that it had counts.
void Session::membership_finished(Handle handle) {
  auto* registration = registrations_.find(handle);
  if (registration == nullptr) return;  // it was refused or left meanwhile
  pending_.erase(registration->joined.join);
  if (registration->joined.role.active) set_role(*registration, {});
  end_membership(handle);
  registrations_.remove(handle);
  listener_.on_event(MembershipFinished{handle});
}

/// The session is lost: who was to finish does not come back with the next one.
void Session::finish_memberships() {
  std::vector<Handle> finishing;
  for (const auto& [handle, registration] : registrations_.all()) {
    if (registration.joined.finishing) finishing.push_back(handle);
  }
  for (const auto handle : finishing) membership_finished(handle);
}

void Session::end_membership(Handle handle) {
  workload_.leave(handle);
  for (const auto& said : settlements_.take_waiting(handle)) tell(said, ErrorCode::stale);
  tell_work();
}

}  // namespace fanfare::session
