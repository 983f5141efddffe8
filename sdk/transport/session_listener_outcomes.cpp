// What becomes of publishes: futures are fulfilled at once, callbacks go to the dispatcher.
#include <algorithm>

#include "sdk/transport/core.hpp"
#include "sdk/transport/session_listener.hpp"

namespace fanfare::transport {
namespace {

/// Makes of the acknowledgement of a run's first publish the one of the publish `item` of the batch.
void move_to(Ack& ack, const session::PublishBatch& batch, std::size_t item, std::uint64_t first_sequence,
             std::size_t behind_first) {
  ack.id = batch.id(batch.items()[item]);
  if (!ack.stream.empty()) ack.position.sequence = first_sequence + behind_first;
}

/// Calls `tell` with each completion of the run that is a `Kind`, after `outcome` was made its own.
template <class Kind, class Tell>
void for_each(Batch& batch, std::size_t first, std::size_t count, Outcome<Ack>& outcome, const Tell& tell) {
  const auto first_sequence = outcome.ok() ? outcome.value().position.sequence : 0;
  for (std::size_t i = 0; i < count; ++i) {
    auto* wanted = std::get_if<Kind>(&batch.completions[first + i]);
    if (wanted == nullptr) continue;
    if (outcome.ok()) move_to(outcome.value(), batch.publishes, first + i, first_sequence, i);
    tell(*wanted);
  }
}

}  // namespace

void SessionListener::expect(std::shared_ptr<Batch> batch) {
  const auto count = batch->publishes.items().size();
  if (!batch->completions.empty()) batch->completions.resize(count);
  batch->without_outcome = count;
  batch->untold = count;
  batches_.push_back(std::move(batch));
}

const std::shared_ptr<Batch>& SessionListener::batch_of(session::Ticket ticket) const {
  // Outcomes nearly always come in order.
  const auto& first = batches_.front();
  if (ticket - first->publishes.first_ticket() < first->publishes.items().size()) return first;
  const auto behind =
      std::ranges::upper_bound(batches_, ticket, {}, [](const auto& batch) { return batch->publishes.first_ticket(); });
  return *std::prev(behind);
}

void SessionListener::on_acknowledged(const session::Acknowledged& acknowledged) {
  finish(acknowledged.ticket(0), acknowledged.count, Ack(acknowledged.ack));
}

void SessionListener::on(session::PublishFailed& failed) {
  if (core_.closing()) ++failures_;
  finish(failed.ticket, 1, std::move(failed.error));
}

void SessionListener::finish(session::Ticket ticket, std::size_t count, Outcome<Ack>&& outcome) {
  OutcomeRun run{.batch = batch_of(ticket),
                 .first = ticket - batch_of(ticket)->publishes.first_ticket(),
                 .count = count,
                 .outcome = std::move(outcome),
                 .has_callbacks = false};
  auto& batch = *run.batch;
  if (!batch.completions.empty()) {
    const auto begin = batch.completions.begin() + static_cast<std::ptrdiff_t>(run.first);
    run.has_callbacks = std::any_of(begin, begin + static_cast<std::ptrdiff_t>(count), [](const Completion& one) {
      return std::holds_alternative<Client::AckHandler>(one);
    });
    auto own = run.outcome;
    for_each<std::promise<Ack>>(batch, run.first, count, own, [&](std::promise<Ack>& promise) {
      if (own.ok()) {
        promise.set_value(own.value());
      } else {
        promise.set_exception(std::make_exception_ptr(own.error()));
      }
    });
  }
  const auto weight = batch.weight(run.first, count);
  if (run.has_callbacks) {
    core_.in_flight().release(weight, true);
  } else {
    released_ += weight;
  }
  batch.without_outcome -= count;
  // Whichever it is: when its outcomes are told it is used again, with other tickets.
  if (batch.without_outcome == 0) std::erase(batches_, run.batch);
  outcomes_.push_back(std::move(run));
}

void SessionListener::flush_outcomes() {
  // Only now: while a frame is read the session still looks at its batches.
  const auto told = [&](OutcomeRun& run) {
    if (run.batch->untold.fetch_sub(run.count) == run.count) core_.intake().give_back(std::move(run.batch));
  };
  for (auto& run : outcomes_) {
    if (!run.has_callbacks) told(run);
  }
  std::erase_if(outcomes_, [](const OutcomeRun& run) { return !run.has_callbacks; });
  if (outcomes_.empty()) return;
  auto runs = std::make_shared<std::vector<OutcomeRun>>();
  runs->swap(outcomes_);
  core_.dispatcher().push([core = core_.shared_from_this(), runs] {
    for (auto& run : *runs) run.call(*core);
  });
}

void OutcomeRun::call(Core& core) {
  for_each<Client::AckHandler>(*batch, first, count, outcome, [&](Client::AckHandler& handler) {
    core.dispatcher().guard([&] { handler(outcome); });
    handler = nullptr;
  });
  core.in_flight().called_back(batch->weight(first, count));
  if (batch->untold.fetch_sub(count) == count) core.intake().give_back(std::move(batch));
}

}  // namespace fanfare::transport
