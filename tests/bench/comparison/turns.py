"""The measuring: every system in turn, round after round, each time in another order, a fresh server for each figure."""

import dataclasses
import json
import os
import pathlib
import subprocess
import tempfile

from peers.placing import Priority, place
from peers.systems import SYSTEMS

from .works import WORKS


@dataclasses.dataclass(frozen=True)
class Plan:
    works: tuple
    systems: tuple
    sizes: tuple
    rounds: int
    seconds: float
    warm_up: float
    priority: Priority
    load_options: tuple
    programs: pathlib.Path  # the folder of the build
    folder: pathlib.Path  # where servers store what they keep


def cores():
    """One for the server, another for the load."""
    available = sorted(os.sched_getaffinity(0))
    if len(available) < 2:
        raise SystemExit("a comparison takes two cores: one for the server and one for the load")
    return available[0], available[1]


def measure(plan, work, name, size):
    """One figure: the load's line as a dictionary, or why there is none."""
    server_core, load_core = cores()
    system = SYSTEMS[name]
    with tempfile.TemporaryDirectory(prefix="compare-", dir=plan.folder) as folder:
        try:
            with system.server(pathlib.Path(folder), system.programs or plan.programs, server_core, plan.priority) as server:
                command = system.load_command(plan, server, WORKS[work], size)
                load = subprocess.run(command, capture_output=True, text=True, timeout=10 * plan.seconds + 120,
                                      start_new_session=True, preexec_fn=lambda: place(load_core, plan.priority))
            if load.returncode != 0:
                return {"failed": load.stderr.strip() or f"exit code {load.returncode}"}
            return json.loads(load.stdout)
        except (RuntimeError, subprocess.TimeoutExpired, OSError, ValueError) as error:
            return {"failed": str(error)}


def run(plan, tell):
    """All figures, {(work, size): {system: [figure of each round]}}. `tell` hears of each as it is found."""
    figures = {}
    for turn in range(plan.rounds):
        for work in plan.works:
            for size in plan.sizes:
                able = [name for name in plan.systems if work in SYSTEMS[name].works]
                start = turn % max(1, len(able))
                order = able[start:] + able[:start]
                for name in order if turn % 2 == 0 else reversed(order):
                    figure = measure(plan, work, name, size)
                    figures.setdefault((work, size), {}).setdefault(name, []).append(figure)
                    tell(turn, work, size, name, figure)
    return figures
