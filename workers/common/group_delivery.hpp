#pragma once
// Delivery over the SDK: what is said of it goes to the group. Any thread.

#include <fanfare/membership.hpp>

#include <atomic>
#include <memory>
#include <string_view>
#include <utility>

#include "workers/common/delivery.hpp"

namespace fanfare::workers::common {

class GroupDelivery final : public Delivery {
 public:
  explicit GroupDelivery(Settler settler) : settler_(std::move(settler)) {}

  void ack() override { settler_.ack(); }
  void refuse(std::string_view reason) override;
  [[nodiscard]] bool refusal_is_answered() const override { return *answered_; }
  void give_back() override { settler_.defer(std::chrono::milliseconds(0)); }
  void progress() override { settler_.progress(); }
  [[nodiscard]] bool revoked() const override { return settler_.revoked(); }

 private:
  Settler settler_;
  const std::shared_ptr<std::atomic<bool>> answered_ = std::make_shared<std::atomic<bool>>(false);
};

}  // namespace fanfare::workers::common
