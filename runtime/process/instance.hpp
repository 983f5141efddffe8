#pragma once
// Which of its kind a process is, for people and for figures: `<host>-<pid>`, with `_` for what may not stand in a
// token of a topic. Any thread.

#include <string>

namespace fanfare::runtime {

/// Unique among the processes that run on this machine now; different machines have different host names.
[[nodiscard]] std::string instance_name();

}  // namespace fanfare::runtime
