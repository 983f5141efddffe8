#include "sdk/session/publishes.hpp"

#include <algorithm>

namespace fanfare::session {

void Publishes::add(std::unique_ptr<PublishBatch> batch) {
  const auto count = static_cast<std::uint32_t>(batch->items().size());
  for (std::uint32_t item = 0; item < count; ++item) {
    auto& open = open_.emplace_back();
    open.batch = batch.get();
    open.item = item;
  }
  if (count > 0) batches_.push_back(std::move(batch));
}

Publishes::Open* Publishes::at(std::uint64_t place) {
  if (place < base_ || place - base_ >= open_.size()) return nullptr;
  auto& open = open_[place - base_];
  return open.done ? nullptr : &open;
}

Publishes::Open* Publishes::find(protocol::RequestNumber request) {
  // Acknowledgements come in order, so it is nearly always the first that is not done; numbers rise with the places.
  const auto sent = open_.begin() + static_cast<std::ptrdiff_t>(next_);
  if (next_ > 0 && open_.front().request == request) return open_.front().done ? nullptr : &open_.front();
  const auto found = std::lower_bound(open_.begin(), sent, request,
                                      [](const Open& open, auto number) { return open.request < number; });
  return found != sent && found->request == request && !found->done ? &*found : nullptr;
}

void Publishes::trim() {
  while (next_ > 0 && open_.front().done) {
    open_.pop_front();
    --next_;
    ++base_;
  }
  while (!batches_.empty() && (open_.empty() || open_.front().batch != batches_.front().get())) batches_.pop_front();
}

void Publishes::rewind(std::uint32_t session) {
  trim();
  std::erase_if(open_, [](const Open& open) { return open.done; });
  for (auto& open : open_) {
    if (open.request != 0 && !open.sent_before()) open.lost_in = session;
    open.request = 0;
  }
  next_ = 0;
}

std::uint32_t Publishes::first_lost(std::uint32_t none) const {
  // What was sent in an earlier session stands before what was first sent in a later one.
  return open_.empty() || !open_.front().sent_before() ? none : open_.front().lost_in;
}

std::vector<Publishes::Open> Publishes::take_all() {
  std::vector<Open> all;
  std::ranges::copy_if(open_, std::back_inserter(all), [](const Open& open) { return !open.done; });
  base_ += open_.size();
  next_ = 0;
  open_.clear();
  return all;
}

}  // namespace fanfare::session
