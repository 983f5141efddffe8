"""Where a measured process runs, and before whom: called in the child between fork and exec."""

import ctypes
import dataclasses
import os
import pathlib
import signal

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)


@dataclasses.dataclass(frozen=True)
class Priority:
    """Before others that compute on the machine; both take root.

    `nice` below 0 gives both sides nearly all of their cores, and leaves it to the kernel how threads of a core share it: for
    rates. `realtime` also gives a thread that wakes the core at once, else it may wait for a tick of the clock, which is most
    of what is measured of a sync or a round trip; but threads of one side do not interrupt each other then, which makes rates
    higher than they are."""

    nice: int = 0
    realtime: bool = False


def place(core, priority):
    """On one core with all its threads; ends with whoever has started it, however that ends."""
    os.sched_setaffinity(0, {core})
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if priority.nice:
        os.setpriority(os.PRIO_PROCESS, 0, priority.nice)
        autogroup = pathlib.Path("/proc/self/autogroup")  # of the session: what the kernel shares the core between, sched(7)
        if autogroup.exists():
            autogroup.write_text(str(priority.nice))
    if priority.realtime:
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
