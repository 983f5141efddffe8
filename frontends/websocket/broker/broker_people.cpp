#include "frontends/websocket/broker/broker_people.hpp"

#include <utility>

#include "frontends/websocket/broker/broker_backend.hpp"
#include "frontends/websocket/broker/member_list.hpp"

namespace fanfare::frontends::websocket::broker {
namespace {

constexpr std::string_view kPrefix = "user.";

protocol::Refusal refusal_of_members(const common::Refusal& refusal) {
  if (refusal.code == common::Code::kNotFound) {
    return {protocol::kPermissionDenied, "you are not a member of this conversation"};
  }
  if (refusal.code == common::Code::kTooLarge) return {protocol::kNotAvailable, refusal.message};
  return refusal_of(refusal);
}

}  // namespace

void BrokerPeople::attach(presence::Circles& circles) {
  circles_ = &circles;
  watch_.emplace(
      client_.watch_presence("user.*", [this](const PresenceChange& change) { changed(change.key, change.state); },
                             {.on_complete = [this](bool) { completed(); },
                              .on_error =
                                  [this](const Error& error) {
                                    log_.error("the broker does not tell who is online", {{"reason", error.what()}});
                                  }}));
}

void BrokerPeople::hold(const std::string& person) {
  const std::string key = std::string(kPrefix) + person;
  try {
    held_.insert_or_assign(
        person, client_.hold_presence(
                    key, {.on_error = [this, key](const Error& error) {
                      log_.error("the broker refuses a presence key", {{"key", key}, {"reason", error.what()}});
                    }}));
  } catch (const Error& error) {  // the client is closed
    log_.warn("somebody is not shown as online", {{"key", key}, {"reason", error.what()}});
  }
}

void BrokerPeople::members(const std::string& person, const std::string& conversation,
                           session::OnAnswer<presence::People> done) {
  read_members(services_, person, conversation, [this, done = std::move(done)](const MemberList& members) {
    auto answer = members ? session::Answer<presence::People>(*members)
                          : session::Answer<presence::People>(refusal_of_members(members.error()));
    handover_.push([done, answer = std::move(answer)] { done(answer); });
  });
}

void BrokerPeople::changed(std::string_view key, PresenceState state) {
  if (state == PresenceState::unknown || !key.starts_with(kPrefix)) return;
  std::unique_lock lock(mutex_);
  waiting_.insert_or_assign(std::string(key.substr(kPrefix.size())), state == PresenceState::online);
  hand_over(std::move(lock));
}

void BrokerPeople::completed() {
  std::unique_lock lock(mutex_);
  if (std::exchange(is_complete_, true)) return;
  hand_over(std::move(lock));
}

void BrokerPeople::hand_over(std::unique_lock<std::mutex> waiting) {
  const bool is_awaited = std::exchange(is_handed_over_, true);
  waiting.unlock();
  if (is_awaited) return;
  handover_.push([this] { take_over(); });
}

void BrokerPeople::take_over() {
  std::unordered_map<std::string, bool> people;
  bool is_complete = false;
  {
    const std::lock_guard lock(mutex_);
    people.swap(waiting_);
    is_complete = is_complete_;
    is_handed_over_ = false;
  }
  for (const auto& [person, is_online] : people) circles_->changed(person, is_online);
  if (is_complete) circles_->complete();
}

}  // namespace fanfare::frontends::websocket::broker
