// What a client does as one who is there and one who watches, and what it may expect of its session then.

#include "tests/simulation/client.hpp"
#include "tests/simulation/complaint.hpp"

namespace fanfare::simulation {
namespace {

constexpr std::size_t kMostHolds = 8;
constexpr std::size_t kMostWatches = 4;

}  // namespace

void Client::forget_presence() { presence_.emplace(world_.presence, "client " + std::to_string(number_)); }

void Client::hold(PresenceKey key) {
  if (closing_ || presence_->holds() >= kMostHolds) return;
  const auto handle = ++last_handle_;
  presence_->hold(handle, key);
  session_->hold(handle, kPresenceKeys.at(key));
}

void Client::release(std::uint32_t which) {
  if (const auto handle = presence_->release(which); handle != 0) session_->remove(handle);
}

void Client::watch(std::uint32_t pattern) {
  if (closing_ || presence_->watches() >= kMostWatches) return;
  const auto handle = ++last_handle_;
  presence_->watch(handle, pattern);
  session_->watch(handle, kPresencePatterns.at(pattern));
}

void Client::unwatch(std::uint32_t which) {
  if (const auto handle = presence_->unwatch(which); handle != 0) session_->remove(handle);
}

bool Client::presence_event(const session::Event& event) {
  if (const auto* told = std::get_if<session::PresenceTold>(&event)) {
    if (!closing_) presence_->told(*told);
  } else if (const auto* complete = std::get_if<session::PresenceComplete>(&event)) {
    if (!closing_) presence_->complete(*complete);
  } else if (const auto* registered = std::get_if<session::Registered>(&event)) {
    if (!presence_->knows(registered->handle)) return false;
    presence_->registered(registered->handle);
  } else if (const auto* refused = std::get_if<session::RegistrationFailed>(&event)) {
    if (!presence_->knows(refused->handle)) return false;
    throw Complaint("refused", "a presence key was refused: " + std::string(refused->error.what()));
  } else {
    return false;
  }
  return true;
}

}  // namespace fanfare::simulation
