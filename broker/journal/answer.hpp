#pragma once
// One answer of a reader while it is put together: keeps within what was asked for, one epoch, and says what may be
// missing only before its first record. A value; the reader's thread.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "broker/core/journal.hpp"

namespace fanfare::broker::journal {

class Answer {
 public:
  explicit Answer(const core::ReadRequest& request) : request_(request) { done_.reader = request.reader; }

  [[nodiscard]] std::uint64_t until() const { return request_.until; }

  /// False: what follows belongs into another answer.
  [[nodiscard]] bool enter(const Uuid& epoch) {
    if (done_.count > 0 && done_.epoch != epoch) return false;
    done_.epoch = epoch;
    return true;
  }
  [[nodiscard]] bool miss(std::uint64_t from, std::uint64_t to, protocol::GapReason reason) {
    if (done_.count > 0 || done_.missing) return false;
    done_.missing = {.from = from, .to = to, .reason = reason};
    return true;
  }
  [[nodiscard]] bool add(std::string_view record) {
    if (request_.max_count > 0 && done_.count == request_.max_count) return false;
    if (done_.count > 0 && records_.size() + record.size() > request_.max_bytes) return false;
    records_.append(record);
    ++done_.count;
    return true;
  }

  [[nodiscard]] bool has_records() const { return done_.count > 0; }

  [[nodiscard]] core::ReadDone finish(const Position& through) && {
    if (done_.count > 0) done_.records = std::make_shared<std::string>(std::move(records_));
    done_.through = through;
    if (done_.epoch.is_nil()) done_.epoch = through.epoch;
    return std::move(done_);
  }

 private:
  core::ReadRequest request_;
  core::ReadDone done_;
  std::string records_;
};

}  // namespace fanfare::broker::journal
