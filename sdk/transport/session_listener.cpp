#include "sdk/transport/session_listener.hpp"

#include "protocol/header_map.hpp"
#include "sdk/transport/core.hpp"
#include "sdk/transport/fetched_page.hpp"

namespace fanfare::transport {

void SessionListener::expect(session::Ticket ticket, std::shared_ptr<ReplyCompletion> completion) {
  replies_[ticket] = std::move(completion);
}

void SessionListener::expect(session::Ticket ticket, std::shared_ptr<std::promise<std::vector<Headers>>> rows) {
  rows_[ticket] = std::move(rows);
}

void SessionListener::expect(session::Ticket ticket, std::shared_ptr<FetchCompletion> page) {
  pages_[ticket] = std::move(page);
}

void SessionListener::expect(session::Ticket ticket, std::shared_ptr<Settler::Settled> settled) {
  settlements_[ticket] = std::move(settled);
}

void SessionListener::expect(session::Ticket ticket, std::shared_ptr<std::promise<void>> managed) {
  actions_[ticket] = std::move(managed);
}

void SessionListener::add(std::shared_ptr<Registration> registration) {
  registrations_[registration->handle()] = std::move(registration);
}

void SessionListener::forget(protocol::Handle handle) {
  if (latest_ && latest_->handle() == handle) latest_ = nullptr;
  const auto found = registrations_.find(handle);
  if (found == registrations_.end()) return;
  found->second->refuse(Error(ErrorCode::closed, "it was ended"));
  registrations_.erase(found);
}

std::shared_ptr<Registration> SessionListener::find(protocol::Handle handle) const {
  const auto found = registrations_.find(handle);
  return found == registrations_.end() ? nullptr : found->second;
}

void SessionListener::flush() {
  if (delivery_) {
    core_.dispatcher().push(
        [core = core_.shared_from_this(), delivery = std::exchange(delivery_, nullptr)] { delivery->run(*core); });
  }
  if (!outcomes_.empty()) flush_outcomes();
  if (!watchers_.empty()) flush_presence();
  if (released_ > 0) core_.in_flight().release(std::exchange(released_, 0), false);
}

void SessionListener::close() {
  flush();
  for (const auto& [handle, registration] : registrations_) {
    registration->refuse(Error(ErrorCode::closed));
    registration->gone();
  }
  registrations_.clear();
}

void SessionListener::on_message(const session::Arrival& arrival) {
  if (!latest_ || latest_->handle() != arrival.handle) latest_ = find(arrival.handle);
  if (!delivery_) delivery_ = std::make_shared<Delivery>(held_);
  // One that was just ended has no handler any more, but its delivery still has to be counted as handled.
  if (latest_) {
    delivery_->add(arrival, latest_);
  } else {
    delivery_->count(arrival.data);
  }
}

void SessionListener::on_event(session::Event&& event) {
  std::visit([this](auto& it) { on(it); }, event);
}

void SessionListener::finish_request(session::Ticket ticket, Outcome<Reply>&& outcome) {
  const auto found = replies_.find(ticket);
  if (found == replies_.end()) return;
  const auto completion = found->second;
  replies_.erase(found);
  completion->stop.reset();
  if (std::holds_alternative<std::promise<Reply>>(completion->target)) {
    auto fulfil = [completion, outcome = std::move(outcome)] {
      auto& promise = std::get<std::promise<Reply>>(completion->target);
      if (outcome.ok()) return promise.set_value(outcome.value());
      promise.set_exception(std::make_exception_ptr(outcome.error()));
    };
    // It is the last to come of its reply.
    if (!completion->on_part || !core_.dispatcher().push(fulfil)) fulfil();
    return;
  }
  core_.dispatcher().push(
      [completion, outcome = std::move(outcome)] { std::get<Client::ReplyHandler>(completion->target)(outcome); });
}

void SessionListener::on(session::PartReplied& replied) {
  flush();
  const auto found = replies_.find(replied.ticket);
  core_.dispatcher().push([core = core_.shared_from_this(),
                           completion = found == replies_.end() ? nullptr : found->second,
                           part = std::move(replied.part), data = replied.data, size = held_->frame.size()] {
    if (completion) core->dispatcher().guard([&] { completion->on_part(part); });
    core->handled(data, size);
  });
}

void SessionListener::on(session::Replied& replied) { finish_request(replied.ticket, std::move(replied.reply)); }

void SessionListener::on(session::RequestFailed& failed) {
  if (core_.closing()) ++failures_;
  finish_request(failed.ticket, std::move(failed.error));
}

void SessionListener::on(session::QueryAnswered& answered) {
  if (const auto rows = rows_.extract(answered.ticket)) rows.mapped()->set_value(std::move(answered.rows));
}

void SessionListener::on(session::QueryFailed& failed) {
  if (const auto rows = rows_.extract(failed.ticket)) {
    rows.mapped()->set_exception(std::make_exception_ptr(failed.error));
  }
}

void SessionListener::on(session::PageFetched& fetched) {
  const auto found = pages_.extract(fetched.ticket);
  if (!found) return;
  const auto completion = found.mapped();
  const auto data = fetched.data;
  auto page = make_fetched(std::move(fetched));
  if (auto* promise = std::get_if<std::promise<Fetched>>(completion.get())) return promise->set_value(std::move(page));
  flush();
  core_.dispatcher().push([core = core_.shared_from_this(), completion, data, size = held_->frame.size(),
                           outcome = Outcome<Fetched>(std::move(page))] {
    core->dispatcher().guard([&] { std::get<Client::FetchHandler> (*completion)(outcome); });
    core->handled(data, size);
  });
}

void SessionListener::on(session::FetchFailed& failed) {
  const auto found = pages_.extract(failed.ticket);
  if (!found) return;
  const auto completion = found.mapped();
  if (auto* promise = std::get_if<std::promise<Fetched>>(completion.get())) {
    return promise->set_exception(std::make_exception_ptr(failed.error));
  }
  core_.dispatcher().push([completion, outcome = Outcome<Fetched>(std::move(failed.error))] {
    std::get<Client::FetchHandler> (*completion)(outcome);
  });
}

void SessionListener::on(session::TracedSent& sent) { core_.trace(sent.id, {}, "sdk sent"); }

}  // namespace fanfare::transport
