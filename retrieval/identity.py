"""Questions about a report itself: when it was published or signed, which year it is for, where its town lies."""

from __future__ import annotations

import re
from datetime import date

from index.numerals import value_of
from retrieval.compose import label, shown
from retrieval.draft import Draft, Line, Source
from retrieval.inquiry import Inquiry
from retrieval.reading import Reading, Sentence

PUBLISHED = re.compile(r"发布|公布|公开|上网|发出|挂网")
WRITTEN = re.compile(r"成文|落款|印发|写[于成]|签发|起草")
WHEN = re.compile(r"什么时候|何时|哪天|哪一天|几号|日期|时间|几月|哪年哪月")
REPORT = re.compile(r"报告|材料|文件|总结")
WHICH_YEAR = re.compile(r"哪一?年(?:度)?的?$|哪个年度|是几几年|什么年份")
WHERE = re.compile(r"(?:在|属于?|归)(?:的是)?(?:哪个?|什么|几个)(?:省|市|县|区|地方|州)|在哪里?$|哪个县")
DAY = re.compile(r"(?P<y>\d{4}|[一二][〇○零九][〇○零一二三四五六七八九]{2})\s*[-年./]\s*(?P<m>\d{1,2}|[一二三四五六七八九十]{1,2})\s*[-月./]\s*(?P<d>\d{1,2}|[一二三四五六七八九十]{1,3})日?")


def asked(question: str) -> bool:
    """Whether ``question`` is about the report or the place, not about what the report says."""
    question = question.rstrip("？?。 呢吗呀啊")
    dated = WHEN.search(question) and REPORT.search(question) and (PUBLISHED.search(question) or WRITTEN.search(question))
    return bool(dated or (REPORT.search(question) and WHICH_YEAR.search(question)) or WHERE.search(question))


def identity(inquiry: Inquiry) -> Draft | None:
    """One line a fact about each report in scope; None when nothing of it is known."""
    question = inquiry.query.question.rstrip("？?。 呢吗呀啊")
    lines = [line for reading in inquiry.readings for line in _of(reading, question)]
    return Draft(tuple(lines), scope=inquiry.scope(), coverage=inquiry.coverage(len(inquiry.readings))) if lines else None


def _of(reading: Reading, question: str) -> list[Line]:
    if WHERE.search(question):
        return _place(reading)
    if WHICH_YEAR.search(question):
        return _year(reading)
    lines = []
    if PUBLISHED.search(question):
        lines += _day(reading, reading.report.published, "发布日期")
    if WRITTEN.search(question):
        lines += _day(reading, reading.report.written, "成文日期")
    return lines


def _day(reading: Reading, day: date | None, name: str) -> list[Line]:
    report = reading.report
    if day is None:
        return []
    words = f"{label(report)}报告的{name}是{day.year}年{day.month}月{day.day}日。"
    where = next((m for m in DAY.finditer(report.text) if _is(m, day)), None)
    if where is None:
        return [Line(words, facts=(float(report.year or 0), float(day.year), float(day.month), float(day.day)))]
    start = report.text.rfind("\n", 0, where.start()) + 1
    end = report.text.find("\n", where.end())
    section = next(s for s in reading.sections if s.start <= where.start() < s.end)
    return [Line(words, (Source(report, section, start, end if end > 0 else len(report.text)),))]


def _is(match: re.Match[str], day: date) -> bool:
    values = [value_of(match[name].replace("○", "〇")) for name in "ymd"]
    return values == [day.year, day.month, day.day]


def _year(reading: Reading) -> list[Line]:
    report = reading.report
    words = f"{label(report, year=False)}的报告是{report.year}年的：《{report.title}》。"
    first, *more = reading.of(reading.sections[0]) or reading.sentences[:1]
    end = more[-1].end if more else first.end
    return [Line(words, (first.source(end=end),), facts=(float(report.year or 0),))]


def _place(reading: Reading) -> list[Line]:
    place = reading.report.place
    if not place.county:
        return []
    words = f"{place.town}在{place.province}{place.city}{place.county}。"
    return [Line(words, (s.source(),) if (s := _placing(reading)) else ())]


def _placing(reading: Reading) -> Sentence | None:
    """The first sentence that names town and county together."""
    place = reading.report.place
    return next((s for s in reading.sentences if place.town in s.text and place.county in shown(s.text)), None)
