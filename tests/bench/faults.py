"""Every fault that is to be survived, at random instants: what was struck, and whether anything was lost.

    python tests/bench/faults.py [--times 50] [--only kill,disk] [--seed 1]

A store of a few invented reports is copied, an operation runs on it in a process of its own, and the fault happens while it does.
Nothing is lost when afterwards all that a question can see is as before the operation or as after it, never something between,
and the command that the program names brings it to its end. Full and read-only disks are small file systems in memory of their own,
which needs the right to mount in a namespace (unshare); where that is missing these two faults are left out, and it is said.
The result goes to data/eval/results/faults-<commit>.json, and from there into data/operations.md (make docs).
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from random import Random

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from core_builders import Clock, keeper, opened, person, run  # noqa: E402
from index_builders import BigramEncoder, ReadsHere, answers  # noqa: E402
from struck import Forker  # noqa: E402

import index.readers  # noqa: E402
from index.build import build  # noqa: E402
from index.copies import copy_store, replace_store  # noqa: E402
from index.embed import default_encoder  # noqa: E402
from index.errors import StoreError, StoreMismatch, ZhenwenError  # noqa: E402
from index.store import Store  # noqa: E402
from index.verify import verify  # noqa: E402
from retrieval.types import Answer  # noqa: E402

RESULTS = ROOT / "data" / "eval" / "results"
ENCODER = BigramEncoder()
DISK = 24 << 20  # bytes of the file system in memory; a store of this size takes a tenth


@dataclass(frozen=True, slots=True)
class Strike:
    """One fault that happened: whether it interrupted anything, and what is lost of it ("": nothing)."""

    struck: bool
    lost: str = ""


@dataclass
class Scene:
    """The stores and texts to begin from, and what they answer. ``seconds`` is what an uninterrupted run takes."""

    folder: Path
    forker: Forker
    random: Random
    texts: Path = field(init=False)
    store: Path = field(init=False)
    backup: Path = field(init=False)
    seconds: float = field(init=False)
    before: tuple = field(init=False)
    after: tuple = field(init=False)

    def __post_init__(self) -> None:
        self.texts, self.store, self.backup = (self.folder / name for name in ("texts", "store", "backup"))
        write(self.texts, BEFORE)
        indexed(self.store, self.texts)
        self.before = seen(self.store)
        self.backup.mkdir()
        copy_store(self.store, self.backup)
        write(self.texts, AFTER)
        self.seconds = self._timed()
        self.after = seen(self.fresh("after"))

    def _timed(self) -> float:
        begun = time.monotonic()
        ((code, words),) = self.forker.run(("index", self.fresh("after", copy=True), self.texts))
        assert code == 0, words
        return time.monotonic() - begun

    def fresh(self, name: str, *, copy: bool = False) -> Path:
        """A place for one strike; with ``copy`` the store before is there."""
        path = self.folder / name
        if copy:
            shutil.rmtree(path, ignore_errors=True)
            shutil.copytree(self.store, path)
        return path

    @cached_property
    def asked(self) -> Path:
        """A store that the chat can answer from."""
        with Store.create(self.folder / "asked", default_encoder()) as made:
            build([self.texts], made)
        return self.folder / "asked"

    def instant(self) -> float:
        """Seconds after which to strike."""
        return self.random.uniform(0, self.seconds)

    def completed(self, store: Path, *, states: tuple[tuple, ...] = ()) -> str:
        """What is lost of a store that a run on it was interrupted; afterwards the run is made again and must come to its end."""
        if normal(now := seen(store)) not in [normal(state) for state in states or (self.before, self.after)]:
            return f"neither as before nor as after: {len(now[0])} reports"
        indexed(store, self.texts)
        return self.ended(store)

    def ended(self, store: Path) -> str:
        """What a store lacks that a run has completed."""
        with Store.open(store, ENCODER) as opened_:
            verify(opened_)
        return "" if normal(seen(store)) == normal(self.after) else "not completed by the next run"


# what is indexed


def story(town: str, year: int, number: int) -> str:
    body = "\n".join(f"（{'一二三四五'[n]}）全镇第{n + 1}项工作。调解矛盾纠纷{number + n}起，开展宣传{n + 3}场。" for n in range(5))
    return f"{town}{year}年法治政府建设工作报告\n\n一、主要工作\n{body}\n\n二、存在问题\n人手不足。\n\n{town}人民政府\n{year + 1}年1月5日\n"


BEFORE = {"a.txt": story("青石镇", 2022, 10), "b.txt": story("白水镇", 2022, 20), "c.txt": story("黄土镇", 2022, 30)}
AFTER = {"a.txt": story("青石镇", 2022, 11), "b.txt": BEFORE["b.txt"], "d.txt": story("黑石镇", 2023, 40), "e.txt": story("红岩镇", 2023, 50)}


def write(folder: Path, reports: dict[str, str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        path.unlink()
    for name, text in reports.items():
        (folder / name).write_text(text, encoding="utf-8")


def indexed(store: Path, texts: Path) -> None:
    with Store.create(store, ENCODER) as made:
        build([texts], made, prune=True)


def seen(store: Path) -> tuple:
    with Store.open(store, ENCODER) as made:
        return answers(made)


def normal(state: tuple) -> tuple:
    """Scores of equal worth may come in another order when the reports were written in another."""
    *rest, lexical, dense = state
    return (*rest, frozenset((id_, round(score, 6)) for id_, score in lexical), frozenset(dense))


# the faults


def kill(scene: Scene) -> Strike:
    """kill -9 while files are indexed."""
    store = scene.fresh("struck", copy=True)
    ((code, _),) = scene.forker.run(("index", store, scene.texts), kill_after=scene.instant())
    return Strike(code < 0, scene.completed(store))


def kill_change(scene: Scene) -> Strike:
    """kill -9 while one report is taken in, corrected or removed."""
    store = scene.fresh("struck", copy=True)
    first = scene.before[0][0].id
    change = scene.random.choice([("add", store, scene.texts / "d.txt"), ("correct", store, first, "新县"), ("remove", store, first)])
    untouched = scene.fresh("whole", copy=True)
    scene.forker.run((change[0], untouched, *change[2:]))
    ((code, _),) = scene.forker.run(change, kill_after=scene.instant() / 2)
    if normal(seen(store)) not in (normal(scene.before), normal(seen(untouched))):
        return Strike(code < 0, f"half of {change[0]}")
    ((again, words),) = scene.forker.run(change)
    done = again == 0 or (change[0] == "correct" and "编号" in words)
    return Strike(code < 0, "" if done and normal(seen(store)) == normal(seen(untouched)) else f"{change[0]} cannot be done again: {words}")


def kill_backup(scene: Scene) -> Strike:
    """kill -9 while a backup is made: none bears the name that is not whole."""
    folder = scene.fresh("made")
    shutil.rmtree(folder, ignore_errors=True)
    ((code, _),) = scene.forker.run(("backup", scene.store, folder), kill_after=scene.instant() / 2)
    if not folder.exists():
        ((again, words),) = scene.forker.run(("backup", scene.store, folder))
        if again:
            return Strike(True, words)
    restored = scene.fresh("restored")
    shutil.rmtree(restored, ignore_errors=True)
    replace_store(folder, restored, ENCODER, "", scene.fresh("unused"))
    return Strike(code < 0, "" if normal(seen(restored)) == normal(scene.before) else "a backup that is not whole")


def kill_restore(scene: Scene) -> Strike:
    """kill -9 while a backup is put back: the old store or the restored one is there."""
    store, aside = scene.fresh("struck", copy=True), scene.fresh("aside")
    shutil.rmtree(aside, ignore_errors=True)
    indexed(store, scene.texts)
    ((code, _),) = scene.forker.run(("restore", scene.backup, store, aside), kill_after=scene.instant())
    if store.exists() and normal(seen(store)) not in (normal(scene.before), normal(scene.after)):
        return Strike(True, "neither the old store nor the restored one")
    shutil.rmtree(aside, ignore_errors=True)
    ((again, words),) = scene.forker.run(("restore", scene.backup, store, aside))
    return Strike(code < 0, "" if again == 0 and normal(seen(store)) == normal(scene.before) else f"cannot be restored: {words}")


def full_disk(scene: Scene) -> Strike:
    """The disk is full after so many more bytes."""
    with_disk = scene.folder / "disk"
    store = with_disk / "store"
    clear(with_disk)
    shutil.copytree(scene.store, store)
    filler, left = with_disk / "filler", scene.random.randrange(0, 400_000)
    filler.write_bytes(bytes(max(0, shutil.disk_usage(with_disk).free - left)))
    ((code, words),) = scene.forker.run(("index", store, scene.texts))
    filler.unlink()
    if code and (code != 1 or not words or words.startswith("!")):
        return Strike(True, f"not said in words: {words}")
    return Strike(code != 0, scene.completed(store))


def read_only_disk(scene: Scene) -> Strike:
    """The disk can only be read: questions are answered, a write is refused in words."""
    store, disk = scene.fresh("struck", copy=True), scene.folder / "readonly"
    if scene.random.random() < 0.5:
        scene.forker.run(("index", store, scene.texts), kill_after=scene.instant())
    state = seen(store)
    disk.mkdir(exist_ok=True)
    subprocess.run(["mount", "--bind", store, disk], check=True)
    subprocess.run(["mount", "-o", "remount,bind,ro", disk], check=True)
    try:
        ((code, words),) = scene.forker.run(scene.random.choice([("index", disk, scene.texts), ("repair", disk), ("backup", disk, disk / "b")]))
        still = normal(seen(disk)) == normal(state)
    finally:
        subprocess.run(["umount", "-l", disk], check=True)
    if code != 1 or words.startswith("!") or not still:
        return Strike(True, f"{words or 'written to a disk that cannot be written to'}" if still else "another answer")
    return Strike(True, scene.completed(store))


def spoilt_chroma(scene: Scene) -> Strike:
    """Bytes of Chroma's folder are overwritten, cut off or gone."""
    store = scene.fresh("struck", copy=True)
    file = scene.random.choice(sorted(path for path in (store / "chroma").rglob("*") if path.is_file() and path.stat().st_size))
    spoil(file, scene.random)
    if normal(seen(store)) != normal(scene.before):
        return Strike(True, "another answer")
    told = ""
    ((code, words),) = scene.forker.run(("repair", store))
    with Store.open(store, ENCODER) as made:
        try:
            verify(made)
        except StoreError as error:
            told = str(error)
    return Strike(True, told or words if code or told else scene.completed(store, states=(scene.before,)))


def spoilt_catalogue(scene: Scene) -> Strike:
    """A page of the catalogue is overwritten or cut off: the doctor sees it, a backup brings it back."""
    store, aside = scene.fresh("struck", copy=True), scene.fresh("aside")
    shutil.rmtree(aside, ignore_errors=True)
    spoil(store / "catalogue.sqlite", scene.random)
    try:
        with Store.open(store, ENCODER) as made:
            verify(made)
        if normal(seen(store)) != normal(scene.before):
            return Strike(True, "not seen by the doctor, and another answer")
        found = False  # the page held nothing
    except ZhenwenError:
        found = True
    ((code, words),) = scene.forker.run(("restore", scene.backup, store, aside))
    return Strike(found, words if code else scene.completed(store, states=(scene.before,)))


def clock(scene: Scene) -> Strike:
    """The clock jumps while people ask: every question is answered, and nobody is locked out when it is right again."""
    now, asked = Clock(), []

    def respond(question: str, history: object, user: str, listener: object) -> Answer:
        asked.append(question)
        return Answer(question, "答")

    async def talk() -> str:
        (scene.folder / "clock.sqlite").unlink(missing_ok=True)
        async with opened(scene.asked, scene.folder / "clock.sqlite", respond, now, per_minute=3) as core:
            await keeper(core)
            one = person(core, "1")
            for number in range(3):
                now.seconds += scene.random.choice([-1, 1]) * 10 ** scene.random.uniform(3, 8.5)
                await one.say(f"第{number}问是什么")
            now.seconds = Clock().seconds + 86_400
            return "" if (await one.say("最后一问是什么")).text == "答" and len(asked) == 4 else f"{len(asked)} of 4 were answered"

    return Strike(True, run(talk()))


def two_indexers(scene: Scene) -> Strike:
    """Two processes index at once, from any instants: one of them waits or is told, and both come to their end."""
    store = scene.fresh("struck", copy=True)
    one, other = ("add", store, scene.texts / "d.txt"), ("add", store, scene.texts / "e.txt")
    ended = scene.forker.run(one, other)
    refused = [each for each in zip((one, other), ended, strict=True) if each[1][0]]
    if any(code != 1 or "另一个进程" not in words for _, (code, words) in refused):
        return Strike(True, str(ended))
    for operation, _ in refused:
        scene.forker.run(operation)
    towns = sorted(report.town for report in seen(store)[0])
    return Strike(bool(refused), "" if towns == sorted(["青石镇", "白水镇", "黄土镇", "黑石镇", "红岩镇"]) else f"only {towns}")


def previous_version(scene: Scene) -> Strike:
    """A store of the version before is killed while it is brought up to date; readers are told what to run."""
    store = scene.fresh("struck", copy=True)
    with Store.create(store, ENCODER) as made, made.catalogue.writing():
        for statement in ("ALTER TABLE reports DROP COLUMN period", "ALTER TABLE figures DROP COLUMN owner"):
            made.catalogue._execute(statement)
        made.catalogue.put("schema", "2")
    try:
        seen(store)
        return Strike(True, "mixed with this version")
    except StoreMismatch as told:
        if "zhenwen index" not in str(told):
            return Strike(True, "not said what to run")
    ((code, _),) = scene.forker.run(("index", store, scene.texts), kill_after=scene.instant())
    try:
        seen(store)
    except StoreMismatch:
        indexed(store, scene.texts)
        return Strike(code < 0, scene.ended(store))
    return Strike(code < 0, scene.completed(store))


def spoil(file: Path, random: Random) -> None:
    """What a disk does: a block of noise, a block of zeros, or an end that is missing."""
    size, block = file.stat().st_size, 4096
    place = random.randrange(0, max(1, size // block)) * block
    way = random.choice(["noise", "zeros", "cut"])
    with file.open("r+b") as opened_:
        if way == "cut":
            opened_.truncate(place)
            return
        opened_.seek(place)
        opened_.write(random.randbytes(block) if way == "noise" else bytes(block))


def clear(folder: Path) -> None:
    for path in folder.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()


FAULTS: dict[str, tuple[str, str, Callable[[Scene], Strike]]] = {
    "kill": ("收录时 kill -9", "仍是原来的样子，或已是后来的；再运行一次就收完", kill),
    "change": ("收一份、改正、移除时 kill -9", "同上", kill_change),
    "backup": ("备份时 kill -9", "没有存全的备份不叫那个名字；再运行一次", kill_backup),
    "restore": ("恢复时 kill -9", "原来的或恢复了的；再运行一次", kill_restore),
    "full": ("磁盘写满", "说明磁盘满了，库没有改动；腾出空间再运行", full_disk),
    "readonly": ("磁盘只能读", "照常答问；写入时说明不能写", read_only_disk),
    "chroma": ("向量库坏了", "照常答问；doctor 说出来，zhenwen repair 重建", spoilt_chroma),
    "catalogue": ("目录坏了", "doctor 说出来，zhenwen restore 换上备份", spoilt_catalogue),
    "clock": ("时钟乱跳", "照常答问；时钟准了以后没有人被限住", clock),
    "two": ("两个进程同时收录", "一个等着或被告知，都收完", two_indexers),
    "version": ("旧版的资料库，升级时 kill -9", "读的人被告知运行什么；再运行一次就升级好", previous_version),
}
NAMESPACE, INSIDE = ("unshare", "--mount", "--map-root-user"), "ZHENWEN_BENCH_INSIDE"
NEEDS_A_DISK = ("full", "readonly")


def strike(names: list[str], times: int, seed: int) -> list[dict]:
    """Each fault ``times`` times: a row a fault."""
    index.readers.Reading = ReadsHere
    rows = []
    with tempfile.TemporaryDirectory() as folder, ExitStack() as ending:
        (disk := Path(folder) / "disk").mkdir()
        mounted = ending.enter_context(disk_of_its_own(disk))
        scene = Scene(Path(folder), ending.enter_context(Forker()), Random(seed))
        for name in names:
            if name in NEEDS_A_DISK and not mounted:
                print(f"{name}: left out, for nothing can be mounted here", file=sys.stderr)
                continue
            fault, after, happen = FAULTS[name]
            strikes = [happen(scene) for _ in range(times)]
            lost = [each.lost for each in strikes if each.lost]
            row = {"fault": fault, "times": times, "struck": sum(each.struck for each in strikes), "lost": len(lost), "after": after, "losses": lost[:5]}
            print(json.dumps(row, ensure_ascii=False), flush=True)
            rows.append(row)
    return rows


@contextmanager
def disk_of_its_own(folder: Path) -> Iterator[bool]:
    """Whether ``folder`` is a small file system of its own now, in a namespace that nobody else sees."""
    if os.environ.get(INSIDE) != "1":
        yield False
        return
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK}", "none", folder], check=True)
    try:
        yield True
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def enter_a_namespace() -> None:
    """Start this program again where it may mount, if that is allowed here; then this does not return."""
    may = shutil.which("unshare") and subprocess.run([*NAMESPACE, "true"], capture_output=True, check=False).returncode == 0
    if may and os.environ.get(INSIDE) != "1":
        os.execvpe(NAMESPACE[0], [*NAMESPACE, sys.executable, *sys.argv], os.environ | {INSIDE: "1"})


def keep(rows: list[dict]) -> None:
    """Put the rows in the place of those of the same faults; the others stay, each with the commit that it was measured at."""
    commit = subprocess.run(["git", "rev-parse", "--short=12", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    table = {}
    for path in sorted(RESULTS.glob("faults-*.json")):
        table |= {row["fault"]: row for row in json.loads(path.read_text(encoding="utf-8"))["rows"]}
        path.unlink()
    table |= {row["fault"]: row | {"commit": commit} for row in rows}
    ordered = [table[fault] for fault, _, _ in FAULTS.values() if fault in table]
    (RESULTS / f"faults-{commit}.json").write_text(json.dumps({"rows": ordered}, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=50)
    parser.add_argument("--only", default=",".join(FAULTS))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", action="store_true", help="write the table")
    options = parser.parse_args()
    enter_a_namespace()
    rows = strike(options.only.split(","), options.times, options.seed)
    if options.keep:
        keep(rows)
    sys.exit(any(row["lost"] for row in rows))


if __name__ == "__main__":
    main()
