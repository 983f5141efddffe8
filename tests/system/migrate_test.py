"""What `fanfare migrate` does to the database, and that any number of them may be started at once."""

import json
import sqlite3
import subprocess
import unittest

from harness import BIN, SLOWNESS, SystemTest


class Migrate(SystemTest):
    def status(self):
        return json.loads(self.succeed("migrate", "--status", "--json"))["migrations"]

    def database(self):
        return self.folder / "data" / "fanfare.db"

    def test_status_shows_what_is_missing_and_makes_nothing(self):
        self.assertEqual({row["applied_at"] for row in self.status()} - {None}, set())
        self.assertFalse(self.database().exists())

    def test_everything_is_applied_once(self):
        self.succeed("migrate")
        self.assertTrue(all(row["applied_at"] for row in self.status()))
        self.assertIn(b"nothing to do", self.succeed("migrate"))

    def test_of_many_processes_that_start_at_once_one_applies_each(self):
        running = [subprocess.Popen([BIN / "fanfare", "migrate", "--json"], cwd=self.folder, env=self.environment,
                                    stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(6)]
        applied = []
        for process in running:
            with process:
                stdout, stderr = process.communicate(timeout=10 * SLOWNESS)
                self.assertEqual(process.returncode, 0, stderr)
                applied += [row["number"] for row in json.loads(stdout)["migrations"]]
        self.assertEqual(sorted(applied), [row["number"] for row in self.status()])

    def test_a_database_of_a_newer_version_is_refused(self):
        self.succeed("migrate")
        database = sqlite3.connect(self.database())
        self.addCleanup(database.close)
        database.execute("INSERT INTO schema_migration VALUES (9999, 'tomorrow', 'aa', '2030-01-01T00:00:00.000Z')")
        database.commit()
        for arguments in (("migrate",), ("migrate", "--status")):
            done = self.run_fanfare(*arguments)
            self.assertEqual(done.returncode, 1)
            self.assertIn(b"newer version", done.stderr)

    def test_a_url_that_is_not_supported_is_refused_with_its_place(self):
        (self.folder / "fanfare.yaml").write_text('database: {url: "mysql://me:secret@db/fanfare"}\n')
        done = self.run_fanfare("migrate")
        self.assertEqual(done.returncode, 2)
        self.assertTrue(done.stderr.startswith(b"fanfare.yaml:1:"), done.stderr)
        self.assertIn(b"postgresql://", done.stderr)
        self.assertNotIn(b"secret", done.stderr)


if __name__ == "__main__":
    unittest.main()
