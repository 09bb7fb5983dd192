"""``zhenwen ledger``: the figures ledger on the terminal, as JSON, or as an Excel file."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bot import texts
from bot.objects import JsonObject
from bot.screen import Screen
from bot.settings import Settings
from index.errors import BadRequest
from index.types import Kind

if TYPE_CHECKING:
    from bot.workbook import Cell
    from retrieval.ledger import Entry

KINDS = {Kind.DONE: "完成", Kind.PLANNED: "计划", Kind.AS_OF: "截至", Kind.CHANGE: "增减"}
SHEET = "指标台账"
SHORT = ("镇", "年份", "指标", "数字", "性质", "出处", "原句", "核对")
LONG = ("县区", "镇", "年份", "指标", "数值", "单位", "原文写法", "性质", "其中", "出处", "原句", "核对", "报告", "文件")


def ledger(args: Namespace, settings: Settings, screen: Screen) -> int:
    """Show or export every number that the reports state."""
    from index.store import Store
    from retrieval.ledger import ledger as entries_of

    with Store.open(settings.store) as store:
        found = entries_of(store, town=args.town or "", county=args.county or "", year=args.year, indicator=args.indicator or "")
    if args.xlsx:
        export(args.xlsx, found)
    if args.json:
        screen.json(ledger_object(found))
    elif args.xlsx:
        screen.show(texts.LEDGER_WRITTEN.format(path=args.xlsx, count=len(found)))
    elif found:
        from bot.summaries import table

        screen.show(table(SHORT, map(_short, found)))
    else:
        screen.show(texts.LEDGER_EMPTY)
    return 0


def export(path: Path, entries: Sequence[Entry]) -> None:
    """Write the ledger as an Excel file, the sentence of each figure in its comment. Raises BadRequest where that is not possible."""
    from bot.workbook import write_workbook

    try:
        write_workbook(path, SHEET, LONG, rows_of(entries))
    except OSError as error:
        raise BadRequest(texts.NOT_WRITTEN.format(path=path, problem=error.strerror or error)) from error


def rows_of(entries: Iterable[Entry]) -> Iterable[Sequence[Cell]]:
    """The rows of the ledger under the columns LONG, the sentence of each figure in its comment."""
    return map(_long, entries)


def _kind(entry: Entry) -> str:
    return KINDS[entry.kind] + ("（其中）" if entry.whole else "")


def _short(entry: Entry) -> tuple[object, ...]:
    sentence = " ".join(entry.sentence.split())
    town, year = entry.report.town or "—", entry.year or "—"
    return town, year, entry.indicator, entry.written, _kind(entry), entry.citation, sentence, "；".join(entry.doubts)


def _long(entry: Entry) -> tuple[Cell, ...]:
    from bot.workbook import Noted

    report = entry.report
    return (
        *(report.place.county, report.town, entry.year, entry.indicator, Noted(entry.value, entry.sentence), entry.unit, entry.written),
        *(KINDS[entry.kind], entry.whole, entry.citation, entry.sentence, "；".join(entry.doubts), report.title, report.file),
    )


def ledger_object(entries: Sequence[Entry]) -> JsonObject:
    """The ledger, a row a number; ``start`` and ``end`` of the sentence in the report's text, ``report`` the report's id."""
    return {"figures": [_object(entry) for entry in entries]}


def _object(entry: Entry) -> JsonObject:
    report = entry.report
    own = ("year", "indicator", "listed", "value", "unit", "qualifier", "written", "kind", "whole", "citation", "sentence", "start", "end", "doubts")
    identity = {"report": report.id, "file": report.file, "county": report.place.county, "town": report.town, "report_year": report.year}
    return identity | {name: getattr(entry, name) for name in own}
