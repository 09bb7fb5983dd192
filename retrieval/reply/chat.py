"""Replies that rest on no report's words: greetings, what the store holds, what cannot be done here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from itertools import groupby

from index.numerals import quantities
from index.types import Figure, Kind, ReportInfo
from retrieval.draft import Draft, Line
from retrieval.evidence.scope import Missing
from retrieval.question.words import table
from retrieval.types import Coverage, Query, Reason, Scope

GREETING = "您好，我是镇问，回答各镇法治政府建设年度报告里的问题，每个数字都附原文出处。"
CLOSING = {"thanks": "不客气，有需要随时问我。", "bye": "再见，有需要随时问我。"}
DECLINED = "抱歉，我只能回答资料库里各镇法治政府建设年度报告的内容，这一问不在其中。"
UNCLEAR = "没看懂这句话。我回答各镇法治政府建设年度报告里的问题，请写出镇名和要问的事。"
UNSAFE = "抱歉，这类指令我不能执行。我只能回答各镇法治政府建设年度报告的内容。"
WHOSE = "还不知道您说的是哪个镇。请写出镇名再问一次。"
COVERED = "覆盖："
"""Begins the line that says how many reports a reply covers."""
LISTED = 30
"""Towns named in one reply; the rest are counted."""


def greeting(query: Query, asking: Sequence[str]) -> Draft:
    """A short human reply, with the first of the questions ``asking`` that work on this collection; help shows them all."""
    if query.chat in CLOSING:
        return Draft((Line(CLOSING[query.chat]),))
    return Draft((Line(GREETING), *_such_as(asking if query.chat == "help" else asking[:1])))


def declined(query: Query, asking: Sequence[str]) -> Draft:
    """What is outside the material is declined, and the reply says what can be asked."""
    if query.chat:
        return unclear(asking)
    text, reason = (UNSAFE, Reason.UNSAFE) if query.unsafe else (DECLINED, Reason.OUT_OF_SCOPE)
    return Draft((Line(text), *_such_as(asking[:1])), reason)


def unclear(asking: Sequence[str]) -> Draft:
    """What is no question to a report, as far as one can tell."""
    return Draft((Line(UNCLEAR), *_such_as(asking[:1])), Reason.OUT_OF_SCOPE)


def whose() -> Draft:
    """我镇, which nobody has named."""
    return Draft((Line(WHOSE),), Reason.AMBIGUOUS)


def _such_as(asking: Sequence[str]) -> tuple[Line, ...]:
    if not asking:
        return (Line("资料库还是空的，请先用 zhenwen index 导入报告。"),)
    return (_of_catalogue(f"可以这样问：{'；'.join(asking)}"),)


def examples(catalogue: Sequence[ReportInfo], figures: Sequence[Figure] = (), troubled: Collection[str] = ()) -> tuple[str, ...]:
    """Up to four questions that work on this collection: a figure, two towns side by side, a practice, the problems of a town.

    ``figures`` are those of the newest reports, ``troubled`` the ids of reports with a section of problems; what these
    cannot promise an answer to is left out. Empty for a collection without town reports.
    """
    names = Counter(town for _, town in {(r.place.county, r.town) for r in catalogue})
    newest = {r.town: r for r in sorted(catalogue, key=lambda r: r.year or 0) if r.town and r.year and names[r.town] == 1}
    if not newest:
        return ("哪些镇开展了普法宣传",) if any(r.town for r in catalogue) else ()
    stated = {(f.indicator, f.report_id) for f in figures if f.kind in (Kind.DONE, Kind.AS_OF) and f.parent is None and f.value}
    return tuple(_examples(sorted(newest.values(), key=lambda r: (-(r.year or 0), r.town)), stated, troubled))


def _examples(reports: Sequence[ReportInfo], stated: Collection[tuple[str, str]], troubled: Collection[str]) -> Iterator[str]:
    asking: dict[str, str] = table()["examples"]
    of = {indicator: [r for r in reports if (indicator, r.id) in stated] for indicator in asking}
    single = next((indicator for indicator, own in of.items() if own), None)
    if single:
        first = of[single][0]
        yield f"{first.town}{first.year}年{asking[single]}"
    shared = max(of, key=lambda indicator: (len(of[indicator]) > 1, indicator != single, len(of[indicator])))
    if len(of[shared]) > 1:
        yield f"{of[shared][0].town}和{of[shared][1].town}各{asking[shared]}"
    yield "其他镇怎么开展普法宣传"
    yield from [f"{report.town}存在哪些问题" for report in reports if report.id in troubled][:1]


def holdings(query: Query, reports: Sequence[ReportInfo], unidentified: int = 0) -> Draft:
    """Which reports the store has: counted, by town, with the years; two reports of one town-year are pointed out.

    ``unidentified`` documents are in no town's scope, and said to be there."""
    ordered = sorted(reports, key=lambda r: (r.place.county, r.town, r.year or 0, r.party))
    towns = [(key, list(group)) for key, group in groupby(ordered, key=lambda r: (r.place.county, r.town))]
    scope = Scope(tuple(dict.fromkeys(r.town for r in reports)), tuple(sorted({r.year for r in reports if r.year})))
    coverage = Coverage(len(reports), len(reports))
    if any(word in query.question for word in ("两份", "同一年", "重复", "不止一份")):
        return Draft(tuple(_doubles(towns)) or (Line("没有同一个镇同一年的两份报告。"),), scope=scope, coverage=coverage)
    where = query.place or ("、".join(scope.towns) if query.towns else "资料库")
    unknown = f"（另有{unidentified}份没有认出是哪个镇的，请管理员用 zhenwen reports check 查看补正）" if unidentified else ""
    head = f"{where}共有{len(reports)}份报告，涉及{len(towns)}个镇（街道、乡）{unknown}："
    lines = [Line(head, facts=(float(len(reports)), float(len(towns)), float(unidentified)))]
    lines += [_town_line(county, town, own) for (county, town), own in towns[:LISTED]]
    if len(towns) > LISTED:
        lines.append(Line(f"……其余{len(towns) - LISTED}个可用 zhenwen reports 查看。", facts=(float(len(towns) - LISTED),)))
    return Draft(tuple(lines), scope=scope, coverage=coverage)


def _town_line(county: str, town: str, own: Sequence[ReportInfo]) -> Line:
    years = [f"{r.when}{'（党委）' if r.party else ''}" for r in own if r.year]
    return Line(f"{county}{town}：{'、'.join(dict.fromkeys(years))}", facts=tuple(float(r.year) for r in own if r.year))


def _doubles(towns: Sequence[tuple[tuple[str, str], list[ReportInfo]]]) -> list[Line]:
    lines = []
    for (county, town), own in towns:
        for year, group in groupby(own, key=lambda r: r.year):
            same = list(group)
            if len(same) > 1:
                kinds = "、".join("党委的" if r.party else "政府的" for r in same)
                lines.append(Line(f"{county}{town}{year}年有{len(same)}份报告：{kinds}。", facts=(float(year or 0), float(len(same)))))
    return lines


def versions(draft: Draft) -> Iterator[Line]:
    """That a reply rests on several reports of one town and year: a correction and what it corrects may both be there."""
    groups: dict[tuple[str, str, str, bool], dict[str, str]] = {}
    for source in (source for line in draft.lines for source in line.sources):
        report = source.report
        if report.town and report.year:
            groups.setdefault((report.place.county, report.town, report.when, report.party), {})[report.id] = report.file
    for (_, town, when, _), files in groups.items():
        if len(files) > 1:
            yield _of_catalogue(f"（{town}{when}有{len(files)}份报告：{'、'.join(files.values())}，所写可能不同，请核对以哪份为准）")


def absent(missing: Missing, catalogue: Sequence[ReportInfo]) -> Line:
    """One sentence for a town or a year that the store has not, with the nearest useful offer."""
    town = missing.town
    if missing.reason is Reason.NO_YEAR:
        have = "、".join(dict.fromkeys(r.when for r in missing.reports if r.year))
        asked = "、".join(f"{year}年" for year in missing.years)
        return _of_catalogue(f"资料库没有{town.county}{town.town}{asked}的报告，现有{have}的。")
    name = f"{town.county}{town.town}"
    namesakes = [f"{r.place.county}{r.town}" for r in catalogue if r.town == town.town]
    if namesakes:
        return _of_catalogue(f"资料库没有{name}的报告，只有{'、'.join(dict.fromkeys(namesakes))}的。")
    neighbours = [r.town for r in catalogue if town.county and r.place.county == town.county]
    others = list(dict.fromkeys(neighbours or [r.town for r in catalogue if r.town]))[:3]
    offer = f"{'同县' if neighbours else '现'}有{'、'.join(others)}等的报告。" if others else ""
    return _of_catalogue(f"资料库没有{name}的报告。{offer}")


def _of_catalogue(text: str) -> Line:
    """A line of names and years only; its numbers are in names (十八里店乡) and years, none is a figure of a report."""
    return Line(text, facts=tuple(q.value for q in quantities(text)))
