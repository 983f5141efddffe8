"""Installs what a comparison needs and builds it, with the functions of scripts/lib."""

import subprocess

STEPS = """
set -euo pipefail
source scripts/lib/packages.sh
source scripts/lib/compile.sh
need build bench
compile release -DFANFARE_COMPARE=ON fanfare-broker fanfare comparison
"""


def build(root):
    """Returns the folder of the build."""
    subprocess.run(["bash", "-c", STEPS], cwd=root, check=True)
    return root / "build/release"
