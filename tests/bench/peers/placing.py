"""Where a measured process runs, and before whom: called in the child between fork and exec."""

import ctypes
import os
import pathlib
import signal

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)


def place(core, nice):
    """On one core with all its threads; ends with whoever has started it, however that ends. `nice` below 0 takes root: it
    counts for the session as well, which is what the kernel shares out between (sched(7), autogroup)."""
    os.sched_setaffinity(0, {core})
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if nice:
        os.setpriority(os.PRIO_PROCESS, 0, nice)
        autogroup = pathlib.Path("/proc/self/autogroup")
        if autogroup.exists():
            autogroup.write_text(str(nice))
