"""The layer check finds what it should: each rule is broken once in a small tree made for it."""

import pathlib
import tempfile
import unittest

import layers

# What the tree holds besides the file under test.
TREE = {
    "protocol/topic.hpp": "",
    "protocol/fanfare/uuid.hpp": "",
    "sdk/fanfare/client.hpp": "",
    "sdk/transport/socket.hpp": "",
    "runtime/log.hpp": "",
    "broker/core/core.hpp": "",
    "frontends/http/routes.hpp": "",
}


def problems_of(source, text):
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for name, content in {**TREE, source: text}.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(content)
        return list(layers.problems(root))


class Layers(unittest.TestCase):
    def assert_refused(self, source, line):
        places = [problem.split(": ")[0] for problem in problems_of(source, f"\n{line}\n")]
        self.assertEqual(places, [f"{source}:2"])

    def assert_allowed(self, source, line):
        self.assertEqual(problems_of(source, line), [])

    def test_arrows_point_one_way(self):
        for source, header in [
            ("protocol/a.cpp", "runtime/log.hpp"),
            ("sdk/a.cpp", "broker/core/core.hpp"),
            ("broker/server/a.cpp", "fanfare/client.hpp"),
            ("cli/a.cpp", "broker/core/core.hpp"),
            ("workers/a.cpp", "broker/core/core.hpp"),
            ("frontends/websocket/a.cpp", "frontends/http/routes.hpp"),
            ("broker/core/a.cpp", "runtime/log.hpp"),
            ("sdk/session/a.cpp", "sdk/transport/socket.hpp"),
        ]:
            with self.subTest(source=source, header=header):
                self.assert_refused(source, f'#include "{header}"')

    def test_what_lies_below_may_be_included(self):
        for source, header in [
            ("sdk/session/a.cpp", "protocol/topic.hpp"),
            ("broker/core/a.cpp", "fanfare/uuid.hpp"),
            ("broker/core/a.cpp", "core.hpp"),
            ("cli/a.cpp", "fanfare/client.hpp"),
        ]:
            with self.subTest(source=source, header=header):
                self.assert_allowed(source, f'#include "{header}"')

    def test_a_third_party_header_stays_at_home(self):
        self.assert_allowed("sdk/transport/a.cpp", "#include <zmq.hpp>")
        self.assert_refused("cli/a.cpp", "#include <zmq.hpp>")
        self.assert_refused("broker/server/a.cpp", "#include <spdlog/spdlog.h>")
        self.assert_refused("runtime/a.cpp", "#include <unheard/of.hpp>")

    def test_pure_folders_have_no_clock_threads_files_or_chance(self):
        for line in [
            "#include <thread>",
            "#include <fstream>",
            "#include <unistd.h>",
            "auto now = std::chrono::steady_clock::now();",
            "std::random_device chance;",
        ]:
            for folder in layers.PURE:
                with self.subTest(folder=folder, line=line):
                    self.assert_refused(f"{folder}/a.cpp", line)
        self.assert_allowed("broker/core/a.cpp", "#include <chrono>")

    def test_comments_may_name_what_code_may_not_use(self):
        self.assert_allowed("broker/core/a.cpp", "// the server calls steady_clock::now()\n/* #include <thread> */")

    def test_public_headers_need_only_the_standard_library(self):
        self.assert_allowed("sdk/fanfare/a.hpp", "#include <fanfare/uuid.hpp>")
        self.assert_refused("sdk/fanfare/a.hpp", "#include <boost/system/result.hpp>")
        self.assert_refused("sdk/fanfare/a.hpp", '#include "protocol/topic.hpp"')

    def test_a_new_folder_needs_a_rule(self):
        self.assertEqual(len(problems_of("frontends/carrier_pigeon/a.cpp", "")), 1)


if __name__ == "__main__":
    unittest.main()
