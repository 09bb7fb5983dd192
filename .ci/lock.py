"""Turn pip's report of a clean resolve into requirements.lock: exact versions, and nothing that belongs to one machine."""

import json
import sys
from pathlib import Path

OURS = "zhenwen"
CUDA = ("nvidia-", "cuda-", "triton")  # they come with a CUDA build of torch; the CPU build needs none of them

HEADER = """\
# Exact versions of everything that runs, tests and checks the project. Made by `make lock` from pyproject.toml.
# No index is named and no local version: where packages come from is the choice of whoever installs."""


def main() -> None:
    """Print the lock."""
    report = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    versions = {each["metadata"]["name"].lower().replace("_", "-"): each["metadata"]["version"] for each in report["install"]}
    print(HEADER)
    for name, version in sorted(versions.items()):
        if name != OURS and not name.startswith(CUDA):
            print(f"{name}=={version.partition('+')[0]}")


if __name__ == "__main__":
    main()
