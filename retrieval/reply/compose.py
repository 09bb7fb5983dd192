"""From found words to Chinese: the answer first, short, in the report's own words, each line with its sources."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from index.layout import CELL_MARKS
from index.numerals import SHORT_NUMBER
from index.types import Kind, Part, ReportInfo
from retrieval.draft import Formula, Line, Operation, Source, plain
from retrieval.evidence.find import Found

NUMBERED = rf"{SHORT_NUMBER}[是、]|[（(](?:{SHORT_NUMBER}|\d{{1,2}})[）)][.、．]?|\d{{1,2}}(?:[、．]|\.(?!\d))|[①-⑳]"
LEADING = re.compile(rf"^(?:(?:{NUMBERED}|截至目前|今年以?来|一年来|今年|本年度|全年|其中|注\d{{0,2}}|同时|此外)[,，、:：]?\s*)+")
OWN = re.compile(r"^(?:[我本](?:镇|乡|街道)|街道(?=[一-鿿])(?!办|党|路|社区|纪)|镇(?=[一-鿿])(?![村街长级域区内里]))")
"""The town's own name for itself, after a label that has said which town it is: 我镇, 街道综合行政执法队."""
PLANNED = re.compile(r"^(?:计划|打算|准备|拟|将)(?![划将])")
TRAILING = re.compile(r"[\s。，,；;：:、]+$")
TABLE_ROW = re.compile(f"[{CELL_MARKS}]")
HALF_MARKS = str.maketrans({",": "，", ";": "；", ":": "：", "(": "（", ")": "）", "?": "？", "!": "！"})
BETWEEN_DIGITS = re.compile(r"(?<=\d)[,:](?=\d)")
QUOTE_LENGTH = 160
"""A citation is a sentence; of a longer one, the clauses that answer, with their neighbours up to this many characters."""


def shown(words: str) -> str:
    """Words of a report as a reply shows them: one line, full-width punctuation, without the marks and heading numbers at either end."""
    apart = re.sub(rf"(?<=\d)\s*[{CELL_MARKS}]\s*(?=\d)", "、", re.sub(r"\s*\n\s*", "", words))  # 64 64 is one number, 64、64 are two
    line = re.sub(rf"\s*[{CELL_MARKS}]\s*", " ", apart).strip()
    return full_width(TRAILING.sub("", LEADING.sub("", line)))


def full_width(text: str) -> str:
    """``text`` with full-width punctuation, but between digits."""
    kept = {match.start() for match in BETWEEN_DIGITS.finditer(text)}
    return "".join(c if i in kept else c.translate(HALF_MARKS) for i, c in enumerate(text))


def label(report: ReportInfo, *, county: bool = False, year: bool = True) -> str:
    """金井镇2023年, 金井镇2023年第三季度; with ``county`` 荆阳县双河镇2023年."""
    return f"{report.place.county if county else ''}{report.town}{report.when if year else ''}"


def source(found: Found) -> Source:
    """What is cited for ``found``: its sentence, or of a very long one the clauses that answer."""
    sentence = found.sentence
    if sentence.end - sentence.start <= QUOTE_LENGTH:
        return sentence.source()
    return sentence.source(found.start, found.end)


def statement(found: Found, *, county: bool = False, after: Found | None = None) -> Line:
    """One line: whose figure or words, unless the line for ``after`` has just said so; then the words, cited."""
    report = found.sentence.report
    words = row_words(found) if TABLE_ROW.search(found.words) else unlabelled(shown(found.words), report)
    whose, year = _whose(found, county=county)
    if _planned(found):
        words = PLANNED.sub("", words)
    said = after is not None and _whose(after, county=county)[0] == whose and after.sentence.report.id == report.id
    return Line(f"{'' if said else whose}{words}。", (source(found), *_column(found)), facts=(float(year),) if year else ())


def _column(found: Found) -> tuple[Source, ...]:
    """The row that names the columns of a table, where a name has digits of its own: 12345热线工单."""
    sentence, report = found.sentence, found.sentence.report
    named = [figure.subject for figure in ([found.figure] if found.figure else sentence.figures)]
    digits = (number for name in named for number in re.findall(r"\d+", name) if number not in sentence.text)
    at = max((report.text.rfind(number, sentence.section.start, sentence.start) for number in digits), default=-1)
    if at < 0:
        return ()
    return (Source(report, sentence.section, report.text.rfind("\n", 0, at) + 1, report.text.find("\n", at)),)


def _planned(found: Found) -> bool:
    figure = found.figure
    return found.sentence.section.part is Part.PLANS or (figure is not None and figure.kind is Kind.PLANNED)


def _whose(found: Found, *, county: bool) -> tuple[str, int | None]:
    """金井镇2023年, or for a plan 金井镇2024年计划：; and the year of the figure, where it is of a year of its own."""
    report, figure = found.sentence.report, found.figure
    town, stated = label(report, county=county, year=False), figure.year if figure else None
    if _planned(found) and report.year:
        year = stated if stated and figure and figure.kind is Kind.PLANNED else report.year + 1
        return f"{town}{year}年计划：", year
    if stated and TABLE_ROW.search(found.words):
        return f"{town}{stated}年", stated
    return label(report, county=county), stated


def unlabelled(words: str, report: ReportInfo) -> str:
    """``words`` without the year and the town that the label before them has said."""
    year = re.compile(rf"^{report.year}年度?(?![底末初中])")
    for _ in range(2):
        words = year.sub("", words).removeprefix(report.town).lstrip("，、")
    return OWN.sub("", words)


def row_words(found: Found) -> str:
    """A row of a table in words: the figure that was found in it, or all of the report's own year, or each with its year."""
    if found.figure:
        return cell_words(found)
    report = found.sentence.report
    figures = [figure for figure in found.sentence.figures if found.start <= figure.start < found.end]
    own = [cell_words(replace(found, figure=figure)) for figure in figures if figure.year in (None, report.year)]
    every = (f"{figure.year}年{cell_words(replace(found, figure=figure))}" for figure in figures)
    return "，".join(own or every) or shown(found.words)


def cell_words(found: Found) -> str:
    """A figure of a table row in words: 法律明白人53人."""
    figure = found.figure
    assert figure is not None
    number = found.sentence.report.text[figure.start : figure.end].strip()
    written, usual = figure.action + figure.subject, figure.subject + figure.action
    counted = written if written in found.sentence.text else usual  # 调处纠纷, as the row has it
    return f"{figure.owner}{counted}{number}{'' if number.endswith(figure.unit) else figure.unit}"


def both(founds: Sequence[Found]) -> bool:
    """Whether the places of ``founds`` share a name, so that the county must be said."""
    return len({(f.sentence.report.place.county, f.sentence.report.town) for f in founds}) > len({f.sentence.report.town for f in founds})


OPERATION_WORDS = {
    Operation.SUM: "合计",
    Operation.MEAN: "平均",
    Operation.DIFFERENCE: "相差",
    Operation.SHARE: "占比",
    Operation.CHANGE: "变化幅度",
}


def calculated(formula: Formula, founds: Sequence[Found], *, name: str = "") -> Line:
    """合计51：21 + 30 = 51, every operand cited."""
    units = {f.figure.unit for f in founds if f.figure}
    unit = units.pop() if len(units) == 1 else ""
    if formula.operation in (Operation.SHARE, Operation.CHANGE):
        unit = "%"
    elif formula.operation is Operation.DIFFERENCE:
        unit = unit.replace("%", "个百分点")
    text = f"{name or OPERATION_WORDS[formula.operation]}{plain(formula.result)}{unit}：{formula}。"
    return Line(text, tuple(source(f) for f in founds), formula)


def rates_apart(one: tuple[str, Formula], other: tuple[str, Formula], sources: tuple[Source, ...], *, years: tuple[float, ...] = ()) -> Line:
    """How far two calculated rates lie apart, each with its name: 2023年比2022年提高3.1个百分点. Between ``years`` a rate rises or falls."""
    (name, rate), (than, base) = one, other
    more = rate.result >= base.result
    high, low = (rate, base) if more else (base, rate)
    formula = Formula(Operation.DIFFERENCE, (high.result, low.result), inner=(high, low))
    word = ("提高" if more else "下降") if years else ("高" if more else "低")
    apart = f"{word}{plain(formula.result)}个百分点" if formula.result else "持平，相差0个百分点"
    return Line(f"{name}比{than}{apart}：{formula}（{name}：{rate}；{than}：{base}）。", sources, formula, years)
