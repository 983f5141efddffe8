"""One scrape of fanfare-http shows the whole system: the right numbers, valid text, and nothing of what has ended."""

import json
import unittest
import urllib.request

import jsonschema
from chat_test import SCHEMAS, ChatTest, Person
from harness import SLOWNESS, eventually, json_lines, kill
from prometheus_text import parse


class Metrics(ChatTest):
    components = ("accounts", "persistence", "http", "websocket")

    def setUp(self):
        super().setUp()
        self.environment["FANFARE_WORKERS_PERSISTENCE_REPLICAS"] = "1"
        with open(self.folder / "fanfare.yaml", "a", encoding="utf-8") as config:
            config.write(f'streams: {{orders: {{topics: ["orders.>"]}}}}\n'
                         f'metrics: {{interval: {200 * SLOWNESS}ms, stale_after: {1500 * SLOWNESS}ms}}\n')

    def scrape(self):
        with urllib.request.urlopen(self.url("/metrics"), timeout=20 * SLOWNESS) as answer:
            self.assertEqual(answer.headers["Content-Type"], "text/plain; version=0.0.4; charset=utf-8")
            return parse(answer.read().decode())

    def values(self, name, **labels):
        """Of the samples of this name that have these labels."""
        return [value for (sample, own), value in self.scrape().items()
                if sample == name and labels.items() <= dict(own).items()]

    def expect(self, value, name, **labels):
        self.assertTrue(eventually(lambda: self.values(name, **labels) == [value], 20), (name, self.scrape()))

    def instances(self, component):
        return {dict(labels)["instance"] for name, labels in self.scrape()
                if name == "fanfare_build_info" and dict(labels)["component"] == component}

    def test_shows_what_every_component_counts(self):
        self.start_up()
        ann, bob = Person(self, "ann"), Person(self, "bob")
        direct = ann.create("direct", bob)
        for number in range(5):
            ann.send(direct, f"message {number}")
        for number in range(7):
            self.succeed("pub", "orders.created", str(number))

        self.expect(7, "fanfare_broker_stream_messages_total", component="broker", stream="orders")
        self.expect(7, "fanfare_broker_stream_head", stream="orders")
        self.expect(0, "fanfare_broker_stream_failed", stream="orders")
        self.expect(5, "fanfare_persistence_stored_total", component="persistence")
        self.expect(5, "fanfare_broker_group_acknowledged_total", group="persistence", stream="chat")
        self.expect(0, "fanfare_broker_group_pending", group="persistence")
        self.expect(1, "fanfare_broker_group_members", group="persistence")
        self.expect(0, "fanfare_websocket_connections", component="websocket")
        self.expect(0, "fanfare_broker_gaps_total", reason="damaged")
        requests = self.values("fanfare_accounts_requests_total", component="accounts", pattern="accounts.>")
        self.assertEqual(len(requests), 1)
        self.assertGreaterEqual(requests[0], 2)
        self.assertGreaterEqual(self.values("fanfare_http_replies_total", status="2xx", component="http")[0], 8)
        names = {dict(labels).get("name") for name, labels in self.scrape()
                 if name == "fanfare_broker_session_published_total"}
        self.assertLessEqual({"accounts", "http", "websocket"}, names)
        for component in (*self.components, "broker"):
            self.assertEqual(len(self.instances(component)), 1, component)

    def test_what_has_ended_vanishes_and_what_comes_instead_appears(self):
        self.start_up()
        self.assertTrue(eventually(lambda: self.instances("persistence"), 20))
        before = self.instances("persistence")
        kill(self.pid("persistence"))
        gone = eventually(lambda: len(now := self.instances("persistence")) == 1 and now.isdisjoint(before), 30)
        self.assertTrue(gone, self.instances("persistence"))
        for component in ("accounts", "broker", "websocket", "http"):
            self.assertEqual(len(self.instances(component)), 1, component)

    def test_reports_are_as_their_schema_says(self):
        self.start_up()
        schema = json.loads((SCHEMAS / "metrics.json").read_text())
        sub = self.start_sub("$sys.metrics.>", "--json")
        components = {*self.components, "broker"}
        self.assertTrue(all(sub.says(f"$sys.metrics.{component}.", 20) for component in components), sub.stderr)
        lines = sub.stdout.count(b"\n")
        self.assertTrue(eventually(lambda: sub.stdout.count(b"\n") > lines + 1))  # the last ones are whole
        sub.end()
        seen = set()
        for message in json_lines(bytes(sub.stdout).decode().rpartition("\n")[0]):
            jsonschema.validate(json.loads(message["payload"]), schema)
            seen.add(message["topic"].split(".")[2])
        self.assertEqual(seen, components)


class Reader(unittest.TestCase):
    """The reader of the text is strict, or the tests above say little."""

    def test_takes_what_is_right(self):
        text = '# HELP a_total It is.\n# TYPE a_total counter\na_total{x="\\\\\\"\\n",y="2"} 3\n'
        self.assertEqual(parse(text), {("a_total", frozenset({("x", '\\"\n'), ("y", "2")})): 3.0})

    def test_wants_whole_histograms(self):
        head = "# HELP b It is.\n# TYPE b histogram\n"
        rows = ['b_bucket{x="1",le="0.5"} 1\n', 'b_bucket{x="1",le="+Inf"} 2\n', 'b_sum{x="1"} 3\n', 'b_count{x="1"} 2\n']
        self.assertEqual(len(parse(head + "".join(rows))), 4)
        for left_out in rows[1:]:
            rest = "".join(row for row in rows if row != left_out)
            self.assertRaises((ValueError, KeyError), parse, head + rest)
        self.assertRaises(ValueError, parse, head + "".join(rows).replace("} 1\n", "} 5\n"))

    def test_refuses_what_is_wrong(self):
        head = "# HELP a It is.\n# TYPE a gauge\n"
        self.assertEqual(len(parse(head + 'a{x="1"} 3\n')), 1)
        for wrong in ('a{x="1"} 3', 'a 3\n', 'b{x="1"} 3\n', 'a{x="1"} 3\na{x="1"} 4\n', 'a{x="1"} x\n',
                      'a{x="1",x="2"} 3\n', 'a{x="1",} 3\n', 'a{x="\\q"} 3\n', 'a{x=1} 3\n', head, '\n'):
            self.assertRaises(ValueError, parse, head + wrong)


if __name__ == "__main__":
    unittest.main()
