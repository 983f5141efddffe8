"""What users send and receive with the command `fanfare`, through the real broker."""

import json
import signal
import unittest

from harness import SystemTest, eventually, json_lines, kill


class Messages(SystemTest):
    def setUp(self):
        super().setUp()
        self.up = self.start_up()

    def test_sub_shows_what_pub_sends(self):
        sub = self.start_sub("demo.>", "--count", "2")
        self.assertEqual(self.succeed("pub", "demo.hello", "hi"), b"")
        self.succeed("pub", "demo.hello", "-", stdin=b"two\nlines")
        self.assertEqual(sub.ends(), 0)
        self.assertEqual(bytes(sub.stdout), b"demo.hello hi\ndemo.hello two\nlines\n")

    def test_overlapping_patterns_show_a_message_once(self):
        sub = self.start_sub("demo.>", "demo.a", "--count", "2")
        self.succeed("pub", "demo.a", "1")
        self.succeed("pub", "demo.b", "2")
        self.assertEqual(sub.ends(), 0)
        self.assertEqual(bytes(sub.stdout), b"demo.a 1\ndemo.b 2\n")

    def test_lines_are_acknowledged_with_rising_sequences(self):
        sub = self.start_sub("chat.t", "--count", "1000")
        lines = b"".join(b"line %d\n" % number for number in range(1000))
        acks = json_lines(self.succeed("pub", "chat.t", "--lines", "--json", stdin=lines))
        self.assertEqual([ack["sequence"] for ack in acks], list(range(1, 1001)))
        self.assertEqual({ack["stream"] for ack in acks}, {"chat"})
        self.assertEqual(len({ack["epoch"] for ack in acks}), 1)
        self.assertEqual(len({ack["id"] for ack in acks}), 1000)
        self.assertEqual(sub.ends(), 0)
        self.assertEqual(bytes(sub.stdout), b"".join(b"chat.t line %d\n" % number for number in range(1000)))

    def test_a_repeated_id_is_stored_once(self):
        one_id = "01890a5d-ac96-774b-bcce-b302099a8057"
        first, second = (json_lines(self.succeed("pub", "chat.t", "x", "--id", one_id, "--json"))[0] for _ in "12")
        self.assertEqual(first["sequence"], second["sequence"])
        self.assertTrue(second["repeated"])

    def test_json_has_the_documented_fields(self):
        sub = self.start_sub("chat.t", "--json", "--count", "1")
        ack = json_lines(self.succeed("pub", "chat.t", "hi", "--header", "k=v", "--json"))[0]
        self.assertEqual(sub.ends(), 0)
        message = json_lines(bytes(sub.stdout))[0]
        self.assertEqual(list(message), ["topic", "stream", "epoch", "sequence", "id", "timestamp", "publisher", "actor",
                                         "headers", "payload"])
        for key in ("stream", "epoch", "sequence", "id"):
            self.assertEqual(message[key], ack[key], key)
        self.assertEqual((message["topic"], message["headers"], message["payload"]), ("chat.t", {"k": "v"}, "hi"))
        self.assertRegex(message["timestamp"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$")

    def test_outside_streams_there_is_no_position(self):
        sub = self.start_sub("demo.t", "--json", "--count", "1")
        ack = json_lines(self.succeed("pub", "demo.t", "hi", "--json"))[0]
        self.assertEqual((ack["stream"], ack["sequence"], ack["matched"]), (None, None, 1))
        self.assertEqual(sub.ends(), 0)
        message = json_lines(bytes(sub.stdout))[0]
        self.assertEqual((message["stream"], message["epoch"], message["sequence"]), (None, None, None))

    def test_a_payload_that_is_no_text_is_base64(self):
        sub = self.start_sub("demo.b", "--json", "--count", "1")
        self.succeed("pub", "demo.b", "-", stdin=b"\xff\xfe\xfb")
        self.assertEqual(sub.ends(), 0)
        self.assertEqual(json_lines(bytes(sub.stdout))[0]["payload"], {"base64": "//77"})

    def test_idle_ends_a_sub_that_hears_nothing(self):
        done = self.run_fanfare("sub", "demo.>", "--idle", "200ms")
        self.assertEqual((done.returncode, done.stdout), (0, b""))

    def test_ctrl_c_ends_a_sub_in_order(self):
        sub = self.start_sub("demo.>")
        sub.process.send_signal(signal.SIGINT)
        self.assertEqual(sub.ends(), 0)

    def test_a_refused_publish_names_line_and_reason(self):
        done = self.run_fanfare("pub", "demo.a", "--lines", stdin=b"ok\n" + b"x" * (2 << 20) + b"\nok\n")
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"line 2: message_too_large: ", done.stderr)
        self.assertNotIn(b"line 3", done.stderr)

    def test_a_bad_topic_is_refused_with_what_a_topic_is(self):
        for arguments in (("pub", "bad topic", "x"), ("sub", "a..b"), ("request", "a..b", "x")):
            done = self.run_fanfare(*arguments)
            self.assertEqual(done.returncode, 1, arguments)
            self.assertRegex(done.stderr, rb"^bad_(topic|pattern): ")

    def test_a_traced_message_shows_client_broker_and_subscriber(self):
        sub = self.start_sub("chat.t", "--count", "1")
        hops = json_lines(self.succeed("pub", "chat.t", "hi", "--trace", "--json"))
        self.assertEqual(sub.ends(), 0)
        components = [hop["component"] for hop in hops]
        self.assertEqual(components[0], "fanfare-pub")
        self.assertIn("broker", components)
        self.assertIn("fanfare-sub", components)
        elapsed = [hop["microseconds"] for hop in hops]
        self.assertEqual((elapsed[0], elapsed), (0, sorted(elapsed)))

    def test_status_shows_broker_streams_processes_and_sessions(self):
        self.start_sub("demo.>")
        status = json.loads(self.succeed("status", "--json"))
        self.assertEqual((status["broker"]["address"], status["broker"]["state"]), (self.address, "ready"))
        self.assertIn("chat", {stream["stream"] for stream in status["streams"]})
        self.assertEqual([process["name"] for process in status["processes"]], ["broker"])
        self.assertLessEqual({"up", "fanfare-sub", "fanfare-status"}, {session["name"] for session in status["sessions"]})
        self.assertIn(b"PROCESS", self.succeed("status"))


class Requests(SystemTest):
    def setUp(self):
        super().setUp()
        self.start_up()

    def serve(self, *arguments):
        member = self.start("reply", *arguments)
        self.assertTrue(member.says("serving"), member.stderr)
        return member

    def test_a_command_answers(self):
        member = self.serve("demo.echo", "--exec", "cat", "--count", "2")
        self.assertEqual(self.succeed("request", "demo.echo", "hi"), b"hi\n")
        big = b"x" * 300_000
        self.assertEqual(self.succeed("request", "demo.echo", "-", stdin=big), big + b"\n")
        self.assertEqual(member.ends(), 0)

    def test_a_reply_larger_than_a_message_comes_in_parts(self):
        member = self.serve("demo.large", "--exec", "head -c 5000000 /dev/zero | tr '\\0' x", "--count", "2")
        self.assertEqual(self.succeed("request", "demo.large"), b"x" * 5_000_000 + b"\n")
        lines = [json.loads(line) for line in self.succeed("request", "demo.large", "--json").splitlines()]
        self.assertGreater(len(lines), 1)
        self.assertEqual([line.get("more", False) for line in lines], [True] * (len(lines) - 1) + [False])
        self.assertEqual(sum(len(line["payload"]) for line in lines), 5_000_000)
        self.assertEqual(member.ends(), 0)

    def test_what_is_safe_to_retry_goes_to_another_member(self):
        first = self.serve("demo.retry", "--exec", "touch begun; sleep 600")
        asked = self.start("request", "demo.retry", "again", "--retry-safe", "--timeout", "30s")
        self.assertTrue(eventually((self.folder / "begun").exists))
        self.serve("demo.retry", "--exec", "cat")
        kill(first.process.pid)
        self.assertEqual(asked.ends(), 0)
        self.assertEqual(bytes(asked.stdout), b"again\n")

    def test_a_command_knows_the_topic(self):
        self.serve("demo.*", "--exec", 'printf "$FANFARE_TOPIC"')
        self.assertEqual(self.succeed("request", "demo.a"), b"demo.a\n")

    def test_a_command_that_fails_is_told_by_its_last_line(self):
        self.serve("demo.fail", "--exec", "echo first >&2; echo no such order >&2; exit 3")
        done = self.run_fanfare("request", "demo.fail", "hi")
        self.assertEqual((done.returncode, done.stdout), (1, b""))
        self.assertIn(b"service_failed: ", done.stderr)
        self.assertIn(b"no such order", done.stderr)

    def test_a_command_that_hangs_ends_at_the_deadline(self):
        member = self.serve("demo.slow", "--exec", "echo $$ >&2; exec >&- 2>&-; sleep 600")
        done = self.run_fanfare("request", "demo.slow", "hi", "--timeout", "300ms")
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"deadline_exceeded: ", done.stderr)
        self.assertTrue(member.says("demo.slow: "))

    def test_requests_run_side_by_side(self):
        # Each waits for the other: one after the other they would both miss their deadline.
        self.serve("demo.meet", "--max-in-flight", "2", "--exec",
                   "read me; read other; touch $me; while ! [ -e $other ]; do sleep 0.01; done; echo met")
        first = self.start("request", "demo.meet", "a\nb\n", "--timeout", "10s")
        self.assertEqual(self.succeed("request", "demo.meet", "b\na\n", "--timeout", "10s"), b"met\n\n")
        self.assertEqual(first.ends(), 0)

    def test_nobody_to_answer_is_said_at_once(self):
        done = self.run_fanfare("request", "demo.nobody", "hi", "--timeout", "60s", seconds=10)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"no_service: ", done.stderr)


if __name__ == "__main__":
    unittest.main()
