"""Which files there are to index, and what each one's content is, without reading any of them as a document."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from index.load import ADVISED, SUFFIXES
from index.load.archive import MAX_UNPACKED
from index.load.source import MEGABYTE
from index.text import shown
from index.types import Rejected

OWN_TABLES = ("places.csv", "indicators.toml", "headings.toml")  # a keeper's additions to the rules, in the store's folder
LISTED = 5  # names in a remark


@dataclass(frozen=True, slots=True)
class File:
    """A file to index: where it is, the folder that was given, and the digest of its bytes and of the rules that read it."""

    path: Path
    root: Path
    digest: str

    @property
    def name(self) -> str:
        """What it is called within the folder."""
        return self.path.relative_to(self.root).as_posix()


@dataclass(frozen=True, slots=True)
class Found:
    """The files below some paths, in order, each once; ``missing`` are paths where there is nothing."""

    files: list[File] = field(default_factory=list)
    missing: list[Path] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def find(paths: Sequence[Path], rules: str, leave: Collection[Path] = ()) -> Found:
    """Every file that ``paths`` name or hold, except ``leave``.

    Hidden files, links and files of unknown kinds inside a folder are passed over.
    """
    found = Found()
    seen = set(leave)
    for path in paths:
        here = path.resolve()
        if not here.exists():
            found.missing.append(path)
            continue
        root = here if here.is_dir() else here.parent
        inside = documents(here, path, found) if here.is_dir() else [here]
        for file in inside:
            if file not in seen:
                seen.add(file)
                _add(file, root, rules, found)
    return found


def documents(folder: Path, called: Path, found: Found) -> list[Path]:
    """The documents below a folder, sorted, those of kinds that are not read among them: each is refused by name; what else is passed
    over is remarked on."""
    every = sorted(_walk(folder, found))
    known = {*SUFFIXES, *ADVISED}
    taken = [path for path in every if path.suffix.lower() in known]
    if foreign := [path.relative_to(folder).as_posix() for path in every if path.suffix.lower() not in known]:
        names = "、".join(map(shown, foreign[:LISTED])) + ("等" if len(foreign) > LISTED else "")
        found.notes.append(f"{called} 里有 {len(foreign)} 个文件不是能读的种类，没有收录：{names}；是报告的，请另存为 Word、PDF、网页或纯文本再放进来")
    if not taken:
        found.notes.append(f"{called} 里没有可以收录的文件")
    return taken


def _walk(folder: Path, found: Found) -> Iterator[Path]:
    def unreadable(error: OSError) -> None:
        found.rejected.append(Rejected(shown(str(error.filename)), f"文件夹打不开（{error.strerror}）；请检查读取权限"))

    for here, folders, names in os.walk(folder, onerror=unreadable):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in names:
            path = Path(here, name)
            if not name.startswith((".", "~$")) and not path.is_symlink():  # ~$ is what Word leaves beside an open document
                yield path


def _add(file: Path, root: Path, rules: str, found: Found) -> None:
    name = os.fsencode(file.relative_to(root)).decode("utf-8", "backslashreplace")
    strange, name = name != str(file.relative_to(root)), shown(name)
    if strange:
        found.rejected.append(Rejected(name, "文件名的编码有误；请给文件改个名字再试"))
        return
    try:
        if reason := _unfit(file.stat()):
            found.rejected.append(Rejected(name, reason))
        else:
            found.files.append(File(file, root, _digest(file, rules)))
    except OSError as error:
        found.rejected.append(Rejected(name, f"文件打不开（{error.strerror or error}）；请检查读取权限"))


def _unfit(state: os.stat_result) -> str:
    """Why a file is not even opened, "" when it may be: a pipe would never end, and a sparse file of a terabyte hardly ever."""
    if not stat.S_ISREG(state.st_mode):
        return "这不是普通文件（管道、设备之类），不读取"
    if state.st_size > MAX_UNPACKED:
        return f"文件有 {state.st_size / MEGABYTE:.0f} MB，超过上限 {MAX_UNPACKED // MEGABYTE} MB；请拆分后再试"
    return ""


def _digest(path: Path, rules: str) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, lambda: hashlib.sha256(rules.encode())).hexdigest()


def rules_digest(store: Path) -> str:
    """The digest of all that reads a document: the code and tables of this package and a keeper's own tables.

    It is part of every file's digest, so that a file is read again when the rules for reading it have changed.
    """
    package = Path(__file__).parent
    tables = [path for path in package.rglob("*") if path.suffix in {".py", ".toml", ".csv", ".gz"}]
    digest = hashlib.sha256()
    for path in [*sorted(tables), *(store / name for name in OWN_TABLES)]:
        if path.is_file():
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()
