"""What a broker takes from the machine: no processor while nobody asks, no new memory for frames that come and go."""

import os
import pathlib
import time
import unittest

from harness import SystemTest

MIB = 2**20


class BrokerProcess(SystemTest):
    variables = {}

    def setUp(self):
        super().setUp()
        self.environment.update(self.variables)
        self.start_up()
        self.pid = self.broker_pid()
        self.assertTrue(self.pid)

    def stat(self, first, last):
        """The sum of these fields of /proc/PID/stat, proc(5)."""
        fields = pathlib.Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return sum(int(field) for field in fields[first - 3:last - 2])

    def processor_seconds(self):
        return self.stat(14, 15) / os.sysconf("SC_CLK_TCK")

    def share_of_a_processor(self, during):
        before, begin = self.processor_seconds(), time.monotonic()
        during()
        return (self.processor_seconds() - before) / (time.monotonic() - begin)

    def faults(self):
        return self.stat(10, 10)

    def test_sleeps_when_nobody_asks(self):
        """Even after waits so short that it had begun to look again and again."""
        self.succeed("bench", "request", "--in-flight", "1", "--messages", "5000")
        self.assertLess(self.share_of_a_processor(lambda: time.sleep(2)), 0.05)  # the time that is measured

    def test_uses_the_memory_of_a_frame_again(self):
        self.succeed("bench", "pubsub", "--size", "1KiB", "--messages", "100000")
        before = self.faults()
        self.succeed("bench", "pubsub", "--size", "1KiB", "--messages", "500000")
        pages_a_mebibyte = (self.faults() - before) / (500_000 * 1024 / MIB)
        self.assertLess(pages_a_mebibyte, 1)  # of the 512 that a mebibyte takes, as it comes and as it goes


class BrokerThatAlwaysSleeps(BrokerProcess):
    variables = {"FANFARE_BROKER_BUSY_WAIT": "false"}

    def test_sleeps_between_messages(self):
        share = self.share_of_a_processor(lambda: self.succeed("bench", "latency", "--rate", "5000", "--messages", "10000"))
        self.assertLess(share, 0.7)  # with busy_wait all of it


if __name__ == "__main__":
    unittest.main()
