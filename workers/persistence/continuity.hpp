#pragma once
// Notices what may be missing between the position the database has and the records that come. Owned by the thread the
// records come on. The stream holds more than chat, so a hole in its numbers means nothing but at the beginning.

#include <fanfare/position.hpp>

#include <optional>
#include <string_view>

namespace fanfare::workers::persistence {

class Continuity {
 public:
  /// `reached` is what the database has.
  explicit Continuity(std::optional<Position> reached) : last_(reached) {}

  /// What the log should say about the step to `next`; empty: nothing.
  std::string_view note(const Position& next) {
    const std::optional<Position> last = last_;
    const bool is_first = !has_begun_;
    has_begun_ = true;
    if (!last || next > *last) last_ = next;
    if (!last) return {};
    if (next.epoch != last->epoch)
      return "the stream has begun anew: what it held and this worker had not read is gone";
    if (is_first && next.sequence > last->sequence + 1) return "messages sent while no worker ran may be missing";
    return {};
  }

  [[nodiscard]] const std::optional<Position>& last() const { return last_; }

 private:
  std::optional<Position> last_;
  bool has_begun_ = false;
};

}  // namespace fanfare::workers::persistence
