"""`fanfare pub --lines` while the broker is killed, comes back, or stays away."""

import signal
import subprocess
import unittest

from harness import SystemTest, eventually, json_lines, kill


class Publishing(SystemTest):
    def setUp(self):
        super().setUp()
        self.up = self.start_up()

    def start_pub(self, *arguments):
        return self.start("pub", "chat.t", "--lines", "--json", *arguments, stdin=subprocess.PIPE)

    def send(self, pub, numbers):
        pub.process.stdin.write(b"".join(b"line %d\n" % number for number in numbers))
        pub.process.stdin.flush()

    def acknowledges(self, pub, count):
        return eventually(lambda: pub.stdout.count(b"\n") >= count, seconds=30)

    def test_killed_brokers_lose_and_repeat_nothing(self):
        count, rounds = 3000, 4
        pub = self.start_pub()
        for round_number in range(rounds):
            broker = eventually(self.broker_pid)
            self.send(pub, range(round_number * count, (round_number + 1) * count))
            self.assertTrue(self.acknowledges(pub, round_number * count + count // 3), pub.stderr)
            kill(broker)
        pub.process.stdin.close()
        self.assertEqual(pub.ends(60), 0, bytes(pub.stderr))
        acks = json_lines(bytes(pub.stdout))
        sequences = [ack["sequence"] for ack in acks]
        self.assertEqual((len(acks), len({ack["id"] for ack in acks})), (rounds * count, rounds * count))
        self.assertEqual(sequences, sorted(set(sequences)))

        messages = json_lines(self.succeed("sub", "chat.t", "--from", "all", "--until-caught-up", "--json"))
        self.assertEqual([message["payload"] for message in messages],
                         [f"line {number}" for number in range(rounds * count)])
        for key in ("stream", "epoch", "sequence", "id"):
            self.assertEqual([message[key] for message in messages], [ack[key] for ack in acks], key)

    def test_a_broker_that_comes_back_is_told_of(self):
        pub = self.start_pub()
        self.send(pub, range(1))
        self.assertTrue(self.acknowledges(pub, 1), pub.stderr)
        kill(self.broker_pid())
        self.assertTrue(pub.says("connection lost"), pub.stderr)
        self.send(pub, range(1, 2))
        self.assertTrue(pub.says("connected again"), pub.stderr)
        pub.process.stdin.close()
        self.assertEqual(pub.ends(), 0, bytes(pub.stderr))
        self.assertEqual(len(json_lines(bytes(pub.stdout))), 2)

    def test_a_broker_that_stays_away_ends_it_in_time(self):
        pub = self.start_pub("--timeout", "500ms")
        self.send(pub, range(3))
        self.assertTrue(self.acknowledges(pub, 3), pub.stderr)
        self.up.process.send_signal(signal.SIGTERM)
        self.assertEqual(self.up.ends(), 0)
        self.send(pub, range(3, 5))
        pub.process.stdin.close()
        self.assertEqual(pub.ends(), 1)
        self.assertIn(b"nothing acknowledged for 500ms\n", pub.stderr)
        self.assertIn(b"3 acknowledged; 2 not stored\n", pub.stderr)
        self.assertEqual(len(json_lines(bytes(pub.stdout))), 3)


if __name__ == "__main__":
    unittest.main()
