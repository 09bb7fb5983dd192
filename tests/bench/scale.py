"""Many reports: how fast they are indexed, against Chroma alone taking the same passages with ready vectors; memory, size, search.

    python tests/bench/scale.py [--sizes 100,1000,10000] [--json FILE]

The reports are made by generate.py. Every figure is measured in a process of its own, on the same machine in the same run.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles

ROOT = Path(__file__).parents[2]
QUESTIONS = ("调解了多少矛盾纠纷", "老百姓吵架怎么处理", "法律明白人有多少名", "开展了几场普法宣传", "存在哪些问题", "下一步打算", "行政处罚多少件", "网格员怎么参与")
COLUMNS = {
    "reports": "reports",
    "passages": "passages",
    "index_s": "index s",
    "rate": "passages/s",
    "chroma_rate": "Chroma alone",
    "ratio": "ratio",
    "memory_mb": "MB resident",
    "store_mb": "store MB",
    "bytes_mb": "text MB",
    "again_s": "again s",
    "one_more_s": "one more s",
    "one_more_process_s": "… process s",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="100,1000,10000")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    rows = [measure(int(size)) for size in options.sizes.split(",")]
    for key, title in COLUMNS.items():
        print(f"{title:>14}", *(f"{row[key]:>12,.2f}" if isinstance(row[key], float) else f"{row[key]:>12,}" for row in rows))
    for key in sorted({key for row in rows for key in row["search_ms"]}):
        print(f"{key:>34}", *("{:>6.1f} / {:<6.1f}".format(*row["search_ms"][key]) for row in rows), "ms p50 / p95")
    if options.json:
        options.json.write_text(json.dumps(rows, ensure_ascii=False, indent=1), encoding="utf-8")


def measure(size: int) -> dict:
    """One size, start to end."""
    with tempfile.TemporaryDirectory() as folder:
        texts, store = Path(folder, "texts"), Path(folder, "store")
        write(size, texts)
        extra = sorted(texts.iterdir())[-1].rename(Path(folder, "one more.txt"))
        row = own_process("index", texts, store)
        row["store_mb"] = sum(path.stat().st_size for path in store.rglob("*") if path.is_file()) / 1e6
        row["bytes_mb"] = sum(path.stat().st_size for path in texts.iterdir()) / 1e6
        row["chroma_rate"] = own_process("chroma", store, Path(folder, "chroma"))["rate"]
        row["ratio"] = row["rate"] / row["chroma_rate"]
        row["again_s"] = own_process("index", texts, store)["index_s"]
        started = time.perf_counter()
        row["one_more_s"] = own_process("index", extra, store)["index_s"]
        row["one_more_process_s"] = time.perf_counter() - started
        row |= own_process("search", store)
    return row


def write(size: int, folder: Path) -> None:
    from generate import generate

    folder.mkdir()
    for number, report in enumerate(generate(size + 1, 11)):
        (folder / f"{number:05}_{report.file_name}").write_text(report.text, encoding="utf-8")


def own_process(step: str, *arguments: Path) -> dict:
    done = subprocess.run([sys.executable, __file__, "--step", step, *map(str, arguments)], capture_output=True, text=True, check=True)
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
    return {"reports": len(reports), "passages": passages, "index_s": seconds, "rate": passages / seconds, "memory_mb": memory()}


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


def search(store: Path) -> dict:
    """Lexical and dense search and the fetching of ten passages, warm, over growing scopes."""
    from index.embed import default_encoder
    from index.store import Store
    from index.text import grams

    encoder = default_encoder()
    found = {}
    with Store.open(store, encoder) as opened:
        ids = [report.id for report in opened.reports()]
        scopes = {"one report": ids[:1], "ten reports": ids[:10], "every second": ids[::2], "all": None}
        for name, scope in scopes.items():
            found[f"lexical, {name}"] = timed(lambda question, scope=scope: opened.lexical(grams(question), scope, 50))
            found[f"dense, {name}"] = timed(lambda question, scope=scope: opened.dense(encoder.encode([question])[0], scope, 50))
        hits = [id_ for id_, _ in opened.lexical(grams(QUESTIONS[0]), None, 50)]
        found["passages of fifty hits"] = timed(lambda _: opened.passages_by_id(hits))
        found["reports()"] = timed(lambda _: opened.reports())
    return {"search_ms": found, "search_memory_mb": memory()}


def timed(call: Callable[[str], object], rounds: int = 5) -> tuple[float, float]:
    """p50 and p95 in milliseconds, after one call to warm up."""
    call(QUESTIONS[0])
    taken = []
    for question in QUESTIONS * rounds:
        started = time.perf_counter()
        call(question)
        taken.append((time.perf_counter() - started) * 1000)
    return median(taken), quantiles(taken, n=20)[-1]


def memory() -> float:
    """The most that this process has had resident, in MB (Linux)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


STEPS = {"index": index, "chroma": chroma, "search": search}

if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    if sys.argv[1:2] == ["--step"]:
        print(json.dumps(STEPS[sys.argv[2]](*map(Path, sys.argv[3:]))))
    else:
        main()
