"""Holds the broker to protocol/PROTOCOL.md with the client of this folder, which was written from that page alone.

FANFARE_BROKER names the program, FANFARE_TEST_SLOWNESS multiplies every deadline, FANFARE_TEST_SEED repeats a run.
`python3 -m unittest -v test_interop` in this folder runs everything, `… test_services` a part.
"""
import unittest

import test_bad_input
import test_codec
import test_garbage
import test_groups
import test_messages
import test_presence
import test_queries
import test_services
import test_sessions
from case import shared

# LeaseTest comes last: by then most of the lease it waits for is over.
CASES = [test_codec.CodecTest, test_sessions.SessionTest, test_messages.PublishTest, test_services.ServiceTest,
         test_groups.GroupTest, test_presence.PresenceTest, test_queries.QueryTest, test_bad_input.BadInputTest, test_sessions.DrainTest, test_garbage.GarbageTest,
         test_sessions.LeaseTest]


class EndTest(unittest.TestCase):
    def test_the_broker_lasted_and_ends_when_told_to(self):
        broker = shared.broker()
        running, log = broker.running(), broker.log()
        code = shared.stop()
        self.assertEqual((running, code), (True, 0), log)


def load_tests(loader, tests, pattern):
    return unittest.TestSuite(loader.loadTestsFromTestCase(case) for case in [*CASES, EndTest])


if __name__ == "__main__":
    unittest.main(verbosity=2)
