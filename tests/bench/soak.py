"""Two bots over one store, one database and one Chroma server, asked again and again while reports come and go.

    python tests/bench/soak.py [--seconds 1800] [--readers 4]

Each reader asks one of the two HTTP interfaces, the same questions in turn; an answer that differs from what the store said before the
soak is an error, and so is every status but 200. Meanwhile a report is taken in, changed and removed by the command line, over and
over. Printed are the answers, the errors, the rounds of indexing, the seconds an answer took and the memory of both bots at the
beginning and at the end; the exit code is 1 when anything was wrong, or the memory has grown by more than a tenth.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from contextlib import ExitStack, contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from chroma_server import chroma_server, free_port  # noqa: E402

QUESTIONS = ("金井镇2023年调解了多少纠纷", "磁灶镇2022年有多少法律明白人", "火星镇2023年有多少人", "青阳街道存在哪些问题")
COMING = "来去镇{year}年法治政府建设工作报告\n\n一、主要工作\n全年调解矛盾纠纷{number}起。\n\n来去镇人民政府\n{year}年12月31日\n"
START_SECONDS = 120.0
GROWTH = 1.1  # of memory, from the first tenth of the time to the end


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=1800)
    parser.add_argument("--readers", type=int, default=4)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, ExitStack() as ending:
        folder = Path(name)
        server = ending.enter_context(chroma_server(folder / "chroma"))
        environment = settings(folder, server.url)
        texts = folder / "texts"
        texts.mkdir()
        run(environment, "index", ROOT / "data" / "sample", texts)
        bots = [ending.enter_context(bot(environment)) for _ in range(2)]
        result = soak([port for port, _ in bots], [process.pid for _, process in bots], environment, texts, options)
    print(json.dumps(result, ensure_ascii=False, indent=1))
    return bool(result["errors"]) or any(after > GROWTH * before for before, after in result["memory_mb"])


def settings(folder: Path, chroma: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ZHENWEN_")}
    own = {"STORE": folder / "store", "DATABASE": folder / "bot.sqlite", "CHROMA": chroma, "PER_MINUTE": 0, "PER_DAY": 0, "ALL_DAY": 0}
    return kept | {"PYTHONPATH": str(ROOT)} | {f"ZHENWEN_{name}": str(value) for name, value in own.items()}


def run(environment: dict[str, str], *command: object) -> str:
    done = subprocess.run([sys.executable, "-m", "bot", *map(str, command)], cwd=ROOT, env=environment, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextmanager
def bot(environment: dict[str, str]):
    """A bot that serves the HTTP interface: its port and its process."""
    port = free_port()
    command = [sys.executable, "-m", "bot", "serve"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment | {"ZHENWEN_WEB_PORT": str(port)}, stdout=subprocess.DEVNULL)
    try:
        until = time.monotonic() + START_SECONDS
        while True:
            try:
                get(port, "/ready")
                break
            except OSError:
                assert time.monotonic() < until and process.poll() is None, "a bot does not serve"
                time.sleep(0.2)
        yield port, process
    finally:
        process.terminate()
        process.wait(20)


def get(port: int, path: str, body: dict | None = None) -> dict:
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(f"http://127.0.0.1:{port}{path}", data, {"content-type": "application/json"}), timeout=60) as answer:
        return json.load(answer)


def said(port: int, question: str) -> tuple:
    """What an answer is, but for the time it took."""
    made = get(port, "/v1/ask", {"question": question})
    return made["answer"], made["reason"], json.dumps(made["citations"], ensure_ascii=False)


def soak(ports: list[int], bots: list[int], environment: dict[str, str], texts: Path, options: argparse.Namespace) -> dict:
    expected = {question: said(ports[0], question) for question in QUESTIONS}
    errors: list[str] = []
    seconds: list[float] = []
    over = threading.Event()

    def read(number: int) -> None:
        asked = number
        while not over.is_set():
            question, asked, begun = QUESTIONS[asked % len(QUESTIONS)], asked + 1, time.monotonic()
            try:
                if said(ports[number % len(ports)], question) != expected[question]:
                    errors.append(f"another answer: {question}")
            except OSError as error:
                errors.append(f"{question}: {error}")
            seconds.append(time.monotonic() - begun)

    def write() -> None:
        while not over.is_set():
            number = len(rounds)
            if number % 3 == 2:
                (texts / "coming.txt").unlink()
            else:
                (texts / "coming.txt").write_text(COMING.format(year=2020 + number % 3, number=number), encoding="utf-8")
            rounds.append(json.loads(run(environment, "index", "--prune", "--json", texts)))

    rounds: list[dict] = []
    threads = [threading.Thread(target=read, args=[number]) for number in range(options.readers)] + [threading.Thread(target=write)]
    for thread in threads:
        thread.start()
    time.sleep(options.seconds / 10)
    first = [memory(each) for each in bots]
    time.sleep(options.seconds * 9 / 10)
    over.set()
    for thread in threads:
        thread.join()
    last = [memory(each) for each in bots]
    seconds.sort()
    changed = sum(bool(each["added"] or each["changed"] or each["removed"]) for each in rounds)
    return {
        "answers": len(seconds),
        "errors": errors[:10],
        "indexed": changed,
        "seconds_p50": round(seconds[len(seconds) // 2], 3),
        "seconds_p95": round(seconds[len(seconds) * 95 // 100], 3),
        "memory_mb": [[round(before), round(after)] for before, after in zip(first, last, strict=True)],
    }


def memory(process: int) -> float:
    """Resident memory of a process in MB."""
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))) / 1024


if __name__ == "__main__":
    sys.exit(main())
