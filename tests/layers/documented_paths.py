"""Checks that a document names only paths that exist.

    documented_paths.py ROOT DOCUMENT…      prints what is not there; exit 1 if anything is missing

A path is what stands in backticks, has a slash in it and neither begins with one nor has a space, a scheme or a
placeholder. What a build or a run makes is left out.
"""

import pathlib
import re
import sys

PATH = re.compile(r"`([\w.-]+/[^\s`:<>*$]*)`")
MADE = ("build/", "data/")


def missing(root, document):
    for number, line in enumerate((root / document).read_text().splitlines(), start=1):
        for path in PATH.findall(line):
            if not path.startswith(MADE) and not (root / path).exists():
                yield f"{document}:{number}: {path} does not exist"


if __name__ == "__main__":
    root = pathlib.Path(sys.argv[1])
    absent = [problem for document in sys.argv[2:] for problem in missing(root, document)]
    print("\n".join(absent))
    sys.exit(1 if absent else 0)
