"""Which folders of migrations the build takes, and that what it makes of them keeps every character."""

import hashlib
import os
import pathlib
import subprocess
import tempfile
import unittest

SCRIPT = pathlib.Path(os.environ["FANFARE_SOURCE_DIR"]) / "cmake" / "embed_migrations.cmake"


class EmbedMigrations(unittest.TestCase):
    def embed(self, **files):
        """The source that is made of the files, or None and what the build says."""
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            for file, text in files.items():
                (folder / f"{file}.sql").write_text(text)
            paths = ";".join(str(folder / f"{file}.sql") for file in files)
            done = subprocess.run(["cmake", "-D", f"FILES={paths}", "-D", "FUNCTION=all", "-D",
                                   f"SOURCE={folder / 'all.cpp'}", "-P", SCRIPT], capture_output=True, check=False)
            return (folder / "all.cpp").read_text() if done.returncode == 0 else None, " ".join(done.stderr.decode().split())

    def test_each_is_embedded_as_it_stands_with_its_checksum(self):
        sql = "SELECT ';', \"[${x}]\", '\\n';\n-- ü $ENV{HOME} @y@\n"
        source, error = self.embed(**{"0002_b": "SELECT 2;", "0001_a": sql})
        self.assertIsNotNone(source, error)
        self.assertIn(f'{{1, "a", "{hashlib.sha256(sql.encode()).hexdigest()}",\n     R"migration({sql})migration"}}', source)
        self.assertLess(source.index("SELECT ';'"), source.index("SELECT 2;"))

    def test_none_is_an_empty_list(self):
        self.assertIn("return {};", self.embed()[0])

    def test_a_gap_a_number_twice_and_another_start_are_refused(self):
        for names in (("0001_a", "0003_c"), ("0001_a", "0001_b"), ("0002_a",), ("0000_a",)):
            source, error = self.embed(**dict.fromkeys(names, "SELECT 1;"))
            self.assertIsNone(source, names)
            self.assertIn("is expected here", error)

    def test_a_name_of_another_form_is_refused(self):
        for name in ("1_a", "0001-a", "0001_A", "0001_"):
            source, error = self.embed(**{name: "SELECT 1;"})
            self.assertIsNone(source, name)
            self.assertIn("NNNN_name.sql", error)


if __name__ == "__main__":
    unittest.main()
