"""From found words to Chinese: the answer first, short, in the report's own words, each line with its sources."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.types import ReportInfo
from retrieval.draft import Formula, Line, Operation, Source, plain
from retrieval.find import Found

LEADING = re.compile(r"^(?:[一二三四五六七八九十]{1,2}是|截至目前|今年以?来|一年来|今年|本年度|全年|其中|同时|此外)[,，、:：]?\s*")
TRAILING = re.compile(r"[\s。，,；;：:、]+$")
TABLE_ROW = re.compile(r"[\t│|]")
HALF_MARKS = str.maketrans({",": "，", ";": "；", ":": "：", "(": "（", ")": "）", "?": "？", "!": "！"})
BETWEEN_DIGITS = re.compile(r"(?<=\d)[,:](?=\d)")
QUOTE_LENGTH = 160
"""A citation is a sentence; of a longer one, the clauses that answer, with their neighbours up to this many characters."""


def shown(words: str) -> str:
    """Words of a report as a reply shows them: one line, full-width punctuation, without the marks at either end."""
    text = TRAILING.sub("", LEADING.sub("", re.sub(r"\s*\n\s*", "", words).strip()))
    kept = {match.start() for match in BETWEEN_DIGITS.finditer(text)}
    return "".join(c if i in kept else c.translate(HALF_MARKS) for i, c in enumerate(text))


def label(report: ReportInfo, *, county: bool = False, year: bool = True) -> str:
    """金井镇2023年; with ``county`` 荆阳县双河镇2023年."""
    return f"{report.place.county if county else ''}{report.town}{f'{report.year}年' if year and report.year else ''}"


def source(found: Found) -> Source:
    """What is cited for ``found``: its sentence, or of a very long one the clauses that answer."""
    sentence = found.sentence
    if sentence.end - sentence.start <= QUOTE_LENGTH:
        return sentence.source()
    return sentence.source(found.start, found.end)


def statement(found: Found, *, county: bool = False) -> Line:
    """One line: whose figure or words, then the words, cited."""
    report = found.sentence.report
    words = cell_words(found) if found.figure and TABLE_ROW.search(found.words) else shown(found.words)
    lead = label(report, county=county)
    for part in (f"{report.year}年度", f"{report.year}年", report.town, f"{report.year}年", "我镇"):
        words = words.removeprefix(part).lstrip("，、")
    facts = (float(found.figure.year),) if found.figure and found.figure.year else ()
    return Line(f"{lead}{words}。", (source(found),), facts=facts)


def cell_words(found: Found) -> str:
    """A figure of a table row in words: 法律明白人53人."""
    figure = found.figure
    assert figure is not None
    number = found.sentence.report.text[figure.start : figure.end].strip()
    year = f"（{figure.year}年）" if figure.year != found.sentence.report.year else ""
    return f"{figure.subject}{figure.action}{year}{number}{'' if number.endswith(figure.unit) else figure.unit}"


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
