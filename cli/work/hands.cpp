#include "cli/work/hands.hpp"

#include <utility>

namespace fanfare::cli {

std::optional<Hands::Id> Hands::take(Settler settler) {
  const std::lock_guard lock(mutex_);
  const Id id = ++last_;
  held_.emplace(id, std::move(settler));
  if (!takes_ || (count_ > 0 && taken_ == count_)) return std::nullopt;
  ++taken_;
  ++open_;
  return id;
}

void Hands::stop_taking() {
  const std::lock_guard lock(mutex_);
  takes_ = false;
}

void Hands::succeeded(Id id) {
  if (auto settler = put_down(id)) settler->ack(answered());
}

void Hands::failed(Id id, std::string_view reason) {
  if (auto settler = put_down(id)) settler->fail(reason, {}, answered());
}

void Hands::gave_up(Id id) {
  {
    const std::lock_guard lock(mutex_);
    if (!held_.contains(id)) return;
    --open_;
  }
  waiter_.wake();
}

bool Hands::is_revoked(Id id) const {
  const std::lock_guard lock(mutex_);
  const auto found = held_.find(id);
  return found == held_.end() || found->second.revoked();
}

void Hands::progress() const {
  std::map<Id, Settler> held;
  {
    const std::lock_guard lock(mutex_);
    held = held_;
  }
  for (auto& [id, settler] : held) settler.progress();
}

std::size_t Hands::open() const {
  const std::lock_guard lock(mutex_);
  return open_;
}

bool Hands::is_over() const {
  const std::lock_guard lock(mutex_);
  return count_ > 0 && taken_ == count_ && open_ == 0;
}

void Hands::clear() {
  std::map<Id, Settler> held;
  const std::lock_guard lock(mutex_);
  held.swap(held_);
  open_ = 0;
}

std::optional<Settler> Hands::put_down(Id id) {
  const std::lock_guard lock(mutex_);
  const auto found = held_.find(id);
  if (found == held_.end()) return std::nullopt;
  Settler settler = std::move(found->second);
  held_.erase(found);
  return settler;
}

/// Whether it is stored, stale or not known makes no difference here: if it is not stored, the message comes again.
Settler::Settled Hands::answered() {
  return [self = shared_from_this()](const std::optional<Error>&) {
    {
      const std::lock_guard lock(self->mutex_);
      if (self->open_ > 0) --self->open_;
    }
    self->waiter_.wake();
  };
}

}  // namespace fanfare::cli
