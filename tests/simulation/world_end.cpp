// The end of an episode: no more trouble, everything moves until nothing is left to come, and then everybody has what
// was promised.

#include <algorithm>

#include "tests/simulation/complaint.hpp"
#include "tests/simulation/world.hpp"

namespace fanfare::simulation {
namespace {

constexpr std::uint32_t kAll = ~0U;

}  // namespace

bool World::pump() {
  bool any = false;
  while (notice_one()) any = true;
  for (auto& of : clients_) {
    any |= dial(*of);
    any |= send_frames(*of, kAll, true);
    any |= move_up(*of, kAll);
  }
  settle_core();
  for (std::uint32_t i = 0; i < kJournals; ++i) any |= touched_ |= journal_.commit(i, kAll);
  any |= touched_ |= journal_.answer(kAll);
  settle_core();
  for (auto& of : clients_) {
    any |= move_down(*of, kAll);
    any |= of->handle(kAll);
    any |= of->work_off();
  }
  return any;
}

std::chrono::microseconds World::next_deadline() const {
  auto next = core_->next_deadline().value_or(std::chrono::hours(1'000));
  for (const auto& of : clients_) {
    const auto its = of->session().next_deadline();
    if (its != session::kNever) {
      next = std::min(next, std::chrono::duration_cast<std::chrono::microseconds>(its.time_since_epoch()));
    }
  }
  return next;
}

bool World::is_held(PresenceKey key) const {
  return std::ranges::any_of(clients_, [&](const auto& one) { return one->presence().holds_key(key); });
}

bool World::presence_is_right() const {
  for (PresenceKey key = 0; key < kPresenceKeys.size(); ++key) {
    if (is_held(key) != (presence_.state(key) == protocol::PresenceState::online)) return false;
  }
  return presence_.is_quiet() &&
         std::ranges::all_of(clients_, [](const auto& one) { return one->presence().is_right(); });
}

void World::check_holds() const {
  for (PresenceKey key = 0; key < kPresenceKeys.size(); ++key) {
    const std::string name(kPresenceKeys.at(key));
    const auto state = presence_.state(key);
    if (state == protocol::PresenceState::unknown) throw Complaint("hold", name + " is unknown for ever");
    const bool is_online = state == protocol::PresenceState::online;
    if (is_online && !is_held(key)) throw Complaint("hold", name + " is online for ever, and nobody holds it");
    if (!is_online && is_held(key)) throw Complaint("hold", name + " is held by a client, and the broker was not told");
  }
}

void World::settle_down() {
  if (journal_.has_failed()) apply({.what = Do::crash});
  // Long enough for any lease and any wait before the next attempt.
  const auto until = time_ + std::chrono::minutes(2);
  for (int idle_rounds = 0;;) {
    constexpr int kMostRounds = 100'000;
    for (std::uint32_t i = 0; i < kGroups.size(); ++i) {
      if (watch_.exists(i)) clients_.front()->join_at_last(i);
    }
    for (int round = 0; pump(); ++round) {
      if (round == kMostRounds) throw Complaint("stuck", "something goes on for ever");
    }
    const bool all_ready = std::ranges::all_of(
        clients_, [](const auto& of) { return of->is_ready() && !of->waits_for_answers() && !of->link().is_dead(); });
    const bool is_done =
        all_ready && publishes_.open() == 0 && services_.open() == 0 && watch_.all_finished() && presence_is_right();
    if (time_ >= until || (is_done && ++idle_rounds > 1)) break;
    wait(std::max(next_deadline() - time_, std::chrono::microseconds(1'000)));
    settle_core();
  }
  publishes_.complete();
  services_.complete();
  watch_.complete();
  check_holds();
  for (auto& of : clients_) of->complete();
}

}  // namespace fanfare::simulation
