"""`fanfare bench`: each work for a moment against a real broker, its arithmetic, and how it ends when it cannot go on."""

import json
import os
import signal
import unittest

from harness import SystemTest, eventually, kill

KEYS = ["work", "system", "size", "publishers", "subscribers", "messages", "seconds", "messages_per_second",
        "deliveries_per_second", "latency_us", "server_cpu_us_per_message", "server_memory_bytes", "load_cpu_seconds",
        "bottleneck", "complete", "in_order"]
STREAM = 'streams: {bench: {topics: ["bench.stored.>"]}}\n'


class WithBroker(SystemTest):
    def setUp(self):
        super().setUp()
        with (self.folder / "fanfare.yaml").open("a") as config:
            config.write(STREAM)
        self.start_up()

    def measure(self, work, *arguments):
        return json.loads(self.succeed("bench", work, "--messages", "2000", "--json", *arguments))

    def check(self, result, deliveries_of_each):
        self.assertEqual(list(result), KEYS)
        self.assertEqual((result["system"], result["messages"]), ("fanfare-sdk", 2000))
        self.assertTrue(result["complete"] and result["in_order"], result)
        self.assertAlmostEqual(result["messages_per_second"], 2000 / result["seconds"], delta=2000 / result["seconds"] / 100)
        self.assertAlmostEqual(result["deliveries_per_second"], result["messages_per_second"] * deliveries_of_each,
                               delta=deliveries_of_each)
        latency = result["latency_us"]
        self.assertEqual(list(latency), ["p50", "p90", "p99", "p99_9", "max"])
        self.assertEqual(list(latency.values()), sorted(latency.values()))
        self.assertLessEqual(latency["max"], result["seconds"] * 1_000_000)
        self.assertGreater(result["server_cpu_us_per_message"], 0)
        self.assertGreater(result["server_memory_bytes"], 1_000_000)
        self.assertGreater(result["load_cpu_seconds"], 0)
        self.assertIn(result["bottleneck"], ("server", "load", "neither"))

    def test_pubsub_delivers_every_message_to_each_subscriber(self):
        self.check(self.measure("pubsub", "--publishers", "3", "--subscribers", "2"), 2)

    def test_fanout_has_fifty_subscribers(self):
        result = self.measure("fanout", "--size", "1KiB")
        self.assertEqual((result["subscribers"], result["size"]), (50, 1024))
        self.check(result, 50)

    def test_latency_keeps_its_rate(self):
        result = self.measure("latency", "--rate", "4000")
        self.check(result, 1)
        self.assertGreaterEqual(result["seconds"], 1999 / 4000)

    def test_durable_reads_back_all_that_was_acknowledged(self):
        self.check(self.measure("durable", "--publishers", "2", "--in-flight", "100"), 0)
        streams = json.loads(self.succeed("status", "--json"))["streams"]
        head = next(row["head"] for row in streams if row["stream"] == "bench")
        self.assertEqual(head, 2000 + 201)  # the warm-up is a tenth and one more

    def test_request_has_a_reply_for_each(self):
        self.check(self.measure("request", "--in-flight", "10", "--publishers", "2", "--subscribers", "2"), 1)

    def test_group_gives_each_message_to_one_member_and_is_gone_afterwards(self):
        self.check(self.measure("group"), 1)
        self.assertEqual(json.loads(self.succeed("status", "--json"))["groups"], [])

    def test_people_read_what_it_found(self):
        text = self.succeed("bench", "pubsub", "--messages", "2000").decode()
        for part in ("2,000 in ", "p99.9 ", "µs CPU a message", "every message arrived, once and in order"):
            self.assertIn(part, text)

    def test_without_a_stream_it_says_what_to_configure(self):
        done = self.run_fanfare("bench", "durable", "--topic", "other")
        self.assertEqual((done.returncode, done.stdout), (1, b""))
        self.assertIn(b'topics: ["other.>"]', done.stderr)

    def test_in_the_stream_of_the_chat_it_needs_no_configuration(self):
        self.check(self.measure("durable", "--topic", "chat.bench"), 0)

    def test_interrupted_it_says_what_it_has_measured(self):
        bench = self.start("bench", "latency", "--seconds", "600", "--json")
        self.assertTrue(eventually(lambda: self.published() > 5000 + 1000, 20))
        os.kill(bench.process.pid, signal.SIGINT)
        self.assertEqual(bench.ends(), 130, bench.stderr)
        result = json.loads(bench.stdout)
        self.assertTrue(result["complete"])
        self.assertGreater(result["messages"], 0)

    def published(self):
        return json.loads(self.succeed("status", "--json"))["broker"]["messages_published"]

    def test_a_broker_that_is_killed_ends_it(self):
        for work in ("pubsub", "group"):
            with self.subTest(work):
                self.assertTrue(eventually(self.broker_pid))
                before = self.published()
                bench = self.start("bench", work, "--seconds", "600", "--rate", "2000", "--json")
                self.assertTrue(eventually(lambda: self.published() > before + 2000 + 1000, 20))
                kill(self.broker_pid())
                self.assertEqual(bench.ends(15), 1, bench.stderr)
                self.assertIn(b"the connection to the broker was lost", bench.stderr)
                self.assertFalse(json.loads(bench.stdout)["complete"])


class WithoutBroker(SystemTest):
    def test_it_says_so_in_time(self):
        done = self.run_fanfare("bench", "pubsub", "--server", "ipc://nobody", seconds=5)
        self.assertEqual((done.returncode, done.stdout), (1, b""))
        self.assertIn(b"no broker at ipc://nobody", done.stderr)

    def test_wrong_flags_are_named(self):
        for arguments, said in (((), b"WORK is required"),
                                (("walk",), b"pubsub,fanout,latency,durable,request,group"),
                                (("pubsub", "--size", "8"), b"--size: expected at least 24"),
                                (("pubsub", "--rate", "fast"), b"--rate: expected a whole number"),
                                (("pubsub", "--seconds", "1", "--messages", "1"), b"--messages excludes --seconds"),
                                (("durable", "--subscribers", "1"), b"--subscribers: durable has none"),
                                (("pubsub", "--topic", "a..b"), b"--topic: expected words")):
            with self.subTest(arguments):
                done = self.run_fanfare("bench", *arguments)
                self.assertEqual((done.returncode, done.stdout), (2, b""))
                self.assertIn(said, done.stderr)


if __name__ == "__main__":
    unittest.main()
