"""Acknowledged means on the disk: as many acknowledgements that did not wait together, as many syncs at least."""

import os
import pathlib
import signal
import subprocess
import tempfile
import unittest

from programs import BIN, SLOWNESS, Lines, Programs, eventually

PUBLISHES = 100


class Sync(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="fanfare-")
        self.addCleanup(folder.cleanup)
        self.programs = Programs(folder.name, names=())
        self.addCleanup(self.programs.stop)

    def test_each_publish_by_itself_is_synced_before_its_acknowledgement(self):
        counts = self.programs.folder / "counts"
        traced = subprocess.Popen(["strace", "-f", "-c", "-e", "trace=fdatasync", "-o", counts, BIN / "fanfare-broker",
                                   "-c", "fanfare.yaml"], cwd=self.programs.folder, env=self.programs.environment,
                                  stdout=self.programs.log, stderr=self.programs.log)
        self.programs.running["broker"] = traced
        pub = eventually(self._publisher)
        self.assertTrue(pub, self.programs.log_text())
        for number in range(1, PUBLISHES + 1):
            pub.tell(f"{number}\n")
            self.assertTrue(eventually(lambda: len(pub.lines) == number), pub.error_text())
        self.assertEqual(pub.ends(), 0)
        broker = pathlib.Path(f"/proc/{traced.pid}/task/{traced.pid}/children").read_text().split()[0]
        os.kill(int(broker), signal.SIGTERM)  # strace itself takes no signal
        traced.wait(20 * SLOWNESS)
        rows = [line.split() for line in counts.read_text().splitlines() if line.endswith("fdatasync")]
        self.assertEqual(len(rows), 1, counts.read_text())
        self.assertGreaterEqual(int(rows[0][3]), PUBLISHES)

    def _publisher(self):
        """A publisher that is connected; None while the broker is not there."""
        pub = Lines([BIN / "fanfare", "pub", "chat.t", "--lines", "--json"], self.programs)
        pub.tell("0\n")
        if eventually(lambda: pub.lines or pub.process.poll() is not None) and pub.lines:
            pub.lines.clear()
            self.addCleanup(pub.kill)
            return pub
        pub.kill()
        return None


if __name__ == "__main__":
    unittest.main()
