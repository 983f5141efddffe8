#include "sdk/session/publishes.hpp"

#include <algorithm>

namespace fanfare::session {

void Publishes::add(std::shared_ptr<PublishBatch> batch) {
  const auto count = batch->items().size();
  if (count == 0) return;
  batches_.push_back({.batch = std::move(batch), .place = end_, .open = count});
  end_ += count;
  open_ += count;
}

void Publishes::advance() {
  const auto& item = waiting().item();
  if (!item.done) ++sent_;
  last_request_ = item.request;
  ++next_item_;
  skip_done();
}

void Publishes::skip_done() {
  for (; next_ < batches_.size(); ++next_, next_item_ = 0) {
    auto& items = batches_[next_].batch->items();
    for (; next_item_ < items.size(); ++next_item_) {
      if (!items[next_item_].done) return;
      items[next_item_].request = last_request_;
    }
  }
}

Publishes::Open Publishes::at(std::uint64_t place) const {
  if (batches_.empty() || place < batches_.front().place || place >= end_) return {};
  const auto behind = std::ranges::upper_bound(batches_, place, {}, &Held::place);
  const auto& held = *std::prev(behind);
  if (place - held.place >= held.batch->items().size()) return {};  // of a batch that was let go
  const Open open{held.batch.get(), static_cast<std::uint32_t>(place - held.place)};
  return open.item().done ? Open() : open;
}

Publishes::Open Publishes::find(protocol::RequestNumber request) const {
  if (batches_.empty() || request == 0) return {};
  // Numbers rise with the places, as far as they were sent; acknowledgements come in order, so it is nearly always the
  // next one of the first batch.
  auto held = batches_.begin();
  if (held->next >= held->batch->items().size() || held->batch->items()[held->next].request != request) {
    const auto sent = batches_.begin() + static_cast<std::ptrdiff_t>(std::min(next_ + 1, batches_.size()));
    held = std::partition_point(batches_.begin(), sent, [&](const Held& one) {
      const auto& last = one.batch->items().back();
      return last.request != 0 && last.request < request;
    });
    if (held == sent) return {};
  }
  auto& items = held->batch->items();
  auto index = held->next;
  if (index >= items.size() || items[index].request != request) {
    const auto found = std::ranges::partition_point(
        items, [&](const auto& item) { return item.request != 0 && item.request < request; });
    if (found == items.end() || found->request != request) return {};
    index = static_cast<std::uint32_t>(found - items.begin());
  }
  return items[index].done ? Open() : Open{held->batch.get(), index};
}

std::uint32_t Publishes::finish(const Open& first, std::uint32_t most) {
  auto& items = first.batch->items();
  const auto request = items[first.index].request;
  std::uint32_t count = 0;
  do {
    items[first.index + count].done = true;
    ++count;
  } while (count < most && first.index + count < items.size() &&
           items[first.index + count].request == request + count && !items[first.index + count].done);
  open_ -= count;
  if (request != 0) sent_ -= count;
  auto held = batches_.begin();
  if (held->batch.get() != first.batch) {
    held = std::ranges::find_if(batches_, [&](const Held& one) { return one.batch.get() == first.batch; });
  }
  held->open -= count;
  held->next = first.index + count;
  if (held->open == 0) ++finished_;
  return count;
}

void Publishes::trim() {
  // In the middle too: a message that no stream keeps overtakes one that waits for its commit, and who made a batch
  // uses it again when all of it has its outcome.
  for (std::size_t at = 0; finished_ > 0 && at < batches_.size();) {
    // What is refused is finished where it waits, just before it is passed.
    const bool passed = at < next_ || (at == next_ && next_item_ >= batches_[at].batch->items().size());
    if (batches_[at].open > 0 || !passed) {
      ++at;
      continue;
    }
    batches_.erase(batches_.begin() + static_cast<std::ptrdiff_t>(at));
    --finished_;
    if (at < next_) {
      --next_;
    } else {
      next_item_ = 0;
    }
  }
}

void Publishes::rewind(std::uint32_t session) {
  trim();
  for (auto& held : batches_) {
    held.next = 0;
    for (auto& item : held.batch->items()) {
      if (item.request != 0 && !item.sent_before()) item.lost_in = session;
      item.request = 0;
    }
  }
  sent_ = 0;
  next_ = 0;
  next_item_ = 0;
  last_request_ = 0;
  skip_done();
}

std::uint32_t Publishes::first_lost(std::uint32_t none) const {
  // What was sent in an earlier session stands before what was first sent in a later one.
  for (const auto& held : batches_) {
    for (const auto& item : held.batch->items()) {
      if (!item.done) return item.sent_before() ? item.lost_in : none;
    }
  }
  return none;
}

std::vector<Publishes::Left> Publishes::take_all() {
  std::vector<Left> all;
  for (const auto& held : batches_) {
    const auto& items = held.batch->items();
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (!items[i].done) all.push_back({held.batch->ticket(i), items[i].request != 0 || items[i].sent_before()});
    }
  }
  batches_.clear();
  next_ = 0;
  next_item_ = 0;
  open_ = 0;
  sent_ = 0;
  finished_ = 0;
  return all;
}

}  // namespace fanfare::session
