#include "tests/bench/load/stage.hpp"

#include <algorithm>
#include <cerrno>
#include <stdexcept>

namespace fanfare::load {
namespace {

using namespace std::chrono_literals;

constexpr auto kProbeEvery = 10ms;
constexpr auto kProbeDeadline = 10s;

}  // namespace

Stage::Stage(const Work& work, System& system) : inboxes_(work.subscribers, Inbox(work.size)) {
  for (std::size_t index = 0; index < work.subscribers; ++index) subscribers_.push_back(system.subscriber(index));
  publisher_ = system.publisher();
  items_.resize(1 + subscribers_.size());
  probe();
}

void Stage::probe() {
  // Some systems never say that a subscription stands; a message that arrives does.
  const auto deadline = std::chrono::steady_clock::now() + kProbeDeadline;
  auto next = std::chrono::steady_clock::now();
  while (!std::ranges::all_of(inboxes_, &Inbox::probed)) {
    const auto now = std::chrono::steady_clock::now();
    if (now > deadline) throw std::runtime_error("not every subscriber receives what is published");
    if (now >= next && publisher_->publish(0, 1) > 0) next = now + kProbeEvery;
    publisher_->progress();
    receive(kProbeEvery);
  }
}

void Stage::receive(std::chrono::milliseconds patience) {
  items_[0] = publisher_->interest();
  for (std::size_t index = 0; index < subscribers_.size(); ++index) items_[1 + index] = subscribers_[index]->interest();
  if (zmq_poll(items_.data(), static_cast<int>(items_.size()), patience.count()) < 0 && errno != EINTR) {
    throw std::runtime_error("zmq_poll failed");
  }
  for (std::size_t index = 0; index < subscribers_.size(); ++index) {
    if (items_[1 + index].revents != 0) subscribers_[index]->receive(inboxes_[index]);
  }
}

std::uint64_t Stage::received_by_all() const {
  return std::ranges::min_element(inboxes_, {}, &Inbox::received)->received();
}

std::uint64_t Stage::deliveries() const {
  std::uint64_t all = 0;
  for (const auto& inbox : inboxes_) all += inbox.received();
  return all;
}

bool Stage::complete(std::uint64_t published) const {
  return std::ranges::all_of(inboxes_, [&](const Inbox& inbox) { return inbox.has_all(published); });
}

bool Stage::in_order() const { return std::ranges::all_of(inboxes_, &Inbox::in_order); }

}  // namespace fanfare::load
