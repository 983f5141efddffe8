// A Delivery that remembers what was said of it. For tests only; any thread.
#pragma once

#include <atomic>
#include <string>

#include "workers/common/delivery.hpp"

namespace fanfare::test {

class FakeDelivery final : public workers::common::Delivery {
 public:
  void ack() override { ++acked; }
  void refuse(std::string_view) override { ++refused; }
  [[nodiscard]] bool refusal_is_answered() const override { return answered; }
  void give_back() override { ++given_back; }
  void progress() override { ++told; }
  [[nodiscard]] bool revoked() const override { return is_revoked; }

  [[nodiscard]] bool is_open() const { return acked + refused + given_back == 0; }

  std::atomic<int> acked = 0;
  std::atomic<int> refused = 0;
  std::atomic<int> given_back = 0;
  std::atomic<int> told = 0;
  std::atomic<bool> answered = false;
  std::atomic<bool> is_revoked = false;
};

}  // namespace fanfare::test
