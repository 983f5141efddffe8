#pragma once
// The version of these programs, as CMake's project() says it. Constant.

#include <string_view>

namespace fanfare::runtime {

/// "0.1.0"
std::string_view version();

}  // namespace fanfare::runtime
