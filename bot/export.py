"""``zhenwen export``: answers as a memo in Word or as text with references, figures as a ledger or a comparison in Excel."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from bot import texts
from bot.ledger import LONG, SHEET, rows_of
from bot.requests import sound
from bot.screen import Screen
from bot.settings import Settings
from index.errors import BadRequest

if TYPE_CHECKING:
    from bot.workbook import Cell
    from index.types import ReportInfo
    from retrieval.ledger import Entry
    from retrieval.plan.pivot import Comparison
    from retrieval.types import Answer

MEMO, LIST, BOOK = ".docx", ".txt", ".xlsx"
COMPARED = ("县区", "镇")


def export(args: Namespace, settings: Settings, screen: Screen) -> int:
    """Write one file; its ending says which kind."""
    kind = args.file.suffix.lower()
    if kind == BOOK:
        count = _book(args, settings)
    else:
        questions = [question for question in map(sound, args.questions) if question]
        if not questions:
            raise BadRequest(texts.NO_QUESTIONS)
        count = len(questions)
        write(args.file, _answered(args, settings, questions, kind))
    screen.show(texts.EXPORTED.format(path=args.file, count=count))
    return 0


def write(path: Path, data: bytes) -> None:
    """Write a file. Raises BadRequest where that is not possible."""
    try:
        path.write_bytes(data)
    except OSError as error:
        raise BadRequest(texts.NOT_WRITTEN.format(path=path, problem=error.strerror or error)) from error


def _answered(args: Namespace, settings: Settings, questions: Sequence[str], kind: str) -> bytes:
    from bot.commands import answering
    from bot.core.memo import TITLE

    plain, answerer = answering(settings)
    answers = [answerer.answer(question) for question in questions]
    today, reports = date.today(), {report.id: report for report in plain.reports()}
    if kind == LIST:
        return "\n\n".join(with_references(answer, reports, today) for answer in answers).encode() + b"\n"
    return memo_file(args.title or TITLE, answers, reports, today)


def memo_file(title: str, answers: Iterable[Answer], reports: dict[str, ReportInfo], today: date) -> bytes:
    """Answers as a Word file in the layout of an official document."""
    from bot.core.memo import entry
    from bot.core.word import Memo, word_file

    return word_file(Memo(title, today, tuple(entry(answer.question, answer, reports, today) for answer in answers)))


def with_references(answer: Answer, reports: dict[str, ReportInfo], today: date) -> str:
    """The question, the answer, and its sources in the form of GB/T 7714."""
    from bot.core.memo import entry

    found = entry(answer.question, answer, reports, today)
    return "\n".join([found.question, found.text, *(f"[{n}] {source.reference}" for n, source in enumerate(found.sources, 1))])


def _book(args: Namespace, settings: Settings) -> int:
    from bot.workbook import write_workbook
    from index.store import Store
    from retrieval.ledger import ledger
    from retrieval.plan.pivot import comparison

    if args.compare and not args.indicator:
        raise BadRequest(texts.NO_INDICATOR)
    with Store.open(settings.store) as store:
        found = ledger(store, town=args.town or "", county=args.county or "", year=args.year, indicator=args.indicator or "")
    try:
        if args.compare:
            compared = comparison(found, args.indicator)
            write_workbook(args.file, args.indicator[:31], _columns(compared), compared_rows(compared))
            return len(compared.rows)
        write_workbook(args.file, SHEET, LONG, rows_of(found))
    except OSError as error:
        raise BadRequest(texts.NOT_WRITTEN.format(path=args.file, problem=error.strerror or error)) from error
    return len(found)


def _columns(compared: Comparison) -> tuple[str, ...]:
    unit = f"（{compared.units[0]}）" if len(compared.units) == 1 else ""
    return *COMPARED, *(f"{year}年{unit}" for year in compared.years)


def compared_rows(compared: Comparison) -> Iterable[Sequence[Cell]]:
    """A row a town; each number with its sentence and source as a comment, as written where the units differ."""
    same = len(compared.units) == 1
    return ((row.county, row.town, *(_cell(entry, same=same) for entry in row.cells)) for row in compared.rows)


def _cell(entry: Entry | None, *, same: bool) -> Cell:
    from bot.workbook import Noted

    exact = same and not entry.qualifier if entry else False
    return Noted(entry.value if exact else entry.written, f"{entry.sentence}\n{entry.citation}") if entry else None
