#include <fanfare/state.hpp>

namespace fanfare {

std::string_view to_string(Connection connection) {
  switch (connection) {
    case Connection::connecting:
      return "connecting";
    case Connection::ready:
      return "ready";
    case Connection::reconnecting:
      return "reconnecting";
    case Connection::refused:
      return "refused";
    case Connection::closed:
      return "closed";
  }
  return "unknown";
}

}  // namespace fanfare
