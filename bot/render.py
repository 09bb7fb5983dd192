"""Values as a person sees them on a terminal: the answer first, then its sources. Nothing here decides anything."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rich.box import SIMPLE_HEAD
from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from bot.doctor import Finding
from index.types import BuildResult, ReportInfo
from retrieval.types import Answer, Citation, Hit

HEADING_LIMIT = 24  # characters of a heading in a source line; some headings run into their paragraph
NAMES_LIMIT = 20  # file names listed for each outcome of an index run
MARK = r"\[\d+\]"


def answer_view(answer: Answer) -> Iterator[RenderableType]:
    """The answer, then each source: ``[n] 《title》 › headings``, the sentence, its id and file."""
    text = Text(answer.text)
    text.highlight_regex(MARK, "cyan")
    yield text
    for citation in answer.citations:
        yield ""
        yield from _source(citation)


def _source(citation: Citation) -> Iterator[RenderableType]:
    where = Text.assemble((f"[{citation.n}] ", "cyan"), (f"《{citation.title}》", "bold"))
    where.append(_path(citation.section))
    yield where
    yield _indented(Text(f"“{citation.quote}”"))
    yield _indented(Text(" · ".join(part for part in (citation.id, citation.file, citation.url) if part), "dim"))


def _path(headings: Iterable[str]) -> str:
    return "".join(f" › {_shortened(heading)}" for heading in headings)


def _shortened(heading: str) -> str:
    return heading if len(heading) <= HEADING_LIMIT else heading[:HEADING_LIMIT] + "…"


def _indented(text: Text) -> Padding:
    return Padding(text, (0, 0, 0, 4), expand=False)


def hits_view(hits: Sequence[Hit], reports: dict[str, ReportInfo]) -> Iterator[RenderableType]:
    """The passages found, best first."""
    for hit in hits:
        where = Text.assemble((f"{hit.rank}. ", "cyan"), (f"《{reports[hit.passage.report_id].title}》", "bold"))
        where.append(_path(hit.passage.path)).append(f"  {hit.score:.3f}", "dim")
        yield where
        yield _indented(Text(hit.passage.text))
        yield ""


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Table:
    """A table whose numbers stand to the right."""
    body = [list(row) for row in rows]
    grid = Table(box=SIMPLE_HEAD)
    for position, column in enumerate(columns):
        numeric = bool(body) and all(isinstance(row[position], int | float) for row in body)
        grid.add_column(column, justify="right" if numeric else "left", overflow="fold")
    for row in body:
        grid.add_row(*("" if cell is None else Text(str(cell)) for cell in row))
    return grid


def reports_view(reports: Sequence[ReportInfo]) -> Table:
    """What the store holds, a row a report."""
    rows = (
        (report.town or "—", report.year or "—", _county(report), report.title, report.file, report.passages, report.figures)
        for report in reports
    )
    return table(("镇", "年度", "所在地", "题目", "文件", "段落", "数字"), rows)


def _county(report: ReportInfo) -> str:
    place = report.place
    return "".join(dict.fromkeys(part for part in (place.province, place.city, place.county) if part))


def build_view(result: BuildResult) -> Iterator[RenderableType]:
    """What one run of ``zhenwen index`` did; every rejected file with its reason."""
    outcomes = {"新增": result.added, "更新": result.changed, "未变": result.kept, "移除": result.removed}
    yield "，".join(f"{name} {len(files)}" for name, files in outcomes.items()) + f"，拒收 {len(result.rejected)}"
    for name in ("新增", "更新", "移除"):
        files = outcomes[name]
        yield from (_indented(Text(f"{name} {file}")) for file in files[:NAMES_LIMIT])
        if len(files) > NAMES_LIMIT:
            yield _indented(Text(f"{name} …… 共 {len(files)} 份"))
    yield from (_indented(Text(f"拒收 {rejected.file}：{rejected.reason}", "yellow")) for rejected in result.rejected)
    yield from (_indented(Text(f"注意 {note}")) for note in result.notes)


def findings_view(findings: Iterable[Finding]) -> Iterator[Text]:
    """What the doctor found; what is wrong stands out."""
    for finding in findings:
        mark = ("✓ ", "green") if finding.sound else ("✗ ", "bold red")
        yield Text.assemble(mark, (f"{finding.name}：", "bold"), finding.words)
