"""What tests/bench/compare makes of the figures it is given, and the order it asks for them in."""

import pathlib
import sys
import tempfile
import unittest
from unittest import mock

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from comparison import page, sanity, targets, turns  # noqa: E402
from comparison.summary import problems_of, summarise  # noqa: E402
from comparison.table import number, tables  # noqa: E402


def figure(rate=1000, **changes):
    return {"messages": 2 * rate, "seconds": 2, "subscribers": 1, "messages_per_second": rate, "deliveries_per_second": rate,
            "latency_us": None, "server_cpu_us_per_message": 0.5, "server_memory_bytes": 2**20, "load_cpu_seconds": 1,
            "bottleneck": "server", "complete": True, "in_order": True, **changes}


class SummaryTest(unittest.TestCase):
    def test_the_median_counts_and_the_extremes_are_kept(self):
        found = summarise([figure(10), figure(900), figure(20)]).deliveries
        self.assertEqual((found.median, found.least, found.most), (20, 10, 900))

    def test_the_servers_time_is_told_for_each_delivery(self):
        self.assertAlmostEqual(summarise([figure(1000, deliveries_per_second=50_000)]).cpu.median, 0.01)

    def test_the_servers_time_is_told_for_each_message_where_nothing_is_delivered(self):
        self.assertAlmostEqual(summarise([figure(1000, deliveries_per_second=0)]).cpu.median, 0.5)

    def test_sound_figures_have_no_problems(self):
        self.assertEqual(problems_of([figure(), figure()]), [])

    def test_a_loss_in_one_round_is_a_problem(self):
        self.assertEqual(problems_of([figure(), figure(complete=False)]), ["not every message arrived"])

    def test_another_order_in_one_round_is_a_problem(self):
        self.assertEqual(len(problems_of([figure(in_order=False), figure()])), 1)

    def test_a_failure_is_told_once_in_its_own_words(self):
        self.assertEqual(problems_of([{"failed": "no server"}, {"failed": "no server"}]), ["no server"])

    def test_nothing_that_arrived_is_a_problem(self):
        self.assertEqual(len(problems_of([figure(0)])), 1)


class TargetsTest(unittest.TestCase):
    def test_a_target_compares_medians_of_one_run(self):
        figures = {("durable-1000", 128): {"fanfare-frames": [figure(250), figure(350), figure(300)],
                                           "jetstream": [figure(100)]}}
        self.assertEqual(targets.sentences(figures),
                         ["durable-1000, 128 B: Fanfare, frames ÷ JetStream, file 3.00 (target 3): met"])

    def test_what_was_not_measured_or_is_not_sound_has_no_target(self):
        figures = {("durable-1000", 128): {"fanfare-frames": [figure(250)], "jetstream": [figure(100, complete=False)]}}
        self.assertEqual(targets.sentences(figures), [])

    def test_one_publish_at_a_time_is_compared_with_the_disk_and_the_way_there_and_back(self):
        figures = {("durable-1", 128): {"fanfare-frames": [figure(5_000)], "bare-disk": [figure(10_000)]},
                   ("request-1", 128): {"bare-zmq": [figure(20_000)]}}
        self.assertIn("in time, 1.33 (target at most 1.3): MISSED", targets.sentences(figures)[0])


class TableTest(unittest.TestCase):
    def test_numbers_have_three_digits_that_count(self):
        self.assertEqual([number(value) for value in (412, 93_000, 3_312_000, 24_400_000, 999_900)],
                         ["412", "93 k", "3.31 M", "24.4 M", "1 M"])

    def test_all_stand_beside_nats(self):
        text = tables({("pubsub", 128): {"nats": [figure(100)], "fanfare-frames": [figure(250)]}})
        self.assertIn("| Fanfare, frames | 250 (250 – 250) | 2.50× |", text)

    def test_a_system_that_failed_says_why_in_place_of_figures(self):
        text = tables({("pubsub", 128): {"nats": [figure()], "redis": [{"failed": "it does not start"}]}})
        self.assertIn("| redis PUBLISH | it does not start |", text)

    def test_what_is_stored_is_counted_by_message_and_says_when_it_was_synced(self):
        latency = {"p50": 41, "p90": 50, "p99": 75, "p99_9": 90, "max": 100}
        text = tables({("group", 128): {
            "jetstream": [figure(100, latency_us=latency)],
            "fanfare-sdk": [figure(300, latency_us=latency, subscribers=4, deliveries_per_second=300)]}})
        self.assertIn("| Fanfare, SDK | 300 (300 – 300) | 3.00× | 0.50 | 1.00× |", text)
        self.assertIn("| publishes and acks |", text)

    def test_latency_has_columns_of_its_own(self):
        latency = {"p50": 41, "p90": 50, "p99": 75, "p99_9": 90, "max": 100}
        text = tables({("latency", 128): {"nats": [figure(latency_us=latency)]}})
        self.assertIn("| nats-server | 41 (41 – 41) | 75 (75 – 75) | 90 (90 – 90) |", text)


class SanityTest(unittest.TestCase):
    @staticmethod
    def holds(nats, proxy):
        return [holds for _, holds in sanity.verdicts(
            {("pubsub", 128): {"nats-64k": [figure(nats)], "zmq-proxy": [figure(proxy)]}})]

    def test_a_ratio_near_the_known_one_holds(self):
        self.assertEqual(self.holds(1400, 1000), [True])
        self.assertEqual(self.holds(1700, 1000), [True])

    def test_a_ratio_a_quarter_away_makes_the_run_void(self):
        self.assertEqual(self.holds(1000, 1000), [False])
        self.assertEqual(self.holds(2000, 1000), [False])

    def test_nothing_is_said_where_one_of_both_is_missing(self):
        self.assertEqual(sanity.verdicts({("pubsub", 128): {"nats-64k": [figure()]}}), [])


class TargetsTest(unittest.TestCase):
    @staticmethod
    def said(**ours):
        return targets.sentences({("pubsub", 128): {"nats": [figure(1000)], "fanfare-frames": [figure(**ours)]}})

    def test_a_rate_must_reach_its_target(self):
        self.assertIn("pubsub, 128 B, rate: Fanfare, frames ÷ nats-server 2.00 (target at least 2): met", self.said(rate=2000))
        self.assertIn("pubsub, 128 B, rate: Fanfare, frames ÷ nats-server 1.99 (target at least 2): MISSED",
                      self.said(rate=1990))

    def test_the_servers_time_must_not_pass_its_target(self):
        self.assertTrue(self.said(server_cpu_us_per_message=0.25)[1].endswith("0.50 (target at most 0.5): met"))
        self.assertTrue(self.said(server_cpu_us_per_message=0.26)[1].endswith("0.52 (target at most 0.5): MISSED"))

    def test_nothing_is_said_of_what_was_not_sound(self):
        self.assertEqual(self.said(complete=False), [])


class PageTest(unittest.TestCase):
    def test_only_what_stands_between_the_marks_is_written(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "page.md"
            path.write_text(f"before\n{page.BEGIN}\nold\n{page.END}\nafter\n")
            page.rewrite(path, "new")
            self.assertEqual(path.read_text(), f"before\n{page.BEGIN}\nnew\n{page.END}\nafter\n")

    def test_a_page_without_marks_is_refused_and_kept(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "page.md"
            path.write_text("page\n")
            self.assertRaises(SystemExit, page.rewrite, path, "new")
            self.assertEqual(path.read_text(), "page\n")

    def test_the_page_in_the_tree_has_its_marks(self):
        text = (pathlib.Path(__file__).resolve().parents[2] / "docs/benchmarks.md").read_text()
        self.assertLess(text.index(page.BEGIN), text.index(page.END))


class TurnsTest(unittest.TestCase):
    def asked(self, rounds):
        asked = []
        plan = turns.Plan(("pubsub", "fanout-different"), ("nats", "redis", "fanfare-sdk"), (128,), rounds, 1, 0, None, (), None, None)
        with mock.patch.object(turns, "measure", lambda _plan, work, name, _size: asked.append((work, name)) or figure()):
            figures = turns.run(plan, lambda *_: None)
        return asked, figures

    def test_every_system_has_its_turn_before_one_has_another(self):
        asked, figures = self.asked(3)
        self.assertEqual([{name for _, name in asked[start:start + 3]} for start in (0, 5, 10)],
                         [{"nats", "redis", "fanfare-sdk"}] * 3)
        self.assertEqual({len(each) for by_system in figures.values() for each in by_system.values()}, {3})

    def test_rounds_differ_in_their_order(self):
        asked, _ = self.asked(3)
        self.assertEqual(len({tuple(asked[start:start + 3]) for start in (0, 5, 10)}), 3)

    def test_a_system_is_only_asked_for_what_it_can_do(self):
        asked, _ = self.asked(1)
        self.assertNotIn(("fanout-different", "fanfare-sdk"), asked)


if __name__ == "__main__":
    unittest.main()
