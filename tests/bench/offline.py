"""Does what `make bundle` makes install and answer on a machine without any network?

    python tests/bench/offline.py [dist/bundle]

A fresh virtual environment is filled from the folder alone and answers the question of `make ask`, all in a namespace that has no
network, not even a loopback. Needs unshare, and the right to use it. Takes some minutes.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
QUESTION = "金井镇2023年调解了多少纠纷"
NO_NETWORK = ("unshare", "--net", "--map-root-user")
REACHED = "import socket; socket.create_connection(('127.0.0.1', 9), 1)"


def main() -> None:
    bundle = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "dist" / "bundle").resolve()
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        work, python = Path(folder), Path(folder, "venv", "bin", "python")
        assert run(work, sys.executable, "-c", REACHED, fails=True), "the network can be reached"
        run(work, sys.executable, "-m", "venv", "venv")
        run(work, python, "-m", "pip", "install", "-q", "--no-index", "--find-links", bundle, "zhenwen[ocr]")
        zhenwen = python.with_name("zhenwen")
        run(work, zhenwen, "--store", "store", "index", ROOT / "data" / "sample")
        told = run(work, zhenwen, "--store", "store", "ask", QUESTION)
        size = sum(path.stat().st_size for path in (work / "venv").rglob("*") if path.is_file() and not path.is_symlink())
    assert "708" in told, told
    kept = sum(path.stat().st_size for path in bundle.iterdir())
    print(f"{told}\n{len(list(bundle.glob('*.whl')))} wheels, {kept / 2**20:.0f} MB; installed {size / 2**20:.0f} MB; {time.monotonic() - begun:.0f} s")


def run(folder: Path, *command: object, fails: bool = False) -> str:
    """What a command prints, without a network and without what this machine's pip is set to."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "ZHENWEN_", "PYTHON"))}
    done = subprocess.run(
        [*NO_NETWORK, *map(str, command)], cwd=folder, env=kept | {"PIP_CONFIG_FILE": os.devnull}, capture_output=True, encoding="utf-8", check=False
    )
    assert (done.returncode != 0) is fails, done.stderr
    return done.stdout or done.stderr


if __name__ == "__main__":
    main()
