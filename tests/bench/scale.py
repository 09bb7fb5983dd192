"""Many reports: indexing against Chroma alone, memory, size, each stage of an answer; beside it the usual LangChain set-up.

    python tests/bench/scale.py [--sizes 100,1000]        some minutes; 10000 by itself takes about half an hour
    python tests/bench/scale.py --sizes 10000 --store DIR   only the answers, over a store made before of these reports

The reports are made by generate.py. Every figure is measured in a process of its own, on the same machine in the same run.
The result goes to data/eval/results/scale-<commit>.json, where rows of other sizes stay, with the commit that they were measured at.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "data" / "eval" / "results"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="100,1000")
    parser.add_argument("--store", type=Path)
    options = parser.parse_args()
    for size in map(int, options.sizes.split(",")):
        row = conditions(size) | (answers(size, options.store) if options.store else measure(size))
        print(json.dumps(row, ensure_ascii=False, indent=1), flush=True)
        keep(row)


def conditions(size: int) -> dict:
    return {"size": size, "commit": commit(), "machine": f"{os.cpu_count()} 核，{platform.system()}", "load": os.getloadavg()[0]}


def answers(size: int, store: Path) -> dict:
    """Only what is asked of a store that is there."""
    from index.store import Store

    with Store.open(store) as opened:
        passages = sum(report.passages for report in opened.reports())
    return {"passages": passages, "ours": own_process("ask", store, Path(str(size)))}


def measure(size: int) -> dict:
    """One size, start to end."""
    with tempfile.TemporaryDirectory() as folder:
        texts, store = Path(folder, "texts"), Path(folder, "store")
        write(size, texts)
        extra = sorted(texts.iterdir())[-1].rename(Path(folder, "one more.txt"))
        row = own_process("index", texts, store)
        row["store_mb"] = sum(path.stat().st_size for path in store.rglob("*") if path.is_file()) / 1e6
        row["text_mb"] = sum(path.stat().st_size for path in texts.iterdir()) / 1e6
        row["chroma_rate"] = own_process("chroma", store, Path(folder, "chroma"))["rate"]
        row["ratio"] = row["rate"] / row["chroma_rate"]
        row["ours"] = own_process("ask", store, Path(str(size)))
        row["langchain"] = own_process("langchain", texts, Path(folder, "langchain"), Path(str(size)))
        row["again_s"] = own_process("index", texts, store)["index_s"]
        row["one_more_s"] = own_process("one", extra, store)["index_s"]
    return row


def keep(row: dict) -> None:
    """Put the row in the place of the one of its size."""
    before = sorted(RESULTS.glob("scale-*.json"))
    rows = [old for path in before for old in json.loads(path.read_text(encoding="utf-8"))["rows"] if old["size"] != row["size"]]
    for path in before:
        path.unlink()
    result = {"rows": sorted([*rows, row], key=lambda each: each["size"])}
    (RESULTS / f"scale-{commit()}.json").write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def commit() -> str:
    done = subprocess.run(["git", "rev-parse", "--short=12", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


def write(size: int, folder: Path) -> None:
    """The texts of one report more than ``size``: the last one is added later."""
    from asked import named

    folder.mkdir()
    for name, report in named(generated(size)):
        (folder / name).write_text(report.text, encoding="utf-8")


def generated(size: int) -> list:
    from asked import SEED
    from generate import generate

    return generate(size + 1, SEED)


def own_process(step: str, *arguments: Path) -> dict:
    done = subprocess.run([sys.executable, __file__, "--step", step, *map(str, arguments)], stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def index(texts: Path, store: Path) -> dict:
    """Index a folder or a file; the encoder is loaded before the clock starts, chromadb is not."""
    from index.build import build
    from index.embed import default_encoder
    from index.store import Store

    encoder = default_encoder()
    started = time.perf_counter()
    with Store.create(store, encoder) as opened:
        result = build([texts], opened)
        seconds = time.perf_counter() - started
        assert not result.rejected, result.rejected
        reports = opened.reports()
    passages = sum(report.passages for report in reports)
    return {"reports": len(reports), "passages": passages, "index_s": seconds, "rate": passages / seconds, "index_mb": memory()}


def one(extra: Path, store: Path) -> dict:
    """Add one report to a store that a running program has open, and has just written to."""
    from index.build import build
    from index.embed import default_encoder
    from index.store import Store

    first = extra.with_name("first.txt")
    first.write_text(extra.read_text(encoding="utf-8").replace("年", "年度", 1), encoding="utf-8")
    with Store.create(store, default_encoder()) as opened:
        build([first], opened)
        started = time.perf_counter()
        build([extra], opened)
        return {"index_s": time.perf_counter() - started}


def chroma(store: Path, folder: Path) -> dict:
    """Chroma alone: the same passages, metadata and vectors, read before the clock starts; the import is part of it, as above."""
    from index.embed import default_encoder
    from index.store import Store

    with Store.open(store) as opened:
        passages = opened.passages()
    vectors = default_encoder().encode([passage.embeddable for passage in passages])
    started = time.perf_counter()
    import chromadb

    client = chromadb.PersistentClient(str(folder), chromadb.Settings(anonymized_telemetry=False))
    collection = client.create_collection("passages", embedding_function=None, configuration={"hnsw": {"space": "cosine"}})
    for first in range(0, len(passages), 2_000):
        part = passages[first : first + 2_000]
        collection.add(
            ids=[passage.id for passage in part],
            embeddings=vectors[first : first + 2_000],
            documents=[passage.text for passage in part],
            metadatas=[{"report": p.report_id, "town": p.town, "part": p.part.value, "year": p.year or 0} for p in part],
        )
    seconds = time.perf_counter() - started
    shutil.rmtree(folder)
    return {"rate": len(passages) / seconds}


def ask(store: Path, size: Path) -> dict:
    from asked import named, ours

    measured = ours(store, named(generated(int(str(size))))[:-1])
    return measured | {"memory_mb": memory(), "torch": "torch" in sys.modules}


def langchain(texts: Path, work: Path, size: Path) -> dict:
    from asked import langchain as plain
    from asked import named

    return plain(texts, work, named(generated(int(str(size))))[:-1]) | {"memory_mb": memory()}


def memory() -> float:
    """The most that this process has had resident, in MB (Linux)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


STEPS = {"index": index, "chroma": chroma, "one": one, "ask": ask, "langchain": langchain}

if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    if sys.argv[1:2] == ["--step"]:
        print(json.dumps(STEPS[sys.argv[2]](*map(Path, sys.argv[3:]))))
    else:
        main()
