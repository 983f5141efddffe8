#include "runtime/version.hpp"

namespace fanfare::runtime {

std::string_view version() { return FANFARE_VERSION; }

}  // namespace fanfare::runtime
