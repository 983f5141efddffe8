"""What users see of groups and dead letters with the command `fanfare`, through the real broker."""

import json
import os
import signal
import subprocess
import unittest

from harness import BIN, SLOWNESS, SystemTest, eventually, json_lines, kill


def whole_lines(program):
    """What a program that still runs has shown so far."""
    text = bytes(program.stdout)
    return json_lines(text[:text.rfind(b"\n") + 1])


class GroupsTest(SystemTest):
    def setUp(self):
        super().setUp()
        self.up = self.start_up()

    def start_join(self, *arguments):
        """`fanfare join`, which has its place."""
        join = self.start("join", *arguments)
        self.assertTrue(join.says("joined"), join.stderr)
        return join

    def publish(self, topic, *payloads):
        lines = b"".join(payload.encode() + b"\n" for payload in payloads)
        return json_lines(self.succeed("pub", topic, "--lines", "--json", stdin=lines))

    def group(self, name):
        done = self.run_fanfare("group", "info", name, "--json")
        return json.loads(done.stdout) if done.returncode == 0 else {}

    def dead(self, *arguments):
        return json.loads(self.succeed("dead", "ls", *arguments, "--json"))["dead_letters"]

    def is_finished(self, name):
        return eventually(lambda: self.group(name).get("lag") == 0, 20)


class SharedWork(GroupsTest):
    members = 3
    topics = 7

    def first_seen(self, lines):
        """The sequences of each topic, each where it was handled first by this member."""
        order = {}
        for line in lines:
            seen = order.setdefault(line["topic"], {})
            seen.setdefault(line["sequence"], None)
        return {topic: list(seen) for topic, seen in order.items()}

    def assert_handled(self, joins, acks):
        """Everything that was published, nothing else; of each topic in order at each member."""
        handled = [line for join in joins for line in whole_lines(join)]
        self.assertEqual({(line["epoch"], line["sequence"]) for line in handled},
                         {(ack["epoch"], ack["sequence"]) for ack in acks})
        for join in joins:
            for topic, sequences in self.first_seen(whole_lines(join)).items():
                self.assertEqual(sequences, sorted(sequences), topic)

    def test_members_share_it_and_each_message_is_handled_once(self):
        joins = [self.start_join("work", "chat.>", "--order", "key", "--json") for _ in range(self.members)]
        acks = [ack for topic in range(self.topics)
                for ack in self.publish(f"chat.t{topic}", *(str(number) for number in range(50)))]
        self.assertTrue(self.is_finished("work"), self.group("work"))
        self.assert_handled(joins, acks)
        handled = [line["sequence"] for join in joins for line in whole_lines(join)]
        self.assertEqual(len(handled), len(acks))
        line = whole_lines(next(join for join in joins if join.stdout))[0]
        self.assertEqual((line["group"], line["attempt"], "dead" in line), ("work", 1, False))
        self.assertGreater(sum(1 for join in joins if join.stdout), 1, "one member got all of it")

    def test_it_survives_that_a_member_and_the_broker_are_killed(self):
        joins = [self.start_join("work", "chat.>", "--order", "key", "--json") for _ in range(self.members)]
        acks = []
        for round_ in range(30):
            for topic in range(self.topics):
                acks += self.publish(f"chat.t{topic}", f"{round_}")
            if round_ == 10:
                kill(joins[0].process.pid)
                joins[0].ends()
            if round_ == 20:
                pid = self.broker_pid()
                kill(pid)
                self.assertTrue(eventually(lambda gone=pid: self.broker_pid() not in (0, gone), 20))
        self.assertTrue(self.is_finished("work"), (self.group("work"), [join.stderr for join in joins]))
        self.assert_handled(joins, acks)

    def test_the_group_stays_when_all_members_have_left(self):
        self.publish("chat.t", "1", "2")
        self.assertEqual(len(json_lines(self.succeed("join", "work", "chat.>", "--json", "--count", "2"))), 2)
        self.publish("chat.t", "3")
        self.assertEqual(self.group("work")["state"], "waits for a member")
        self.assertEqual(self.succeed("join", "work", "chat.>", "--count", "1"), b"chat.t 3\n")

    def test_a_new_group_begins_where_it_is_told_to(self):
        self.publish("chat.t", "old")
        join = self.start_join("late", "chat.>", "--from", "new", "--count", "1")
        self.publish("chat.t", "new")
        self.assertEqual(join.ends(), 0)
        self.assertEqual(bytes(join.stdout), b"chat.t new\n")

    def test_a_member_that_ends_gives_back_what_it_has_not_shown(self):
        self.publish("chat.t", *(str(number) for number in range(20)))
        first = json_lines(self.succeed("join", "work", "chat.>", "--order", "key", "--json", "--count", "5"))
        rest = json_lines(self.succeed("join", "work", "chat.>", "--order", "key", "--json", "--count", "15"))
        self.assertEqual([line["payload"] for line in first + rest], [str(number) for number in range(20)])
        self.assertEqual({line["attempt"] for line in first}, {1})

    def test_ctrl_c_ends_a_member_in_order(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            join = self.start_join("work", "chat.>", "--order", "key")
            join.process.send_signal(number)
            self.assertEqual(join.ends(), 0)

    def test_a_reader_that_leaves_takes_no_message_with_it(self):
        reader, writer = os.pipe()
        with subprocess.Popen([BIN / "fanfare", "join", "work", "chat.>", "--order", "key"], cwd=self.folder,
                              env=self.environment, stdout=writer, stderr=subprocess.PIPE) as join:
            os.close(writer)
            self.assertIn(b"joined work", join.stderr.readline())
            os.close(reader)
            payloads = [str(number) for number in range(100)]
            self.publish("chat.t", *payloads)
            self.assertEqual(join.wait(10 * SLOWNESS), 0)
        lines = json_lines(self.succeed("join", "work", "chat.>", "--order", "key", "--json", "--count", "100"))
        self.assertEqual([line["payload"] for line in lines], payloads)

    def test_what_does_not_fit_the_group_is_refused_with_what_to_do(self):
        self.succeed("group", "ls")
        join = self.start_join("work", "chat.>", "--order", "key")
        done = self.run_fanfare("join", "work", "chat.>", "--order", "any")
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, rb"^group_mismatch: .*`\S*fanfare group info work` shows what the group has\n$")
        self.assertIsNone(join.process.poll())
        done = self.run_fanfare("join", "other", "nowhere.>")
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, rb"^ambiguous_stream: [^\n]+\n$")

    def test_wrong_usage_is_said_before_anything_is_done(self):
        for wrong in (["work"], ["work", "chat.>", "--order", "both"], ["work", "chat.>", "--from", "7"],
                      ["work", "chat.>", "--back-off", "1s,"], ["work", "chat.>", "--max-in-flight", "65537"],
                      ["work", "chat.>", "--exec", "cat", "--max-in-flight", "1001"],
                      ["work", "--order", "exclusive", "--exec", "cat"]):
            self.assertEqual(self.run_fanfare("join", *wrong).returncode, 2, wrong)


class Commands(GroupsTest):
    def test_a_command_gets_the_message_and_what_it_writes_is_shown(self):
        acks = self.publish("chat.t", "hello")
        out = self.succeed("join", "work", "chat.>", "--count", "1", "--exec",
                           'tr a-z A-Z; echo; echo "$FANFARE_TOPIC $FANFARE_SEQUENCE $FANFARE_ATTEMPT $FANFARE_GROUP"')
        self.assertEqual(out, b"HELLO\nchat.t %d 1 work\n" % acks[0]["sequence"])

    def test_a_command_reaches_the_same_broker(self):
        sub = self.start_sub("demo.done", "--count", "1")
        self.publish("chat.t", "hello")
        self.succeed("join", "work", "chat.>", "--count", "1", "--exec", f"'{BIN}/fanfare' pub demo.done -")
        self.assertEqual(sub.ends(), 0)
        self.assertEqual(bytes(sub.stdout), b"demo.done hello\n")

    def test_one_that_fails_is_tried_again_later(self):
        self.publish("chat.t", "hello")
        lines = json_lines(self.succeed(
            "join", "work", "chat.>", "--json", "--count", "3", "--back-off", "10ms", "--exec",
            'if [ "$FANFARE_ATTEMPT" -lt 3 ]; then echo "not yet" >&2; exit 1; fi; cat'))
        self.assertEqual([(line["attempt"], line["output"]) for line in lines], [(3, "hello")])
        self.assertEqual(self.group("work")["lag"], 0)

    def test_commands_run_at_the_same_time_up_to_the_bound(self):
        """Each waits until both run: alone, it would not end."""
        self.publish("chat.a", "a")
        self.publish("chat.b", "b")
        meet = 'touch "here.$FANFARE_TOPIC"; until [ -e here.chat.a ] && [ -e here.chat.b ]; do sleep 0.01; done'
        self.succeed("join", "work", "chat.>", "--order", "key", "--max-in-flight", "2", "--count", "2", "--exec", meet)

    def test_commands_of_a_topic_run_one_after_the_other(self):
        self.publish("chat.t", *"abcdef")
        alone = 'mkdir busy || exit 1; sleep 0.02; cat >> order; rmdir busy'
        self.succeed("join", "work", "chat.>", "--order", "key", "--max-in-flight", "4", "--count", "6",
                     "--max-deliver", "1", "--exec", alone)
        self.assertEqual((self.folder / "order").read_text(), "abcdef")
        self.assertEqual(self.dead(), [])

    def test_one_that_takes_longer_than_the_ack_wait_has_not_failed(self):
        self.publish("chat.t", "hello")
        lines = json_lines(self.succeed("join", "work", "chat.>", "--json", "--count", "1", "--ack-wait",
                                        f"{300 * SLOWNESS}ms", "--exec", f"sleep {SLOWNESS}; cat"))
        self.assertEqual([(line["attempt"], line["output"]) for line in lines], [(1, "hello")])
        self.assertEqual(self.group("work")["lag"], 0)

    def test_what_runs_is_finished_after_a_signal(self):
        self.publish("chat.t", "one", "two")
        join = self.start_join("work", "chat.>", "--order", "key", "--exec",
                               "touch begun; until [ -e go ]; do sleep 0.01; done; cat")
        self.assertTrue(eventually((self.folder / "begun").exists))
        join.process.send_signal(signal.SIGTERM)
        (self.folder / "go").touch()
        self.assertEqual(join.ends(), 0)
        self.assertEqual(bytes(join.stdout), b"one\n")
        self.assertEqual(self.succeed("join", "work", "chat.>", "--order", "key", "--count", "1"), b"chat.t two\n")


class DeadLetters(GroupsTest):
    fails = 'echo "no way" >&2; exit 1'

    def poison(self, group="work", *options):
        """Has a message fail until it is a dead letter of the group."""
        join = self.start_join(group, "chat.>", "--back-off", "10ms", "--exec", self.fails, *options)
        self.assertTrue(eventually(lambda: self.group(group).get("dead") == 1, 20), bytes(join.stderr))
        join.process.send_signal(signal.SIGTERM)
        self.assertEqual(join.ends(), 0)
        return join

    def test_a_poison_message_ends_there_after_five_tries(self):
        ack = self.publish("chat.t", "poison")[0]
        join = self.poison()
        self.assertEqual(bytes(join.stderr).count(b": no way\n"), 5)
        letter = self.dead()[0]
        self.assertEqual([letter[key] for key in ("group", "stream", "topic", "sequence", "epoch")],
                         ["work", "chat", "chat.t", ack["sequence"], ack["epoch"]])
        self.assertEqual((letter["failures"], letter["reason"], letter["size"]), (5, "no way", 6))
        self.assertRegex(self.succeed("dead", "ls"), rb"(?m)^work +1 +chat +chat\.t +1 +\S+Z +5 +6 B +no way$")

    def test_a_retry_delivers_it_again_to_that_group_only(self):
        self.publish("chat.t", "poison")
        self.poison()
        other = self.start_join("other", "chat.>", "--json")
        self.assertTrue(eventually(lambda: whole_lines(other)))
        again = self.start_join("work", "chat.>", "--json", "--count", "1")
        letter = self.dead("work")[0]
        self.assertIn(b"1 dead letter of group work given back to it\n",
                      self.succeed("dead", "retry", "work", str(letter["dead"])))
        self.assertEqual(again.ends(), 0)
        line = json_lines(bytes(again.stdout))[0]
        self.assertEqual((line["topic"], line["sequence"], line["payload"], line["dead"]),
                         ("chat.t", letter["sequence"], "poison", letter["dead"]))
        self.assertEqual(self.dead(), [])
        self.assertEqual(len(whole_lines(other)), 1)

    def test_all_of_a_group_can_be_given_back_or_dropped(self):
        self.publish("chat.t", "poison")
        self.poison()
        self.poison("other")
        self.assertEqual(json.loads(self.succeed("dead", "retry", "work", "--all", "--json")),
                         {"group": "work", "done": "retry", "count": 1})
        self.assertEqual([letter["group"] for letter in self.dead()], ["other"])
        self.assertEqual(self.dead("work"), [])
        self.assertEqual(self.succeed("dead", "drop", "other", "--all", "--yes"),
                         b"1 dead letter of group other dropped\n")
        self.assertEqual(self.succeed("dead", "ls"), b"no dead letters\n")

    def test_they_survive_the_broker(self):
        self.publish("chat.t", "poison")
        self.poison()
        before = self.dead()
        pid = self.broker_pid()
        kill(pid)
        self.assertTrue(eventually(lambda: self.broker_pid() not in (0, pid), 20))
        self.assertTrue(eventually(lambda: self.group("work").get("state") == "waits for a member"))
        self.assertEqual(self.dead(), before)

    def test_the_limit_says_how_many_more_there_are(self):
        self.publish("chat.t", "poison")
        self.poison()
        self.publish("chat.t", "more")
        join = self.start_join("work", "chat.>", "--exec", self.fails)
        self.assertTrue(eventually(lambda: len(self.dead()) == 2, 20))
        done = self.run_fanfare("dead", "ls", "--limit", "1", "--json")
        self.assertEqual(len(json.loads(done.stdout)["dead_letters"]), 1)
        self.assertEqual(done.stderr, b"1 more; --limit shows them\n")
        self.assertIsNone(join.process.poll())

    def test_what_is_not_there_is_said_with_what_is(self):
        self.publish("chat.t", "poison")
        self.poison()
        done = self.run_fanfare("dead", "retry", "work", "7")
        self.assertEqual((done.returncode, done.stdout), (1, b""))
        self.assertRegex(done.stderr, rb"^group work has no dead letter 7; `\S*fanfare dead ls work` lists")
        for command in (["dead", "ls", "wrok"], ["dead", "retry", "wrok", "--all"], ["dead", "drop", "wrok", "--all"]):
            done = self.run_fanfare(*command)
            self.assertEqual((done.returncode, done.stdout), (1, b""))
            self.assertEqual(done.stderr, b"no group wrok; the broker has work\n")
        for wrong in (["retry", "work"], ["retry", "work", "1", "--all"], ["drop", "work", "0"]):
            self.assertEqual(self.run_fanfare("dead", *wrong).returncode, 2, wrong)


class Operators(GroupsTest):
    def setUp(self):
        super().setUp()
        self.acks = self.publish("chat.t", "1", "2", "3")
        self.succeed("join", "work", "chat.>", "--order", "key", "--count", "3")

    def next_of(self, name="work"):
        return self.succeed("join", name, "chat.>", "--order", "key", "--count", "1")

    def test_groups_are_listed(self):
        row = json.loads(self.succeed("group", "ls", "--json"))["groups"][0]
        self.assertEqual([row[key] for key in ("group", "stream", "pattern", "order", "lag", "members", "dead")],
                         ["work", "chat", "chat.>", "key", 0, 0, 0])
        self.assertRegex(self.succeed("group", "ls"), rb"(?m)^work +waits for a member +chat +key +0 +0 +0 +0 +0 +0 +0 B$")

    def test_one_is_shown_with_its_members(self):
        self.start_join("work", "chat.>", "--order", "key", "--max-in-flight", "17")
        info = self.group("work")
        self.assertEqual([(one["name"], one["max_in_flight"]) for one in info["sessions"]], [("fanfare-join", 17)])
        self.assertRegex(self.succeed("group", "info", "work"), rb"(?m)^fanfare-join +\S+ +0 +17 +ok$")

    def test_a_reset_begins_at_the_beginning_or_elsewhere(self):
        self.assertIn(b"with the oldest message", self.succeed("group", "reset", "work", "--yes"))
        self.assertEqual(self.next_of(), b"chat.t 1\n")
        self.succeed("group", "reset", "work", "--from", str(self.acks[2]["sequence"]), "--yes")
        self.assertEqual(self.next_of(), b"chat.t 3\n")
        self.succeed("group", "reset", "work", "--from", "beginning", "--yes")
        self.succeed("group", "reset", "work", "--from", "new", "--yes")
        self.publish("chat.t", "4")
        self.assertEqual(self.next_of(), b"chat.t 4\n")

    def test_a_group_that_is_dropped_is_forgotten_and_its_members_end(self):
        join = self.start_join("work", "chat.>", "--order", "key")
        self.succeed("group", "drop", "work", "--yes")
        self.assertEqual(join.ends(), 1)
        self.assertIn(b"no_such_group", join.stderr)
        self.assertEqual(json.loads(self.succeed("group", "ls", "--json")), {"groups": []})
        self.assertEqual(self.next_of(), b"chat.t 1\n")

    def test_nothing_is_done_without_a_yes(self):
        for command in ("reset", "drop"):
            done = self.run_fanfare("group", command, "work")
            self.assertEqual((done.returncode, done.stdout), (2, b""))
            self.assertIn(b"nothing was changed: --yes does it\n", done.stderr)
        self.assertEqual(self.group("work")["lag"], 0)

    def test_one_that_is_not_there_is_told_from_those_that_are(self):
        for command in (["info"], ["reset", "--yes"], ["drop", "--yes"]):
            done = self.run_fanfare("group", *command, "wrok")
            self.assertEqual((done.returncode, done.stdout), (1, b""))
            self.assertEqual(done.stderr, b"no group wrok; the broker has work\n")

    def test_without_a_broker_they_say_so(self):
        for command in (["group", "ls"], ["dead", "ls"], ["join", "work", "chat.>"]):
            done = self.run_fanfare(*command, "--server", "ipc://nobody", seconds=5)
            self.assertEqual(done.returncode, 1)
            self.assertIn("no broker at ipc://nobody – start one".encode(), done.stderr)


class Elections(GroupsTest):
    def test_another_takes_over_when_the_active_one_leaves_or_dies(self):
        first = self.start_join("leader", "--order", "exclusive")
        self.assertTrue(first.says("leader: active, term 1\n"), first.stderr)
        second = self.start_join("leader", "--order", "exclusive")
        self.assertTrue(second.says("leader: standby\n"), second.stderr)
        first.process.send_signal(signal.SIGTERM)
        self.assertEqual(first.ends(), 0)
        self.assertTrue(second.says("leader: active, term 2\n"), second.stderr)
        third = self.start_join("leader", "--order", "exclusive")
        kill(second.process.pid)
        self.assertTrue(third.says("leader: active, term 3\n", 30), third.stderr)
        self.assertRegex(self.succeed("group", "info", "leader"), rb"(?m) active +3$")

    def test_only_the_active_one_gets_messages(self):
        first = self.start_join("work", "chat.>", "--order", "exclusive", "--json")
        self.assertTrue(first.says("work: active"), first.stderr)
        second = self.start_join("work", "chat.>", "--order", "exclusive", "--json", "--count", "1")
        self.publish("chat.a", "1")
        self.assertTrue(eventually(lambda: len(whole_lines(first)) == 1 and self.group("work")["lag"] == 0))
        first.process.send_signal(signal.SIGINT)
        self.assertEqual(first.ends(), 0)
        self.publish("chat.b", "2")
        self.assertEqual(second.ends(), 0)
        self.assertEqual([line["payload"] for line in whole_lines(second)], ["2"])


if __name__ == "__main__":
    unittest.main()
