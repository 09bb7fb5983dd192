"""The pipeline: files → documents → reports → sections, passages, figures, vectors → the store."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from index.catalogue import Source
from index.chunk import chunk
from index.load import SUFFIXES, load
from index.places import Gazetteer
from index.store import Store
from index.types import BuildResult, Document, Figure, Passage, Rejected, Report, Section

Progress = Callable[[int, int, str], None]
COMMIT_SECONDS = 30.0  # a shorter run is all or nothing; a longer one keeps what is done, this often


@dataclass(frozen=True, slots=True)
class File:
    """A file to index: where it is, the folder it was found in, what it is called there, and its content's digest."""

    path: Path
    root: Path
    digest: str

    @property
    def name(self) -> str:
        return self.path.relative_to(self.root).as_posix()


@dataclass(frozen=True, slots=True)
class Parsed:
    """A report with what is made of its text alone."""

    report: Report
    sections: tuple[Section, ...]
    passages: tuple[Passage, ...]
    figures: tuple[Figure, ...]


@dataclass(slots=True)
class Tally:
    """The lines of a BuildResult while they come in."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def result(self) -> BuildResult:
        return BuildResult(*(tuple(getattr(self, name)) for name in self.__slots__))


def build(paths: Sequence[Path], store: Store, *, prune: bool = False, progress: Progress | None = None) -> BuildResult:
    """Bring the store up to date with files and folders; an unchanged file costs a hash.

    ``prune`` also removes what came from files that are no longer there, within ``paths``. ``progress`` gets (done, total, file).
    Raises StoreError; a file that cannot be read is in the result, and the others go on.
    """
    tally = Tally()
    known = store.catalogue.sources()
    files = [*_files(paths, tally, forgive=known if prune else {})]
    todo = [file for file in files if not _unchanged(file, known, tally)]
    gone = [source for path, source in known.items() if prune and _within(path, paths) and not Path(path).is_file()]
    for source in gone:
        tally.removed.extend(file for _, file in source.carries)
    parsed = _parse_all(todo)
    done = 0
    while done < len(todo) or gone:
        with store.transaction():
            stop = time.monotonic() + COMMIT_SECONDS
            while gone:
                _forget(gone.pop(), (), store)
            for file, items in parsed:
                _take(file, items, known.get(str(file.path)), store, tally)
                done += 1
                if progress:
                    progress(done, len(todo), file.name)
                if time.monotonic() > stop:
                    break
    return tally.result()


# finding files


def _files(paths: Sequence[Path], tally: Tally, *, forgive: dict[str, Source]) -> Iterator[File]:
    """Every file to look at, once, in order. A path that is not there is rejected, unless it was and may be pruned."""
    seen: set[Path] = set()
    for path in paths:
        here = path.resolve()
        if here.is_file():
            found, root = [here], here.parent
        elif here.is_dir():
            found, root = _walk(here), here
        else:
            if str(here) not in forgive:
                tally.rejected.append(Rejected(str(path), "没有这个文件或文件夹；请检查路径"))
            continue
        if not found:
            tally.notes.append(f"{path} 里没有可以收录的文件")
        for file in found:
            if file not in seen:
                seen.add(file)
                try:
                    yield File(file, root, _digest(file))
                except OSError as error:
                    tally.rejected.append(Rejected(str(file.relative_to(root)), f"文件打不开（{error.strerror}）；请检查读取权限"))


def _walk(folder: Path) -> list[Path]:
    """The documents below a folder, in order; hidden ones, links and files of other kinds are passed over."""
    found = []
    for here, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [Path(here, name) for name in names if not name.startswith((".", "~$")) and Path(name).suffix.lower() in SUFFIXES]
    return sorted(path for path in found if not path.is_symlink())


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _within(path: str, paths: Sequence[Path]) -> bool:
    return any(Path(path).is_relative_to(given.resolve()) for given in paths)


def _unchanged(file: File, known: dict[str, Source], tally: Tally) -> bool:
    source = known.get(str(file.path))
    if source is None or source.digest != file.digest:
        return False
    tally.kept.extend(name for _, name in source.carries)
    return True


# reading them


def _parse_all(files: Sequence[File]) -> Iterator[tuple[File, list[Parsed | Rejected]]]:
    gazetteer = Gazetteer.load()
    for file in files:
        yield file, [_parse(item, gazetteer) for item in load(file.path, root=file.root)]


def _parse(document: Document | Rejected, gazetteer: Gazetteer) -> Parsed | Rejected:
    from index.outline import outline

    try:  # stand-ins until these modules are there
        from index.identify import identify
    except ImportError:
        identify = _identify
    try:
        from index.figures import figures
    except ImportError:
        figures = lambda report, sections: ()  # noqa: E731

    if isinstance(document, Rejected):
        return document
    report = identify(document, gazetteer)
    sections = outline(report, document.headings)
    return Parsed(report, sections, chunk(report, sections), figures(report, sections))


def _identify(document, gazetteer):
    """Stand-in."""
    import re
    from index.types import Place
    head = document.text[:600]
    town = re.search(r"[\u4e00-\u9fff]{2,3}镇", head)
    year = re.search(r"20\d\d(?=年)", head)
    return Report(id=hashlib.sha256(document.text.encode()).hexdigest()[:16], file=document.file, digest=document.digest,
        title=document.title or document.text.strip().split("\n")[0], place=Place(town=town[0] if town else ""), year=int(year[0]) if year else None,
        format=document.format, text=document.text, noise=document.noise, doubtful=document.doubtful, notes=document.notes)


# taking them in


def _take(file: File, items: Sequence[Parsed | Rejected], before: Source | None, store: Store, tally: Tally) -> None:
    """Put what one file holds into the store, in the place of what it held before."""
    refused = [item for item in items if isinstance(item, Rejected)]
    reports = [item for item in items if isinstance(item, Parsed)]
    tally.rejected.extend(refused)
    if not reports:
        return
    carries = []
    for item in reports:
        others = [path for path in store.catalogue.carriers(item.report.id) if path != item.report.file]
        if store.catalogue.number_of(item.report.id) is None:
            _write(item, store)
            (tally.added if before is None else tally.changed).append(item.report.file)
        else:
            tally.kept.append(item.report.file)
            if others:
                tally.notes.append(f"{item.report.file} 与 {others[0]} 是同一份报告，只收一份")
        carries.append((item.report.id, item.report.file))
    source = Source(str(file.path), file.name, "" if refused else file.digest, tuple(carries))
    store.catalogue.put_source(source)
    if before:
        _forget(before, [id_ for id_, _ in carries], store)


def _write(item: Parsed, store: Store) -> None:
    assert store.encoder is not None
    vectors = store.encoder.encode([passage.embeddable for passage in item.passages])
    store.add(item.report, item.sections, item.passages, vectors, item.figures)


def _forget(source: Source, still: Sequence[str], store: Store) -> None:
    """Take out the reports of a source that are not ``still`` in it and that no other file carries."""
    if not still:
        store.catalogue.drop_source(source.path)
    for report_id, _ in source.carries:
        if report_id not in still and not store.catalogue.carriers(report_id):
            store.remove(report_id)
