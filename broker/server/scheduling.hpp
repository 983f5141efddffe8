#pragma once
// How the kernel is to share a core between the server's thread and libzmq's, where they have only one. Any thread, for
// itself.

#include <sched.h>

namespace fanfare::broker::server {

/// From now on the calling thread, when it wakes, lets who computes on its core go on until that one waits. libzmq's
/// thread wakes the server's for each message it has read; so it reads first all that is there, and the server has one
/// large turn instead of many small ones. On a core of its own the thread wakes as before. One that somebody gave
/// another policy, such as a real-time one, keeps it.
inline void wake_without_preempting() {
  if (::sched_getscheduler(0) != SCHED_OTHER) return;
  const sched_param param{};
  static_cast<void>(::sched_setscheduler(0, SCHED_BATCH, &param));  // refused: it is only slower
}

}  // namespace fanfare::broker::server
