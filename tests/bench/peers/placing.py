"""Where a measured process runs, and before whom: called in the child between fork and exec."""

import ctypes
import os
import signal

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)


def place(core, realtime):
    """On one core with all its threads; ends with whoever has started it, however that ends. `realtime` takes root: a thread
    that wakes has the core at once then, however nice others are; else it may wait until a tick of the clock, which is
    most of what is measured of a sync or a round trip where others compute."""
    os.sched_setaffinity(0, {core})
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if realtime:
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
