#pragma once
// Conversations of which a message can't be stored, until the broker has taken back what it had delivered behind it: of
// these nothing may be stored, or the history would have a hole. Owned by the Writer, used on its thread. Promise: what
// was delivered behind the message is given back, and what comes after is not.

#include <fanfare/uuid.hpp>

#include <memory>
#include <unordered_map>

#include "workers/persistence/pending_records.hpp"

namespace fanfare::workers::persistence {

class RefusedConversations {
 public:
  /// Its delivery has been refused.
  void add(const PendingRecord& refused) { refused_[refused.record.conversation] = refused.delivery; }

  /// Of the records that were waiting when this was asked.
  [[nodiscard]] bool is_behind(const PendingRecord& pending) {
    const auto found = refused_.find(pending.record.conversation);
    if (found == refused_.end()) return false;
    if (!found->second->refusal_is_answered() || pending.delivery->revoked()) return true;
    refused_.erase(found);  // this one came after the answer
    return false;
  }

  /// None waits any more.
  void forget_answered() {
    std::erase_if(refused_, [](const auto& one) { return one.second->refusal_is_answered(); });
  }

 private:
  std::unordered_map<Uuid, std::shared_ptr<common::Delivery>> refused_;
};

}  // namespace fanfare::workers::persistence
