"""Reports of generate.py bent into what misleads: each kind of document with questions and what may be said of whom.

    KINDS[name](reports, forms, rng) -> Iterator[Twisted]

Used by adversary.py.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from generate import NUMBERS, Fact, Generated

from index.text import fold

Forms = Mapping[str, Mapping[str, Sequence[str]]]
"""Indicator → how people ask for it (asked.toml)."""
PERIODS = {"第三季度": "10", "上半年": "7", "前三季度": "10", "1—9月份": "10", "第一季度": "4"}
"""Parts of a year, and the month after them."""
VILLAGES = ("石桥村", "河湾村", "新塘村", "柳林社区", "大岭村")
PART = re.compile(r"^(?:[一二三四]、|第[一二三四]部分)")
LABELLED = re.compile(r"^(?:[（(]?[一二三四五六七八九十]{1,3}[）)、]|[一二三四五六七八九十]{1,3}是|\d{1,2}\.)")
TABLED = {"矛盾纠纷调解": "调解矛盾纠纷", "法治宣传活动": "法治宣传活动", "普法资料": "发放普法资料", "法律明白人": "法律明白人", "法律援助": "法律援助案件", "行政处罚": "行政处罚案件", "网格员": "网格员", "人民调解员": "人民调解员"}
"""Indicators as tables name them."""
UNITS = {"矛盾纠纷调解": "件", "法治宣传活动": "场", "普法资料": "份", "法律明白人": "名", "法律援助": "件", "行政处罚": "件", "网格员": "名", "人民调解员": "名"}
AS_TOLD = {"矛盾纠纷调解": "调解矛盾纠纷{v}件", "法治宣传活动": "开展法治宣传活动{v}场", "普法资料": "发放普法资料{v}份", "法律明白人": "培养法律明白人{v}名", "法律援助": "办理法律援助案件{v}件", "行政处罚": "办理行政处罚案件{v}件", "网格员": "配备网格员{v}名", "人民调解员": "选聘人民调解员{v}名"}
"""The same in running text."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a report says of ``town`` and ``when``, and what it says of others in a line with a mark of them (mark, text)."""

    town: str
    when: str
    text: str
    marked: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """A question; ``truth`` the number that answers it as it is written, None where nothing does."""

    kind: str
    question: str
    truth: str | None


@dataclass(frozen=True, slots=True)
class Twisted:
    """Documents (name, text) that go together. ``formats`` are those that can show them (all where empty), ``after`` bends a written file."""

    documents: tuple[tuple[str, str], ...]
    told: tuple[Told, ...]
    cases: tuple[Case, ...]
    formats: tuple[str, ...] = ()
    after: Callable[[Path], None] | None = None


def plain(report: Generated) -> bool:
    """Whether its figures are written in digits."""
    return all(re.search(r"\d", fold(report.text[fact.start : fact.end])) for fact in report.truth if fact.start < fact.end)


def asked(report: Generated, forms: Forms) -> list[Fact]:
    """The figures of a report that one question asks for: done in its year, stated once."""
    counts = Counter(fact.indicator for fact in report.truth)
    return [f for f in report.truth if f.kind == "done" and f.year == report.year and not f.parent and f.value and f.start < f.end and counts[f.indicator] == 1 and f.indicator in forms]


def written(report: Generated, fact: Fact) -> str:
    """The number of a fact as digits."""
    found = re.search(r"[\d.]+[万亿]?", fold(report.text[fact.start : fact.end]))
    assert found
    return found[0]


def some(facts: Sequence[Fact], most: int, rng: random.Random) -> list[Fact]:
    return rng.sample(facts, min(most, len(facts)))


def ask(kind: str, forms: Forms, indicator: str, who: str, when: int | str, truth: str | None, rng: random.Random) -> Case:
    question = rng.choice(list(forms[indicator]["ask"])).format(who=who, y=when)
    return Case(kind, question.replace("年年", "年"), truth)


def own(report: Generated, forms: Forms, kind: str, rng: random.Random) -> list[Case]:
    facts = asked(report, forms)
    rng.shuffle(facts)
    return [ask(kind, forms, fact.indicator, report.town, report.year, written(report, fact), rng) for fact in facts]


def absent(report: Generated, forms: Forms, kind: str, rng: random.Random, among: Sequence[str]) -> list[Case]:
    """Questions for what a report does not state, ``among`` the indicators that another text beside it does."""
    stated = {fact.indicator for fact in report.truth}
    left = [indicator for indicator in among if indicator in forms and indicator not in stated]
    return [ask(kind, forms, indicator, report.town, report.year, None, rng) for indicator in left]


def told(report: Generated) -> Told:
    return Told(report.town, f"{report.year}年", report.text)


def body(report: Generated) -> list[str]:
    """The lines of the part on what was done, without their labels."""
    lines = [line for line in fold(report.text).split("\n") if line.strip()]
    first, second = [place for place, line in enumerate(lines) if PART.match(line)][:2]
    return [LABELLED.sub("", line) for line in lines[first + 1 : second] if not line.startswith(("┌", "├", "└", "│")) and "\t" not in line]


def report_of(title: str, opening: str, sections: Sequence[tuple[str, Sequence[str]]], signed: str) -> str:
    lines = [title, opening]
    for number, (heading, paragraphs) in enumerate(sections):
        lines += [f"{NUMBERS[number]}、{heading}", *paragraphs]
    return "\n".join([*lines, signed])


def numbered(lines: Sequence[str]) -> list[str]:
    return [f"（{NUMBERS[place % 12]}）{line}" if len(line) < 30 and not line.endswith("。") else line for place, line in enumerate(lines)]


def joint(reports: Sequence[Generated], forms: Forms, rng: random.Random) -> Iterator[Twisted]:
    """One report of two towns: a section of each, or a paragraph of each under common headings."""
    for one, other in pairwise([*reports, reports[0]]):
        if one.town[:2] == other.town[:2] or one.town == other.town:
            continue
        year = one.year
        names = f"{one.town}{rng.choice('、和与')}{other.town}"
        title = f"{names}{year}年法治政府建设{rng.choice(('联合工作报告', '工作情况报告', '情况的报告'))}"
        opening = f"{year}年，{names}扎实推进依法行政。现将有关情况报告如下："
        parts = [[line for line in body(each) if len(line) > 30] for each in (one, other)]
        if rng.random() < 0.5:
            sections = [(f"{each.town}{rng.choice(('工作情况', '', '主要工作'))}", numbered(body(each))) for each in (one, other)]
        else:
            half = min(map(len, parts)) // 2
            sections = [(name, [f"{each.town}：{line}" for each, lines in zip((one, other), parts, strict=True) for line in lines[cut]]) for name, cut in (("依法履职情况", slice(half)), ("普法和纠纷化解情况", slice(half, None)))]
        text = report_of(title, opening, [*sections, ("存在的主要问题", ["执法力量不足。"])], f"{year + 1}年1月10日")
        text = text.replace(str(other.year), str(year)) if other.year != year else text
        cases = []
        for each, beside in ((one, other), (other, one)):
            mine = [Case(case.kind, case.question.replace(str(each.year), str(year)), case.truth) for case in own(each, forms, "joint", rng)[:4]]
            mine += [Case("joint", case.question.replace(str(each.year), str(year)), None) for case in absent(each, forms, "joint", rng, [f.indicator for f in asked(beside, forms)])[:2]]
            cases += mine
        rng.shuffle(cases)
        said = tuple(Told(each.town, f"{year}年", fold(each.text).replace(str(each.year), str(year))) for each in (one, other))
        yield Twisted(((f"{rng.getrandbits(32):08x}", text),), said, tuple(cases))


def period(reports: Sequence[Generated], forms: Forms, rng: random.Random) -> Iterator[Twisted]:
    """A report of a part of the year, alone or beside the one of the whole year."""
    for report, whole in pairwise([*reports, reports[0]]):
        words = rng.choice(list(PERIODS))
        lines = body(report)
        title, said = rng.choice(((f"{report.town}{report.year}年{words}法治政府建设工作情况报告", ""), (f"{report.town}法治政府建设工作情况报告", f"{report.year}年{words}"), (f"{report.town}{words}法治政府建设工作总结", "")))
        opening = f"{report.year}年{words}，{report.town}扎实推进依法行政。现将{said}有关情况报告如下："
        text = report_of(title, opening, [("主要工作", numbered(lines)), ("存在的主要问题", ["执法力量不足。"])], f"{report.town}人民政府\n{report.year}年{PERIODS[words]}月8日")
        of_part = [Told(report.town, f"{report.year}年{words}", "\n".join(lines))]
        documents = [(f"{rng.getrandbits(32):08x}", text)]
        cases = [Case("period", case.question.replace(f"{report.year}年", f"{report.year}年{words}"), case.truth) for case in own(report, forms, "period", rng)[:3]]
        if rng.random() < 0.5:
            lines = [line.replace(whole.town, report.town) for line in body(whole)]
            text = report_of(f"{report.town}{report.year}年法治政府建设情况报告", f"{report.year}年，{report.town}扎实推进依法行政。现将有关情况报告如下：", [("主要工作", numbered(lines))], f"{report.town}人民政府\n{report.year + 1}年1月8日").replace(f"{whole.year}年", f"{report.year}年")
            documents.append((f"{rng.getrandbits(32):08x}", text))
            of_part.append(Told(report.town, f"{report.year}年", text))
            cases += [ask("period", forms, fact.indicator, report.town, report.year, written(whole, fact), rng) for fact in some(asked(whole, forms), 3, rng)]
        else:
            cases += [ask("period", forms, fact.indicator, report.town, report.year, None, rng) for fact in some(asked(report, forms), 2, rng)]
        rng.shuffle(cases)
        yield Twisted(tuple(documents), tuple(of_part), tuple(cases))


def years(reports: Sequence[Generated], forms: Forms, rng: random.Random) -> Iterator[Twisted]:
    """Several years of a town in one report: a section of each, or the years of each figure in a row."""
    by_town: dict[tuple[str, str], list[Generated]] = {}
    for report in reports:
        by_town.setdefault((report.county, report.town), []).append(report)
    for own_reports in by_town.values():
        if len(own_reports) < 2:
            continue
        first, last, town = own_reports[0].year, own_reports[-1].year, own_reports[0].town
        title = f"{town}{rng.choice((f'{first}—{last}年', f'{first}年至{last}年', f'{first}-{last}年'))}法治政府建设工作总结"
        opening = f"{first}年以来，{town}扎实推进依法行政。现将有关情况报告如下："
        span = f"{first}—{last}年"
        if rng.random() < 0.5:
            sections = [(f"{each.year}年工作情况", numbered(body(each))) for each in own_reports]
            said = [Told(town, f"{each.year}年", each.text) for each in own_reports]
            cases = [case for each in own_reports for case in own(each, forms, "years", rng)[:4]]
        else:
            rows, cases, things = [], [], rng.sample(sorted(AS_TOLD), 5)
            for thing in things:
                values = {each.year: rng.randint(11, 900) for each in own_reports}
                rows.append(AS_TOLD[thing].format(v=sum(values.values())) + "，其中" + "、".join(f"{year}年{value}{UNITS[thing]}" for year, value in values.items()) + "。")
                cases += [ask("years", forms, thing, town, year, str(value), rng) for year, value in values.items()]
            sections = [("主要工作", [f"（{NUMBERS[place]}）{row}" for place, row in enumerate(rows)])]
            said = [Told(town, span, "\n".join(rows)), *(Told(town, f"{each.year}年", "\n".join(re.sub(rf"(?:(?<=其中)|、)(?!{each.year})20\d\d年\d+[件场份名]|\d+[件场份名](?=，其中)", "", row) for row in rows)) for each in own_reports)]
        text = report_of(title, opening, [*sections, ("存在的主要问题", ["执法力量不足。"])], f"{town}人民政府\n{last + 1}年1月8日")
        rng.shuffle(cases)
        yield Twisted(((f"{rng.getrandbits(32):08x}", text),), (*said, Told(town, span, text)), tuple(cases))


def titled(reports: Sequence[Generated], forms: Forms, rng: random.Random) -> Iterator[Twisted]:
    """The year in the title is that of the publication; the body is of the year before."""
    for report in reports:
        lines = fold(report.text).split("\n")
        text = "\n".join([lines[0].replace(str(report.year), str(report.year + 1)), *lines[1:]])
        cases = own(report, forms, "titled", rng)[:4]
        cases += [Case("titled", case.question.replace(str(report.year), str(report.year + 1)), None) for case in own(report, forms, "titled", rng)[:2]]
        rng.shuffle(cases)
        yield Twisted(((f"{rng.getrandbits(32):08x}", text),), (told(report),), tuple(cases))


def struck(reports: Sequence[Generated], forms: Forms, rng: random.Random) -> Iterator[Twisted]:
    """Figures that were struck out before the right ones."""
    for report in reports:
        text = fold(report.text)
        for fact in sorted(asked(report, forms), key=lambda fact: -fact.start):
            if fact.end - fact.start > 1:
                text = f"{text[: fact.start]}\ue010{rng.randint(1000, 99999)}\ue011{text[fact.start :]}"
        yield Twisted(((f"{rng.getrandbits(32):08x}", text),), (told(report),), tuple(own(report, forms, "struck", rng)), ("word.docx", "modern.html", "tables.html"), strike)


def strike(path: Path) -> None:
    """What stands between the marks is struck out."""
    if path.suffix == ".docx":
        _strike_runs(path)
        return
    encoding = "gb18030" if path.name.endswith("tables.html") else "utf-8"
    page = path.read_bytes().decode(encoding)
    ways = (("<s>", "</s>"), ("<del>", "</del>"), ('<span style="text-decoration: line-through">', "</span>"), ("<strike>", "</strike>"))
    count = iter(range(page.count("\ue010")))
    page = re.sub("\ue010(.*?)\ue011", lambda m: (way := ways[next(count) % len(ways)])[0] + m[1] + way[1], page)
    path.write_bytes(page.encode(encoding))


def _strike_runs(path: Path) -> None:
    from docx import Document

    document = Document(str(path))
    for paragraph in document.paragraphs:
        text = "".join(run.text for run in paragraph.runs if not run.font.hidden)
        if "\ue010" not in text:
            continue
        for run in paragraph.runs:
            run.text = ""
        for place, piece in enumerate(re.split("[\ue010\ue011]", text)):
            paragraph.add_run(piece).font.strike = place % 2 == 1 or None
    document.save(str(path))


def tabled(reports: Sequence[Generated], forms: Forms, rng: random.Random) -> Iterator[Twisted]:
    """Figures in tables alone: of two years, of villages down or across, with units in labels, heads, a column or the caption."""
    for report in reports:
        things = rng.sample(sorted(TABLED), 4)
        values = {thing: [rng.randint(11, 400) for _ in range(3)] for thing in things}
        rows, said, cases = rng.choice((_two_years, _villages_down, _villages_across, _labelled))(report, things, values, forms, rng)
        text = report_of(
            f"{report.town}{report.year}年法治政府建设情况报告",
            f"{report.year}年，{report.town}扎实推进依法行政。现将有关情况报告如下：",
            [("主要工作", ["（一）加强组织领导。成立领导小组，研究解决突出问题。", *rows]), ("存在的主要问题", ["执法力量不足。"])],
            f"{report.town}人民政府\n{report.year + 1}年1月8日",
        )
        yield Twisted(((f"{rng.getrandbits(32):08x}", text),), said, cases)


Tables = tuple[list[str], tuple[Told, ...], tuple[Case, ...]]


def _prose(things: Sequence[str], values: Mapping[str, Sequence[int]], at: int) -> str:
    return "，".join(f"{TABLED[thing]}{values[thing][at]}{UNITS[thing]}" for thing in things)


def _two_years(report: Generated, things: Sequence[str], values: Mapping[str, Sequence[int]], forms: Forms, rng: random.Random) -> Tables:
    years_ = rng.choice(((f"{report.year - 1}年", f"{report.year}年"), ("上年", "本年"), ("去年同期", "今年")))
    column = rng.random() < 0.5
    rows = ["\t".join(["指标", *(["单位"] if column else []), *years_])]
    rows += ["\t".join([TABLED[t] + ("" if column else f"（{UNITS[t]}）"), *([UNITS[t]] if column else []), str(values[t][0]), str(values[t][1])]) for t in things]
    said = (Told(report.town, f"{report.year}年", _prose(things, values, 1)), Told(report.town, f"{report.year - 1}年", _prose(things, values, 0)))
    cases = [ask("tabled", forms, t, report.town, report.year - 1 + at, str(values[t][at]), rng) for t in things for at in (1, 0)]
    return rows, said, tuple(cases)


def _of_villages(report: Generated, things: Sequence[str], values: Mapping[str, Sequence[int]], villages: Sequence[str], forms: Forms, rng: random.Random, *, total: bool) -> tuple[tuple[Told, ...], tuple[Case, ...]]:
    marked = tuple((village, _prose(things, values, at)) for at, village in enumerate(villages))
    sums = {t: sum(values[t]) for t in things}
    said = Told(report.town, f"{report.year}年", "，".join(f"{TABLED[t]}{sums[t]}{UNITS[t]}" for t in things) if total else "", marked)
    cases = [ask("tabled", forms, t, report.town, report.year, str(sums[t]) if total else None, rng) for t in things]
    cases += [ask("tabled", forms, t, f"{report.town}{village}", report.year, str(values[t][at]), rng) for t in things for at, village in enumerate(villages)]
    rng.shuffle(cases)
    return (said,), tuple(cases)


def _villages_down(report: Generated, things: Sequence[str], values: Mapping[str, Sequence[int]], forms: Forms, rng: random.Random) -> Tables:
    villages, total = rng.sample(VILLAGES, 3), rng.random() < 0.5
    rows = ["\t".join(["村（社区）", *(f"{TABLED[t]}（{UNITS[t]}）" for t in things)])]
    rows += ["\t".join([village, *(str(values[t][at]) for t in things)]) for at, village in enumerate(villages)]
    rows += ["\t".join(["合计", *(str(sum(values[t])) for t in things)])] if total else []
    return rows, *_of_villages(report, things, values, villages, forms, rng, total=total)


def _villages_across(report: Generated, things: Sequence[str], values: Mapping[str, Sequence[int]], forms: Forms, rng: random.Random) -> Tables:
    villages, total = rng.sample(VILLAGES, 3), rng.random() < 0.5
    rows = ["\t".join(["指标", *villages, *(["合计"] if total else [])])]
    rows += ["\t".join([f"{TABLED[t]}（{UNITS[t]}）", *map(str, values[t]), *([str(sum(values[t]))] if total else [])]) for t in things]
    return rows, *_of_villages(report, things, values, villages, forms, rng, total=total)


def _labelled(report: Generated, things: Sequence[str], values: Mapping[str, Sequence[int]], forms: Forms, rng: random.Random) -> Tables:
    rows = rng.choice((
        ["\t".join(["指标", "数量"]), *("\t".join([f"{TABLED[t]}（{UNITS[t]}）", str(values[t][0])]) for t in things)],
        ["\t".join(["序号", "指标", "单位", "数量"]), *("\t".join([str(place), TABLED[t], UNITS[t], str(values[t][0])]) for place, t in enumerate(things, 1))],
        ["\t".join(f"{TABLED[t]}（{UNITS[t]}）" for t in things), "\t".join(str(values[t][0]) for t in things)],
        ["\t".join(["项目", f"{report.year}年计划数", f"{report.year}年完成数"]), *("\t".join([f"{TABLED[t]}（{UNITS[t]}）", str(values[t][1]), str(values[t][0])]) for t in things)],
    ))
    said = Told(report.town, f"{report.year}年", _prose(things, values, 0), (("计划", _prose(things, values, 1)),))
    return rows, (said,), tuple(ask("tabled", forms, t, report.town, report.year, str(values[t][0]), rng) for t in things)


def sidebarred(reports: Sequence[Generated], forms: Forms, rng: random.Random) -> Iterator[Twisted]:
    """Pages beside whose text stand titles and sentences of another town's, linked or not."""
    for report in reports:
        other = rng.choice([each for each in reports if each.town != report.town])
        said = [sentence for line in body(other) for sentence in re.findall(r"[^。]*\d[^。]*。", line)][:5]
        beside = [f"{other.town}{other.year}年法治政府建设情况报告", *said]
        cases = [*own(report, forms, "sidebarred", rng)[:4], *absent(report, forms, "sidebarred", rng, [f.indicator for f in asked(other, forms)])[:3]]
        rng.shuffle(cases)
        yield Twisted(((f"{rng.getrandbits(32):08x}", fold(report.text)),), (told(report),), tuple(cases), ("modern.html", "tables.html"), _beside(beside, rng.randrange(6)))


def _beside(lines: Sequence[str], way: int) -> Callable[[Path], None]:
    items = "".join(f"<li>{line}</li>" for line in lines)
    linked = "".join(f'<li><a href="/a/{place}.html">{line}</a><span>2024-01-0{place + 1}</span></li>' for place, line in enumerate(lines))
    paragraphs = "".join(f"<p>{line}</p>" for line in lines)
    block = (
        f'<div id="left"><h3>最新公开</h3><ul>{items}</ul></div>',
        f'<div class="right-bar"><h3>相关阅读</h3>{paragraphs}</div>',
        f'<aside><h4>热点推荐</h4><ul>{linked}</ul></aside>',
        f'<div class="recommend">{paragraphs}</div>',
        f'<div class="sidebar"><dl><dt>政务动态</dt>{"".join(f"<dd>{line}</dd>" for line in lines)}</dl></div>',
        f'<div class="news-list"><ul>{linked}</ul></div>',
    )[way]

    def bend(path: Path) -> None:
        encoding = "gb18030" if path.name.endswith("tables.html") else "utf-8"
        page = path.read_bytes().decode(encoding)
        page = re.sub(r"<body[^>]*>", lambda m: m[0] + block, page, count=1) if way % 2 else page.replace("</body>", f"{block}</body>")
        path.write_bytes(page.encode(encoding))

    return bend


OTHERS = (
    ("{county}", "{county}{said}。"), ("全县", "全县{said}。"), ("全县", "据县司法局统计，{year}年全县{said}。"), ("{village}", "{village}{said}。"), ("{village}", "其中{village}{said}。"),
    ("{other}", "邻近的{other}{said}。"), ("{other}", "{other}{said}，值得学习借鉴。"), ("县司法局", "县司法局{said}。"), ("全市", "全市累计{said}。"), ("上年|去年|{last}", "上年{said}。"), ("{last}", "{last}年{said}。"),
    ("计划|{next}|力争|目标", "{next}年计划{said}。"), ("计划|{next}|力争|目标", "力争明年{said}。"), ("{section}", "{section}\n{said}。"),
)  # fmt: skip
"""Mark of whose or when it is, and the sentence."""


def others(reports: Sequence[Generated], forms: Forms, rng: random.Random) -> Iterator[Twisted]:
    """Sentences about somebody else or another year among the report's own, for what it states itself and for what it does not."""
    for report in reports:
        other = rng.choice([each for each in reports if each.town != report.town])
        own_reports = {fact.indicator for fact in report.truth}
        lines = fold(report.text).split("\n")
        first, second = [place for place, line in enumerate(lines) if PART.match(line)][:2]
        marked, cases = [], own(report, forms, "others", rng)[:3]
        for thing in rng.sample(sorted(AS_TOLD), 4):
            value = rng.randint(1001, 9999)
            mark, words = rng.choice(OTHERS)
            names = {"county": report.county, "village": rng.choice(VILLAGES), "other": other.town, "year": report.year, "last": report.year - 1, "next": report.year + 1, "section": "（九）全县情况"}
            said = words.format(said=AS_TOLD[thing].format(v=value), **names)
            place = rng.randint(first + 1, second) if "section" not in words else second
            lines.insert(place, said)
            second += 1
            marked.append((mark.format(**names) if "section" not in words else "全县", said))
            if thing not in own_reports:
                cases.append(ask("others", forms, thing, report.town, report.year, None, rng))
        of_last = tuple(Told(report.town, f"{report.year - 1}年", "\n".join(said for mark, said in marked if str(report.year - 1) in mark)) for _ in range(1))
        rng.shuffle(cases)
        yield Twisted(((f"{rng.getrandbits(32):08x}", "\n".join(lines)),), (Told(report.town, f"{report.year}年", fold(report.text), tuple(marked)), *of_last, Told(report.town, f"{report.year + 1}年计划", "\n".join(lines))), tuple(cases))


KINDS: dict[str, Callable[[Sequence[Generated], Forms, random.Random], Iterator[Twisted]]] = {
    "joint": joint,
    "period": period,
    "years": years,
    "titled": titled,
    "struck": struck,
    "tabled": tabled,
    "sidebarred": sidebarred,
    "others": others,
}
