"""How long one question takes from nothing, against `import chromadb` on the same machine in the same minute.

    python tests/bench/cold.py [STORE]

Prints both medians and their ratio; the bar is 2.0.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

ROOT = Path(__file__).parent.parent.parent
ROUNDS = 7  # taken in turns, so that a busy moment hits both alike
BAR = 2.0


def seconds(*arguments: str) -> float:
    """The wall time of one Python process."""
    started = perf_counter()
    subprocess.run([sys.executable, *arguments], cwd=ROOT, check=True, capture_output=True)
    return perf_counter() - started


def measure(store: Path, rounds: int = ROUNDS) -> dict[str, float]:
    """Medians in seconds, and their ratio."""
    question = ("-m", "bot", "--store", str(store), "ask", "金井镇2023年调解了多少纠纷")
    bare = ("-c", "import chromadb")
    seconds(*question), seconds(*bare)
    pairs = [(seconds(*question), seconds(*bare)) for _ in range(rounds)]
    ask, chromadb = (median(column) for column in zip(*pairs, strict=True))
    return {"ask_s": round(ask, 3), "import_chromadb_s": round(chromadb, 3), "ratio": round(ask / chromadb, 2), "bar": BAR}


def main() -> None:
    """Measure on the store named, or on a new one of the sample reports."""
    with tempfile.TemporaryDirectory() as folder:
        store = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(folder) / "store"
        if not store.exists():
            subprocess.run([sys.executable, "-m", "bot", "--store", str(store), "index", "data/sample"], cwd=ROOT, check=True, stdout=sys.stderr)
        print(json.dumps(measure(store)))


if __name__ == "__main__":
    main()
