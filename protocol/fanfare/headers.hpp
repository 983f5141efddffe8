#pragma once
// What a message carries beside its payload: a small map of text to text. A value type; any thread.

#include <functional>
#include <map>
#include <string>

namespace fanfare {

using Headers = std::map<std::string, std::string, std::less<>>;

}  // namespace fanfare
