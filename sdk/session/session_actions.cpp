// What operators do to groups (PROTOCOL.md §5, MANAGE).
#include "sdk/session/session.hpp"

namespace fanfare::session {

void Session::manage(Ticket ticket, OpenAction action) {
  if (phase_ == Phase::refused || phase_ == Phase::closed) return listener_.on_event(Managed{ticket, ended_});
  if (actions_.full()) {
    return listener_.on_event(Managed{ticket, Error(ErrorCode::too_many_requests, "of manage()")});
  }
  auto& added = actions_.add(ticket, std::move(action));
  if (phase_ == Phase::ready) send_action(ticket, added);
}

void Session::send_action(Ticket ticket, OpenAction& action) {
  action.sent = true;
  pending_[++last_request_] = {Pending::Kind::action, ticket};
  control(protocol::Manage{.request = last_request_,
                           .action = action.action,
                           .from = action.from,
                           .position = action.position,
                           .group = std::string_view(action.group),
                           .sequences = action.sequences});
}

void Session::managed(Ticket ticket, std::optional<Error> error) {
  if (!actions_.contains(ticket)) return;
  actions_.remove(ticket);
  listener_.on_event(Managed{ticket, std::move(error)});
}

void Session::lose_actions() {
  std::erase_if(actions_.all(), [this](const auto& entry) {
    if (!entry.second.sent) return false;
    listener_.on_event(Managed{entry.first, Error(ErrorCode::outcome_unknown, "the session was lost")});
    return true;
  });
}

void Session::fail_actions(const Error& unsent) {
  lose_actions();
  for (const auto& [ticket, action] : actions_.all()) listener_.on_event(Managed{ticket, unsent});
  actions_.all().clear();
}

void Session::expire_actions(Instant now) {
  if (now < actions_.next_deadline()) return;
  std::erase_if(actions_.all(), [&](const auto& entry) {
    const auto& [ticket, action] = entry;
    if (action.deadline > now) return false;
    // Once sent it may have been done.
    const auto error = action.sent ? Error(ErrorCode::deadline_exceeded)
                                   : Error(ErrorCode::not_sent, "there was no session with " + settings_.address);
    listener_.on_event(Managed{ticket, error});
    return true;
  });
}

}  // namespace fanfare::session
