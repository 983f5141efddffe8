"""Where all servers keep what they store: on one disk, and on a real one."""

import os
import pathlib
import re

IN_MEMORY = ("tmpfs", "ramfs")


def file_system_of(path):
    """Its type, as the kernel names it in /proc/self/mountinfo (proc(5))."""
    device = os.stat(path).st_dev
    number = f"{os.major(device)}:{os.minor(device)}"
    for line in pathlib.Path("/proc/self/mountinfo").read_text().splitlines():
        found = re.match(r"\S+ \S+ (\S+) .*? - (\S+) ", line)
        if found and found[1] == number:
            return found[2]
    return "unknown"


def disk_folder(root):
    """FANFARE_BENCH_FOLDER, else the build folder beside the sources. In memory nothing is ever synced: refused."""
    folder = pathlib.Path(os.environ.get("FANFARE_BENCH_FOLDER") or root / "build")
    folder.mkdir(parents=True, exist_ok=True)
    if (kind := file_system_of(folder)) in IN_MEMORY:
        raise SystemExit(f"{folder} is in memory ({kind}), where fdatasync does nothing: name a folder on a disk in "
                         "FANFARE_BENCH_FOLDER")
    return folder
