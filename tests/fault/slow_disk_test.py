"""Publishers that are faster than the disk are slowed: what waits in the broker is bounded, and all of it is stored."""

import os
import pathlib
import signal
import subprocess
import tempfile
import unittest

from clients import PATIENCE, SLOWNESS, BrokerCase, Client, Steady
from programs import BIN, Programs

MIB = 1 << 20
PUBLISHERS, EACH, PAYLOAD = 3, 700, b"x" * (64 << 10)
UNCOMMITTED, WINDOW = 64 * MIB, MIB


class SlowDisk(BrokerCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="fanfare-")
        self.addCleanup(folder.cleanup)
        self.programs = Programs(folder.name, names=())
        self.address = self.programs.address
        delay = f"inject=fdatasync:delay_enter={SLOWNESS}000000"  # every sync takes seconds
        self.strace = subprocess.Popen(["strace", "-f", "-o", "/dev/null", "-e", "trace=fdatasync", "-e", delay,
                                        BIN / "fanfare-broker", "-c", "fanfare.yaml"], cwd=self.programs.folder,
                                       env=self.programs.environment, stdout=self.programs.log, stderr=self.programs.log)
        self.addCleanup(self.stop)
        Client(self.address, "readiness", patience=3 * PATIENCE).close(bye=True)
        self.pid = int(pathlib.Path(f"/proc/{self.strace.pid}/task/{self.strace.pid}/children").read_text().split()[0])

    def stop(self):
        children = pathlib.Path(f"/proc/{self.strace.pid}/task/{self.strace.pid}/children")
        for pid in children.read_text().split() if self.strace.poll() is None else ():
            os.kill(int(pid), signal.SIGKILL)  # strace itself takes no signal
        self.strace.wait(20 * SLOWNESS)
        self.programs.log.close()

    def test_publishers_are_slowed_and_what_waits_is_bounded(self):
        asking, steady = self.client("asking"), Steady(self.address)
        self.addCleanup(steady.stop)
        before, after = self.memory(self.pid), 0
        publishers = [self.client(f"publisher{number}") for number in range(PUBLISHERS)]
        acks = [[one.publish("chat.flood", PAYLOAD) for _ in range(EACH)] for one in publishers]
        most, slowed = 0, 0

        def done():
            nonlocal most, slowed, after
            for one in publishers:
                one.pump()
            figures = self.figures(asking)
            most, slowed = max(most, figures["uncommitted_bytes"]), max(slowed, figures["slowed_sessions"])
            after = max(after, self.memory(self.pid))
            return all(ack.done() for each in acks for ack in each)
        asking.until(done, timeout=60 * SLOWNESS, poll=0.01)
        self.assertGreater(slowed, 0, "the disk was fast enough")
        self.assertLessEqual(most, UNCOMMITTED + PUBLISHERS * WINDOW + MIB)
        self.assertLess(after - before, 4 * UNCOMMITTED)
        sequences = sorted(ack.result.sequence for each in acks for ack in each)
        self.assertEqual(sequences, list(range(1, PUBLISHERS * EACH + 1)))
        print(f"at most {most / MIB:.1f} MiB waited for the disk, the broker grew by {(after - before) / MIB:.0f} MiB",
              flush=True)
        steady.check(self, "a disk that is slow")


if __name__ == "__main__":
    unittest.main()
