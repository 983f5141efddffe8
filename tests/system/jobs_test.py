"""What is done again and again: who does it, what becomes of it, and that another goes on when that one is killed."""

import json
import unittest

from harness import SystemTest, eventually, kill


class Jobs(SystemTest):
    components = ("accounts", "persistence")

    def setUp(self):
        super().setUp()
        self.environment["FANFARE_LIMITS_LEASE"] = "1s"
        self.environment["FANFARE_LIMITS_HEARTBEAT"] = "300ms"

    def jobs(self):
        """The list; None while nobody runs jobs."""
        done = self.run_fanfare("jobs", "ls", "--json")
        return json.loads(done.stdout) if done.returncode == 0 else None

    def sweep(self):
        return next(job for job in self.jobs()["jobs"] if job["name"] == "sweep")

    def test_one_runs_them_and_when_it_is_killed_another_goes_on(self):
        self.start_up()
        self.assertTrue(eventually(lambda: self.sweep()["last"] and self.sweep()["last"]["ended_at"]))
        first = self.sweep()["last"]
        self.assertIsNone(first["error"])
        self.assertFalse(first["by_hand"])
        self.assertIn(b"removed 0 sessions", self.succeed("jobs", "run", "sweep"))
        run = json.loads(self.succeed("jobs", "run", "sweep", "--json"))
        self.assertTrue(run["by_hand"])
        holder = self.jobs()["instance"]
        kill(int(holder.rpartition("-")[2]))
        self.assertTrue(eventually(lambda: (self.jobs() or {}).get("instance") not in (None, holder)))
        self.assertEqual(self.sweep()["last"], run)
        table = self.succeed("jobs", "ls").decode()
        self.assertIn("sweep", table)
        self.assertIn("partitions", table)
        unknown = self.run_fanfare("jobs", "run", "nonsense")
        self.assertEqual(unknown.returncode, 1)
        self.assertIn(b"sweep", unknown.stderr)

    def test_a_person_can_not_run_jobs(self):
        self.start_up()
        for topic in ("$sys.jobs.run", "accounts.sweep"):
            answer = self.succeed("request", topic, '{"job": "sweep"}', "--actor", "0199a1b2-0000-7000-8000-000000000001")
            self.assertIn(b"permission_denied", answer)

    def test_a_job_that_fails_says_why_and_with_1(self):
        self.environment["FANFARE_WORKERS_ACCOUNTS_ENABLED"] = "false"
        self.start_up()
        failed = self.run_fanfare("jobs", "run", "sweep", seconds=40)
        self.assertEqual(failed.returncode, 1)
        self.assertIn(b"accounts.sweep", failed.stderr)
        self.assertGreater(self.sweep()["failures"], 0)

    def test_without_a_broker_or_a_worker_it_says_so(self):
        done = self.run_fanfare("jobs", "ls")
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"no broker", done.stderr)
        self.environment["FANFARE_WORKERS_PERSISTENCE_ENABLED"] = "false"
        self.start_up()
        done = self.run_fanfare("jobs", "ls", seconds=5)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"nobody runs jobs", done.stderr)


if __name__ == "__main__":
    unittest.main()
