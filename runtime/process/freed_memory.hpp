#pragma once
// How much of its freed memory a process keeps, where frames of hundreds of KiB come and go all the time. Called by
// main of the programs that carry them, before their first thread.

#include <malloc.h>

namespace fanfare::runtime {

/// From now on blocks of up to 4 MiB come from the heap, and up to 32 MiB that are free at its end stay with the
/// process. glibc would learn both limits from the first blocks that are freed (mallopt(3), M_MMAP_THRESHOLD), and by
/// chance come to give each frame back to the kernel, which then fills new pages with zeros for the next one: 1 → 1 had
/// 7 or 12 million messages/s (docs/performance.md).
inline void keep_freed_memory() {
#ifdef __GLIBC__  // others have limits of their own
  static_cast<void>(::mallopt(M_MMAP_THRESHOLD, 4 << 20));
  static_cast<void>(::mallopt(M_TRIM_THRESHOLD, 32 << 20));
#endif
}

}  // namespace fanfare::runtime
