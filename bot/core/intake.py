"""A file that somebody sent → what it was recognised as, and into the store or out of it. Knows no chat."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from index import layout
from index.address import addresses
from index.build import build, take
from index.check import Concern, Matter, check
from index.dates import arabic
from index.errors import StoreBusy
from index.files import File, find, rules_digest
from index.load import ADVISED, SUFFIXES
from index.load.archive import Budget
from index.load.source import MEGABYTE
from index.load.unpack import is_zip, unpack
from index.parse import Parsed, derive, tables
from index.places import Gazetteer, complete_places
from index.readers import parsing
from index.rows import Correction, found
from index.store import Store
from index.types import Encoder, Figure, Place, Rejected, Report, ReportInfo
from index.versions import apart, same_words

LARGEST = 20 * MEGABYTE
"""Bytes of a file that a chat can bring: what a bot may fetch from Telegram."""
UNPACKED, MEMBERS = 200 * MEGABYTE, 300
"""What a zip from a chat may hold."""
BUSY_SECONDS = 20.0  # that another writer of the store is waited for
LOOK_AGAIN = 0.2  # seconds
SURE = 0.8  # confidence from which a report is taken in without being asked about
LONGEST_NAME = 80  # characters
NOT_IN_NAMES = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|\ud800-\udfff]+")
YEAR = re.compile(r"(?<!\d)(?:((?:19|20)\d{2})|(\d{2})(?=年)|([二][○零][○零一二三四五六七八九]{2}))(?!\d)")
TOWN = re.compile(r"[一-鿿]{2,30}")
OPEN = frozenset({Matter.NO_TOWN, Matter.DOUBTFUL, Matter.OPEN_PLACE, Matter.OCR, Matter.NO_FIGURES, Matter.VERSIONS})
"""Concerns with which a report is not taken in before somebody has looked at it; a sum that does not add up is the report's own."""


@dataclass(frozen=True, slots=True)
class Sight:
    """A report as it was recognised, corrected by what a person stated, and how it stands to those in the store.

    ``correction`` is None when nobody stated anything. ``place`` is completed from the other reports. ``twin`` says the same and is there already; ``rivals`` are other versions.
    """

    file: File
    parsed: Parsed
    correction: Correction | None
    place: Place
    concerns: tuple[Concern, ...]
    twin: ReportInfo | None
    rivals: tuple[Report, ...]

    @property
    def report(self) -> Report:
        return self.parsed.report

    @property
    def sure(self) -> bool:
        """Whether it may be taken in without being asked about."""
        return self.report.confidence >= SURE and not any(concern.matter in OPEN for concern in self.concerns)

    def alone(self) -> Sight:
        """The same, with its other versions out of the way."""
        return replace(self, rivals=(), concerns=tuple(each for each in self.concerns if each.matter is not Matter.VERSIONS))


def refusal(name: str, size: int) -> str:
    """Why a file need not be fetched at all, "" when it may be."""
    ending = Path(name).suffix.lower()
    if ending not in SUFFIXES:
        unknown = f"不收这种文件（{ending or '没有扩展名'}）；请发 Word、PDF、网页、纯文本或图片，也可以压缩成 zip"
        return ADVISED.get(ending, unknown)
    if size > LARGEST:
        return (
            f"文件有 {size / MEGABYTE:.0f} MB，聊天里最多收 {LARGEST // MEGABYTE} MB；请拆分，或在机器上用 zhenwen index 收录"
        )
    return ""


def safe_name(name: str) -> str:
    """``name`` as a file can be called, its ending kept."""
    plain = NOT_IN_NAMES.sub("_", name).strip(" ._") or "文件"
    stem, dot, ending = plain.rpartition(".")
    return f"{stem[: LONGEST_NAME - len(ending)]}{dot}{ending}" if dot else plain[:LONGEST_NAME]


def documents(path: Path) -> Iterator[Path | Rejected]:
    """The file itself, or the documents of a zip, unpacked beside it; the zip is then deleted."""
    if not is_zip(path):
        yield path
        return
    found = list(unpack(path, path.parent / path.stem, Budget(MEMBERS, UNPACKED)))
    path.unlink()
    yield from found or [Rejected(path.name, "压缩包里没有文件；请放进报告再压缩")]


def read(store: Path, paths: Sequence[Path]) -> list[tuple[File, Parsed | Rejected]]:
    """Read files, which may take minutes; nothing is written. A broken one cannot harm this process."""
    rules = rules_digest(store)
    files = [file for path in paths for file in find([path], rules).files]
    with parsing(files, store, rules, None) as batches:
        return [(file, items[0] if len(items) == 1 else _several(file)) for file, items in batches]


def _several(file: File) -> Rejected:
    """A joint report is several, which a chat cannot confirm one by one."""
    return Rejected(file.name, "这份文件是几个镇或几年的联合报告，要分开收录，聊天里收不了；请在机器上用 zhenwen index 收录")


def recognise(store: Store, file: File, parsed: Parsed, said: Mapping[str, str | int]) -> Sight:
    """What a document is, after what a person ``said`` of it (as ``stated`` gives it), beside what the store has."""
    with store.reading():
        correction = store.catalogue.correction(parsed.report.id)
        if said:
            correction = replace(correction or Correction(parsed.report.id, found(parsed.report)), **said)  # type: ignore[arg-type]
        if correction:
            parsed = derive(correction.applied(parsed.report), parsed.sections, tables(store.path, rules_digest(store.path)).indicators)
        held = store.reports()
        others = [info for info in held if info.id != parsed.report.id]
        place = complete_places([*others, _info(parsed)]).get(parsed.report.id, parsed.report.place)
        report = replace(parsed.report, place=place)
        rivals = [store.report(info.id) for info in others if _same_subject(info, report)]
        source = store.catalogue.sources().get(str(file.path))
        carried = source is not None and any(id_ == report.id for id_, _ in source.carries)
        twin = next((info for info in held if info.id == report.id and not carried), None) or next(
            (rival for rival in rivals if same_words(report, rival)), None
        )
        concerns = check(_Shelf(replace(parsed, report=report), rivals, store)) if twin is None else ()
    mine = tuple(concern for concern in concerns if report.id in concern.report_ids)
    return Sight(file, parsed, correction, place, mine, twin, tuple(rivals))


def _info(parsed: Parsed) -> ReportInfo:
    """The identity alone, with what the catalogue would count."""
    names = {name: getattr(parsed.report, name) for name in ReportInfo.__slots__}
    return ReportInfo(**names | {"passages": len(parsed.passages), "figures": len(parsed.figures)})


def _same_subject(info: ReportInfo, report: Report) -> bool:
    """Whether both are the same body's report of the same town and year."""
    alike = (info.town, info.year, info.party) == (report.town, report.year, report.party)
    return alike and bool(report.town) and report.year is not None and not apart(info.place, report.place)


@dataclass(frozen=True, slots=True)
class _Shelf:
    """A report that is not in the store beside those that are and are of the same town and year: what ``check`` looks at."""

    parsed: Parsed
    rivals: Sequence[Report]
    store: Store

    def reports(self) -> tuple[ReportInfo, ...]:
        return (*self.rivals, _info(self.parsed))

    def report(self, report_id: str) -> Report:
        return self.parsed.report if report_id == self.parsed.report.id else self.store.report(report_id)

    def figures(self, report_ids: Sequence[str]) -> tuple[Figure, ...]:
        return self.parsed.figures if self.parsed.report.id in report_ids else self.store.figures(report_ids)

    def refused(self) -> tuple[Rejected, ...]:
        return ()


# into the store and out of it


@contextmanager
def writing(path: Path, encoder: Encoder, chroma: str = "", pause: Callable[[float], None] = time.sleep) -> Iterator[Store]:
    """The store for writing; another writer is waited for. Raises StoreBusy when that takes too long."""
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            store = Store.create(path, encoder, chroma)
            break
        except StoreBusy:
            if time.monotonic() > until:
                raise
            pause(LOOK_AGAIN)
    with store:
        yield store


def admit(store: Store, sight: Sight, *, instead: bool = False) -> None:
    """Put a report into the store; ``instead`` takes its other versions out."""
    with store.transaction():
        if sight.correction:
            store.catalogue.put_correction(sight.correction)
        take(sight.file, [sight.parsed], store)
        if instead:
            for rival in sight.rivals:
                store.remove(rival.id)


def withdraw(store: Store, path: Path) -> None:
    """Delete a file that was sent, and take out what came from it; nothing happens when it is not there."""
    path.unlink(missing_ok=True)
    build([path], store, prune=True)


def files_of(store: Store, report_id: str) -> list[Path]:
    """The files that a report came from."""
    sources = store.catalogue.sources().values()
    return [Path(source.path) for source in sources if any(id_ == report_id for id_, _ in source.carries)]


def restore(store: Store, paths: Sequence[Path]) -> None:
    """Read files again, and take in what they hold, under the names that they had; those that are gone are passed over."""
    known, rules = store.catalogue.sources(), rules_digest(store.path)
    for path in (path for path in paths if path.is_file()):
        depth = len(Path(known[str(path)].name).parts) if str(path) in known else 1
        (file,) = find([path], rules).files
        with parsing([replace(file, root=path.parents[depth - 1])], store.path, rules, None) as batches:
            for each, items in batches:
                take(each, items, store)


# what a person says a report is


def stated(words: str, before: Place, gazetteer: Gazetteer) -> dict[str, str | int]:
    """The town, with the places above it, and the year that ``words`` name: 丙县清泉镇2022年; empty when they name none.

    A town without its county is the one that the gazetteer knows in the place that was found before, or the only one of its name.
    """
    plain = re.sub(r"\s", "", layout.view(words))
    said: dict[str, str | int] = {}
    if match := YEAR.search(plain):
        full, short, chinese = match.groups()
        said["year"] = int(full) if full else 2000 + int(short) if short else arabic(chinese)
        plain = plain.replace(match.group(), " ", 1)
    if place := _town(plain, before, gazetteer):
        settled = _settled(place, before, gazetteer)
        said |= {name: getattr(settled, name) for name in ("province", "city", "county", "town")}
    return said


def _town(words: str, before: Place, gazetteer: Gazetteer) -> Place | None:
    """The last town named; a bare name (金井) when the gazetteer has one town of it, or one in the county found before."""
    if named := addresses(words, gazetteer):
        return named[-1].place
    bare = TOWN.search(words)
    known = gazetteer.towns_named(bare.group()) if bare else ()
    chosen = [place for place in known if place.county == before.county] if len(known) > 1 else known
    return chosen[0] if len(chosen) == 1 else None


def _settled(place: Place, before: Place, gazetteer: Gazetteer) -> Place:
    real = [each for each in gazetteer.towns_named(place.town) if each.town == place.town]
    fitting = [each for each in real if not apart(each, place)]
    near = [each for each in fitting if each.county == before.county] if not place.county else fitting
    chosen = near if len(near) == 1 else fitting
    if len(chosen) == 1:
        return chosen[0]
    if place.county or real:
        return place
    return replace(before, town=place.town)  # a town that nobody knows lies where the report was thought to be from
