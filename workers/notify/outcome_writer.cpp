#include "workers/notify/outcome_writer.hpp"

#include <algorithm>
#include <utility>

namespace fanfare::workers::notify {
namespace {

using runtime::Result;
using std::chrono::milliseconds;
using store::DueNotification;

constexpr milliseconds kFirstBackOff{50};
constexpr milliseconds kLongestBackOff{2'000};

}  // namespace

void OutcomeWriter::write_down(DueNotification due, bool is_change, const Told& told) {
  const auto now = context_.now();
  switch (told.outcome) {
    case Told::Outcome::kTold:
      return write_told(due, is_change, told);
    case Told::Outcome::kLater:
    case Told::Outcome::kLaterAll:
      return write_later(due, told);
    case Told::Outcome::kUnreachable:
      return end_link(due, told.reason);
    case Told::Outcome::kRefused:
      return refuse(due, is_change, told.reason);
    case Told::Outcome::kUnknown:
      break;
  }
  context_.figures.unknown(1);
  context_.log.warn("a notification may have been told and is not sent again", {{"reason", told.reason}});
  write([&](Store& store) { return store.unknown(due, now); });
}

void OutcomeWriter::write_told(DueNotification& due, bool is_change, const Told& told) {
  const auto now = context_.now();
  // Since both were so: the message was there, and the person away.
  const auto away = context_.presence.of(due.person).offline_for;
  context_.figures.told(is_change, due.count, std::min(std::max(now - due.arrived_at, milliseconds(0)), away));
  move(due, told.address);
  const std::string message = is_change && told.message.empty() ? due.told->message : told.message;
  write([&](Store& store) { return store.told(due, {.now = now, .is_change = is_change, .message = message}); });
}

void OutcomeWriter::write_later(DueNotification& due, const Told& told) {
  const auto now = context_.now();
  const bool is_wait = told.until > now;
  move(due, told.address);
  if (is_wait) {
    context_.figures.flood_wait();
    context_.log.warn("the other side wants us to wait",
                      {{"ms", milliseconds(told.until - now).count()}, {"reason", told.reason}});
    const bool is_for_all =
        told.outcome == Told::Outcome::kLaterAll || floods_.note(*due.address, std::chrono::steady_clock::now());
    write([&](Store& store) -> Result<bool> {
      const auto blocked = store.block(is_for_all ? "all" : *due.address, told.until);
      if (!blocked) return blocked.error();
      return true;
    });
  }
  write([&](Store& store) { return store.not_told(due, std::max(told.until, now)); });
}

void OutcomeWriter::end_link(const DueNotification& due, const std::string& reason) {
  const auto now = context_.now();
  bool has_ended = false;
  write([&](Store& store) {
    auto ended = store.end_link(due, reason, now);
    has_ended = ended && *ended;
    return ended;
  });
  if (has_ended) {
    context_.figures.unreachable();
    context_.log.info("a link has ended", {{"person", due.person.to_string()}, {"reason", reason}});
    if (context_.on_link_ended) context_.on_link_ended(due.person, reason);
    return;
  }
  // The link is another one by now, or there never was one.
  write([&](Store& store) {
    return context_.notifier.needs_link() ? store.not_told(due, now) : store.give_up(due, now);
  });
}

void OutcomeWriter::refuse(const DueNotification& due, bool is_change, const std::string& reason) {
  const auto now = context_.now();
  context_.log.warn(is_change ? "a notification can't be changed" : "a notification was refused",
                    {{"person", due.person.to_string()}, {"reason", reason}});
  if (is_change) {
    write([&](Store& store) { return store.not_told(due, due.told->at + context_.times.window, false); });
    return;
  }
  context_.figures.suppressed(Why::kRefused);
  write([&](Store& store) { return store.give_up(due, now); });
}

void OutcomeWriter::move(DueNotification& due, const std::optional<std::string>& address) {
  if (!address || address == due.address) return;
  bool has_moved = false;
  write([&](Store& store) {
    auto moved = store.move_link(due, *address);
    has_moved = moved && *moved;
    return moved;
  });
  if (has_moved) due.address = address;
}

/// Until it is written; after close() until its deadline. Doing it twice does no harm: the row's state says so.
void OutcomeWriter::write(const std::function<Result<bool>(Store&)>& change) {
  auto back_off = kFirstBackOff;
  while (true) {
    const auto written = context_.store.call(change);
    if (written) return;
    context_.log.warn("the outcome of a notification waits for the database", {{"reason", written.error().message}});
    if (!context_.pause(back_off)) return;
    back_off = std::min(2 * back_off, kLongestBackOff);
  }
}

}  // namespace fanfare::workers::notify
