"""The pipeline: files → documents → reports → sections, passages, figures, vectors → the store."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from index.errors import StoreError
from index.files import File, find, rules_digest
from index.identify import identity
from index.parse import Parsed, derive, tables
from index.readers import Batch, parsing
from index.rows import Source, found
from index.store import Store
from index.types import BuildResult, Rejected, Report
from index.versions import apart, differing, same_words

Progress = Callable[[int, int, str], None]
COMMIT_SECONDS = 30.0  # a shorter run is all or nothing; a longer one keeps what is done, this often


def build(
    paths: Sequence[Path],
    store: Store,
    *,
    prune: bool = False,
    progress: Progress | None = None,
    leave: Collection[Path] = (),
) -> BuildResult:
    """Bring the store up to date with files and folders; an unchanged file costs a hash.

    ``prune`` also removes what came from files that are no longer there, within ``paths``. ``progress`` gets (done, total, file).
    ``leave`` are files not to be touched now, absolute.
    A file that cannot be read is in the result, and the others go on. Raises StoreError.
    """
    run = Run(store, rules_digest(store.path))
    look = find(paths, run.rules, leave)
    run.report_back(look.rejected, look.notes)
    fresh = [file for file in look.files if not run.keep(file)]
    copies = {file: source for file in fresh if (source := run.same_bytes(file))}
    todo = [file for file in fresh if file not in copies]
    gone = run.gone(paths, copies.values(), all_=prune)
    run.reject_missing(look.missing, gone if prune else [])
    if copies or gone or todo:
        with parsing(todo, store.path, run.rules, store.encoder) as parsed:
            batches = _counted(parsed, len(todo), progress)
            with store.transaction():
                run.adopt(copies)
                run.forget(gone)
                more = run.take(batches)
            while more:
                with store.transaction():
                    more = run.take(batches)
    return run.result()


def take(file: File, items: Sequence[Parsed | Rejected], store: Store) -> BuildResult:
    """Put a file that has been read already into the store, as ``build`` would have done. Raises StoreError."""
    run = Run(store, rules_digest(store.path))
    with store.transaction():
        run.take(iter([(file, list(items))]))
    return run.result()


@dataclass(slots=True)
class Run:
    """One run over a store: what it knows of the files, and what it has done so far."""

    store: Store
    rules: str
    known: dict[str, Source] = field(init=False)
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.known = self.store.catalogue.sources()

    def result(self) -> BuildResult:
        names = ("added", "changed", "kept", "removed", "notes")
        refused = sorted(self.rejected, key=lambda each: each.file)  # a refusal that may pass is found later than one that is remembered
        return BuildResult(rejected=tuple(refused), **{name: tuple(getattr(self, name)) for name in names})

    def report_back(self, rejected: Sequence[Rejected], notes: Sequence[str]) -> None:
        self.rejected.extend(rejected)
        self.notes.extend(notes)

    def reject_missing(self, paths: Sequence[Path], gone: Sequence[Source]) -> None:
        """A path where there is nothing is a mistake, unless it is about to be pruned."""
        below = [Path(source.path) for source in gone]
        wrong = [path for path in paths if not any(file.is_relative_to(path.resolve()) for file in below)]
        self.rejected.extend(Rejected(str(path), "没有这个文件或文件夹；请检查路径") for path in wrong)

    # files that need no reading

    def keep(self, file: File) -> bool:
        """Whether nothing has changed in a file."""
        source = self.known.get(str(file.path))
        if source is None or source.digest != file.digest:
            return False
        self._stand(source)
        self.rejected.extend(source.refused)
        return True

    def _stand(self, source: Source) -> None:
        """What a file carried before stays, except what has just been refused."""
        refused = {each.file for each in source.refused}
        self.kept.extend(name for _, name in source.carries if name not in refused)

    def same_bytes(self, file: File) -> Source | None:
        """A file of the same content under another path, when this path is new."""
        if str(file.path) in self.known:
            return None
        whole = (source for source in self.known.values() if not source.refused and source.digest == file.digest)
        return next((source for source in whole if all(self._named_within(report_id) for report_id, _ in source.carries)), None)

    def _named_within(self, report_id: str) -> bool:
        """Whether a report's text alone tells what it is, whatever the file is called."""
        known = self.store.catalogue.find(report_id)
        return known is not None and identity(self.store.catalogue.report(*known).text) == report_id

    def adopt(self, copies: Mapping[File, Source]) -> None:
        """Take in files of known content: moved ones under their new name, further copies beside the first."""
        for file, source in copies.items():
            names = {old: file.name + old.removeprefix(source.name) for _, old in source.carries}
            carries = tuple((report_id, names[old]) for report_id, old in source.carries)
            self.store.catalogue.put_source(Source(str(file.path), file.name, file.digest, carries))
            self.kept.extend(names.values())
            if Path(source.path).exists():
                self.notes.extend(f"{new} 与 {old} 是同一份报告，只收一份" for old, new in names.items())
            else:
                self._unlink(source)

    def gone(self, paths: Sequence[Path], moved: Collection[Source], *, all_: bool) -> list[Source]:
        """The known files below ``paths`` that are no longer there: all, or those that no report came from."""
        given = [path.resolve() for path in paths]
        inside = [source for path, source in self.known.items() if any(Path(path).is_relative_to(folder) for folder in given)]
        left = [source for source in inside if (all_ or not source.carries) and source not in moved]
        return [source for source in left if not Path(source.path).is_file()]

    def forget(self, sources: Sequence[Source]) -> None:
        for source in sources:
            self.removed.extend(name for _, name in source.carries)
            self._unlink(source)

    # files that are read

    def take(self, batches: Iterator[Batch]) -> bool:
        """Put what was read into the store until it is time to commit; whether there may be more."""
        stop = time.monotonic() + COMMIT_SECONDS
        for file, items in batches:
            self._take_file(file, items)
            if time.monotonic() > stop:
                return True
        return False

    def _take_file(self, file: File, items: Sequence[Parsed | Rejected]) -> None:
        """Put what a file holds in the place of what it held before; when nothing of it can be read, that stays."""
        before = self.known.get(str(file.path))
        refused = [item for item in items if isinstance(item, Rejected)]
        parsed = [item for item in items if isinstance(item, Parsed)]
        self.rejected.extend(refused)
        carried = before.carries if before else ()
        carries = tuple((self._take(item, before), item.report.file) for item in parsed) if parsed else carried
        digest = file.digest if all(each.lasting for each in refused) else ""
        source = Source(str(file.path), file.name, digest, carries, tuple(refused))
        self.store.catalogue.put_source(source)
        if parsed:
            still = {report_id for report_id, _ in carries}
            self._drop([report_id for report_id, _ in carried if report_id not in still])
        else:
            self._stand(source)

    def _take(self, item: Parsed, before: Source | None) -> str:
        """Write a report unless one that says the same is there; the id of the one that is there then."""
        item = self._corrected(item, before)
        mine = {report_id for report_id, _ in before.carries} if before else set()
        if twin := self._twin(item.report, mine):
            self.kept.append(item.report.file)
            self.notes.append(f"{item.report.file} 与 {twin.file} 是同一份报告，只收一份")
            return twin.id
        if item.report.id in mine and _written(item, self.store):
            self.kept.append(item.report.file)
        else:
            (self.changed if mine else self.added).append(item.report.file)
            _write(item, self.store)
        return item.report.id

    def _corrected(self, item: Parsed, before: Source | None) -> Parsed:
        """What a keeper has set for this report; or for the one before it in this file, if the same was wrong there."""
        catalogue = self.store.catalogue
        correction = catalogue.correction(item.report.id)
        if correction is None and before and len(before.carries) == 1:
            correction = catalogue.correction(before.carries[0][0])
            if correction is None or correction.found != found(item.report):
                return item
            correction = replace(correction, report_id=item.report.id)
            catalogue.put_correction(correction)
        if correction is None:
            return item
        indicators = tables(self.store.path, self.rules).indicators
        return derive(correction.applied(item.report), item.sections, indicators)

    def _twin(self, report: Report, mine: Collection[str]) -> Report | None:
        """A report from another file with the same text or, of the same town and year, the same words. Other versions are noted."""
        catalogue = self.store.catalogue
        if report.id not in mine and (known := catalogue.find(report.id)):
            return catalogue.report(*known)
        rivals = catalogue.of_town(report.town, report.year) if report.town else {}
        for number, info in rivals.items():
            if info.id in mine or info.id == report.id or (info.party, info.period) != (report.party, report.period) or apart(info.place, report.place):
                continue
            other = catalogue.report(number, info)
            if same_words(report, other):
                return other
            count = sum(map(len, differing(report, other)))
            self.notes.append(f"{report.file} 与 {info.file} 都是{report.town}{report.year or ''}年的报告，有 {count} 处文字不同，都已收录")
        return None

    def _unlink(self, source: Source) -> None:
        """Forget a file, and those of its reports that no other file carries."""
        self.store.catalogue.drop_source(source.path)
        self._drop([report_id for report_id, _ in source.carries])

    def _drop(self, report_ids: Sequence[str]) -> None:
        """Remove those of the reports that no file carries any more; show the others under a name that there is."""
        for report_id in report_ids:
            names = self.store.catalogue.carriers(report_id)
            if not names:
                self.store.remove(report_id)
            else:
                self.store.catalogue.rename(report_id, names[0])


def _written(item: Parsed, store: Store) -> bool:
    """Whether the store holds exactly this already (the file has changed, or the rules, but not to this report)."""
    known = store.catalogue.find(item.report.id)
    if known is None:
        return False
    number, info = known
    report = replace(item.report, passages=info.passages, figures=info.figures)
    return (
        store.catalogue.report(number, info) == report
        and store.catalogue.sections(number, report.id) == item.sections
        and tuple(store.catalogue.passages({number: info})) == item.passages
        and tuple(store.catalogue.figures({number: info})) == item.figures
    )


def _write(item: Parsed, store: Store) -> None:
    if store.encoder is None:
        raise StoreError(f"库 {store.path} 是为查询打开的，不能写入。")
    vectors = item.vectors
    if vectors is None:
        vectors = store.encoder.encode([passage.embeddable for passage in item.passages])
    store.add(item.report, item.sections, item.passages, vectors, item.figures)


def _counted(batches: Iterator[Batch], total: int, progress: Progress | None) -> Iterator[Batch]:
    """``batches``, with ``progress`` told when each has been taken."""
    for done, (file, items) in enumerate(batches, 1):
        yield file, items
        if progress:
            progress(done, total, file.name)
