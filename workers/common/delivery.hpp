#pragma once
// One delivery of a record by the group, as whoever keeps it sees it: a port, so that that can be tried without a
// broker. Shared by the record that waits and whoever keeps it alive; any thread. Promise: what goes unsettled has
// failed, so who can't settle one gives it back.

#include <string_view>

namespace fanfare::workers::common {

class Delivery {
 public:
  virtual ~Delivery() = default;

  /// It is stored, or nothing of it is to be.
  virtual void ack() = 0;
  /// It can't be stored. The broker takes back what it has delivered behind it of the same conversation.
  virtual void refuse(std::string_view reason) = 0;
  /// Whether the broker has answered refuse(), or never will: from then on what it took back is known to be revoked.
  [[nodiscard]] virtual bool refusal_is_answered() const = 0;
  /// It is to come again; no failure.
  virtual void give_back() = 0;
  /// It still waits.
  virtual void progress() = 0;
  /// It was taken back or its session is lost: it comes again, here or elsewhere.
  [[nodiscard]] virtual bool revoked() const = 0;
};

}  // namespace fanfare::workers::common
