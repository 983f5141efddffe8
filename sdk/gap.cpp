#include <fanfare/message.hpp>

namespace fanfare {

std::string_view to_string(GapReason reason) {
  switch (reason) {
    case GapReason::session_lost:
      return "session_lost";
    case GapReason::overflow:
      return "overflow";
    case GapReason::retention:
      return "retention";
    case GapReason::epoch_changed:
      return "epoch_changed";
    case GapReason::damaged:
      break;
  }
  return "damaged";
}

}  // namespace fanfare
