"""Sums and tables as a person sees them on a terminal: what the store holds, what a run did, what the doctor found, the scores."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from bot.receipts import receipt_view
from bot.render import indented
from index.types import BuildResult, ReportInfo
from retrieval.measure.evaluate import Evaluation, is_miss

if TYPE_CHECKING:
    from bot.doctor import Finding
    from index.check import Concern
    from retrieval.measure.benchmark import Benchmark
    from retrieval.measure.sides import Sides

NAMES_LIMIT = 20  # file names listed for each outcome of an index run


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


def concerns_view(concerns: Sequence[Concern]) -> Iterator[RenderableType]:
    """What a keeper should look at, kind by kind, each with its files."""
    for matter, group in groupby(concerns, key=lambda concern: concern.matter):
        alike = list(group)
        yield Text(f"{matter} {len(alike)}", "bold")
        for concern in alike:
            yield indented(Text(f"{'、'.join(concern.files)}：{concern.message}"))


def build_view(result: BuildResult) -> Iterator[RenderableType]:
    """What one run of ``zhenwen index`` did; every rejected file with its reason."""
    outcomes = {"新增": result.added, "更新": result.changed, "未变": result.kept, "移除": result.removed}
    yield "，".join(f"{name} {len(files)}" for name, files in outcomes.items()) + f"，拒收 {len(result.rejected)}"
    for name in ("新增", "更新", "移除"):
        files = outcomes[name]
        yield from (indented(Text(f"{name} {file}")) for file in files[:NAMES_LIMIT])
        if len(files) > NAMES_LIMIT:
            yield indented(Text(f"{name} …… 共 {len(files)} 份"))
    yield from (indented(Text(f"拒收 {rejected.file}：{rejected.reason}", "yellow")) for rejected in result.rejected)
    yield from (indented(Text(f"注意 {note}")) for note in result.notes)


def findings_view(findings: Iterable[Finding]) -> Iterator[Text]:
    """What the doctor found; what is wrong stands out."""
    for finding in findings:
        mark = ("✓ ", "green") if finding.sound else ("✗ ", "bold red")
        yield Text.assemble(mark, (f"{finding.name}：", "bold"), finding.words)


def evaluation_view(result: Evaluation) -> Iterator[RenderableType]:
    """The scores by type, then every reply that misses something."""
    columns = ("类型", "可答", "答对", "", "不可答", "拒对", "误拒", "不该有", "要出处", "出处全", "")
    rows = (
        (
            *(row.name, row.answerable, row.answered, _percent(row.answers), row.unanswerable, row.refused),
            *(row.false_refusals, row.foreign, row.with_evidence, row.cited, _percent(row.citations)),
        )
        for row in (*result.rows, result.hard, result.total)
    )
    yield table(columns, rows)
    yield f"同义问法三句全对 {result.families_right}/{result.families}；数字有来历 {result.traced}/{result.numbers}"
    yield f"单项事实的回答中位 {result.length:.0f} 字；用时 p50 {result.p50_ms:.1f} 毫秒，p95 {result.p95_ms:.1f} 毫秒"
    if result.lost:
        yield "失分在：" + "，".join(f"{step} {count}" for step, count in result.lost.most_common())
    refused = [graded.item.id for graded in result.graded if graded.item.answerable and graded.answer.refused]
    if refused:
        yield f"误拒 {len(refused)}：{'、'.join(refused)}"
    for graded in filter(is_miss, result.graded):
        yield ""
        yield Text.assemble((f"{graded.item.id} {graded.item.type} ", "yellow"), graded.item.question, (f" {graded.lost}", "dim"))
        yield from (indented(Text(line)) for line in graded.answer.text.splitlines())
        if graded.grade.missing or graded.grade.forbidden:
            missing = "，".join("/".join(group) for group in graded.grade.missing)
            yield indented(Text(f"缺 {missing or '无'}；不该有 {'，'.join(graded.grade.forbidden) or '无'}", "dim"))
        if graded.grade.cited is False:
            yield indented(Text("出处不全", "dim"))


def sides_view(result: Sides) -> Iterator[RenderableType]:
    """The three ways of answering a question file side by side, what the model took, and every reply that it changes."""
    columns = ("", "可答", "答对", "不可答", "拒对", "不该有", "出处全", "数字有来历", "p50 毫秒", "p95 毫秒")
    yield table(columns, [_side("规则", result.rules), _side("加阅读模型", result.reader), _side("加语言模型", result.model)])
    sums = result.sums
    yield f"问了模型 {sums['asked']:.0f} 题，失败 {sums['failed']:.0f} 题，{sums['nothing']:.0f} 题说没有；写了 {sums['sentences']:.0f} 句，采用 {sums['kept']:.0f} 句"
    yield "未采用：" + ("，".join(f"{why} {count}" for why, count in result.struck.most_common()) or "没有")
    yield f"输入 {sums['input_tokens']:.0f} token，输出 {sums['output_tokens']:.0f} token，{sums['cost']:.4f} 元；模型用时中位 {sums['model_ms']:.0f} 毫秒"
    yield f"语言模型答对而没有它答错的 {len(result.helped)}：{'、'.join(result.helped) or '无'}；答错而没有它答对的 {len(result.hurt)}：{'、'.join(result.hurt) or '无'}"
    for reader, model in result.differing:
        yield ""
        yield Text.assemble((f"{reader.item.id} {reader.item.type} ", "yellow"), reader.item.question)
        for name, graded in (("不用语言模型", reader), ("用语言模型", model)):
            yield indented(Text(f"{name}{'' if graded.grade.correct else '（不对）'}", "dim"))
            yield from (indented(Text(line)) for line in graded.answer.text.splitlines())
        yield from (indented(Text(line, "dim")) for line in receipt_view(model.answer.written))


def _side(name: str, result: Evaluation) -> tuple[object, ...]:
    total = result.total
    return (
        *(name, total.answerable, _percent(total.answers), total.unanswerable, _percent(total.refusals), total.foreign),
        *(_percent(total.citations), f"{result.traced}/{result.numbers}", round(result.p50_ms, 1), round(result.p95_ms, 1)),
    )


def benchmark_view(result: Benchmark) -> Iterator[RenderableType]:
    """Each set with a row for each way to search, and what was left out."""
    for (title, (columns, *rows)), measured in zip(result.table(), result.sets, strict=True):
        yield title
        yield table(columns, rows)
        yield from measured.left_out


def _percent(share: float | None) -> str:
    return "—" if share is None else f"{share:.1%}"
