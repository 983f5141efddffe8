#include "sdk/session/settlements.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace fanfare::session {
namespace {

constexpr std::size_t kMostRequests = 64;
/// Of one ACK: 40 KiB.
constexpr std::size_t kMostEntries = 4'096;

void append(Settlements::Batch& to, auto&& from) { std::ranges::move(from, std::back_inserter(to)); }

}  // namespace

void Settlements::add(Said said) {
  auto& queue = waiting_[said.name.handle];
  queue.push_back(std::move(said));
}

Settlements::Batch Settlements::gather(Waiting::iterator from) {
  auto& queue = from->second;
  Batch batch;
  // An answer names what was stale by its sequence: two attempts at one message never share a request.
  std::set<std::uint64_t> sequences;
  const auto fits = [&](const Said& said) {
    if (!sequences.insert(said.name.entry.sequence).second) return false;
    if (batch.empty()) return true;
    return !batch.front().verdict.back() && !said.verdict.back() && batch.size() < kMostEntries &&
           batch.front().name.epoch == said.name.epoch;
  };
  while (!queue.empty() && fits(queue.front())) {
    batch.push_back(std::move(queue.front()));
    queue.pop_front();
  }
  if (queue.empty()) waiting_.erase(from);
  return batch;
}

Settlements::Batch Settlements::next() {
  if (waiting_.empty() || sent_.size() >= kMostRequests) return {};
  auto from = waiting_.upper_bound(last_);
  if (from == waiting_.end()) from = waiting_.begin();
  last_ = from->first;
  return gather(from);
}

Settlements::Batch Settlements::next(protocol::Handle handle) {
  const auto from = waiting_.find(handle);
  return from == waiting_.end() ? Batch() : gather(from);
}

const Settlements::Batch& Settlements::sent(protocol::RequestNumber number, Batch batch) {
  return sent_[number] = std::move(batch);
}

Settlements::Batch Settlements::answered(protocol::RequestNumber number) {
  auto node = sent_.extract(number);
  return node ? std::move(node.mapped()) : Batch();
}

Settlements::Batch Settlements::take_waiting(protocol::Handle handle) {
  Batch taken;
  if (auto node = waiting_.extract(handle)) append(taken, node.mapped());
  return taken;
}

Settlements::Batch Settlements::take_all_waiting() {
  Batch taken;
  for (auto& [handle, queue] : waiting_) append(taken, queue);
  waiting_.clear();
  progress_.clear();
  return taken;
}

Settlements::Batch Settlements::take_all_sent() {
  Batch taken;
  for (auto& [number, batch] : sent_) append(taken, batch);
  sent_.clear();
  return taken;
}

}  // namespace fanfare::session
