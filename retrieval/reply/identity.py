"""Questions about a report itself: when it was published or signed, its number, whom it is for, which year it is for, where its town lies."""

from __future__ import annotations

import re
from datetime import date

from index.dates import days
from index.numerals import half_width
from retrieval.draft import Draft, Line, Source
from retrieval.evidence.inquiry import Inquiry
from retrieval.evidence.reading import Reading, Sentence
from retrieval.reply.compose import label, shown
from retrieval.types import Query

PUBLISHED = re.compile(r"发布|公布|公开|上网|发出|挂网")
WRITTEN = re.compile(r"成文|落款|印发|写[于成的好完]|签发|起草")
WHEN = re.compile(r"什么时候|何时|哪天|哪一天|几号|日期|时间|几月|哪年哪月")
REPORT = re.compile(r"报告|材料|文件|总结")
WHICH_YEAR = re.compile(r"哪一?年(?:度)?的?$|哪个年度|是几几年|什么年份")
NUMBERED = re.compile(r"文号|发文字号|发文号")
NUMBER = re.compile(r"[一-鿿]{1,12}[〔\[［(（]20\d\d[〕\]］)）]\s*第?\s*\d{1,5}\s*号")
ADDRESSED = re.compile(r"(?:报|呈|送|交|写|发|上报|报送|呈报)给?的?(?:是)?(?:谁|哪|什么(?:单位|机关|部门))|主送|抬头")
SALUTATION = re.compile(r"^[ 　]*(?P<to>[^\s。：:，,\d]{2,40}(?:[、 ][^\s。：:，,\d]{2,40})*)[：:][ 　]*$", re.MULTILINE)
HEAD = 600  # characters in which a report bears its number and names whom it is for
WHERE = re.compile(r"(?:在|属于?|归)(?:的是)?(?:哪个?|什么|几个)(?:省|市|县|区|地方|州)|在哪里?$|哪个县|哪个?(?:省|市|区)的?$")

ONLY_WHERE = re.compile(r"(?:请问|这个|那个)?(?:是|位于|坐落)?(?:在|属于?|归)?(?:的是)?(?:哪里?个?|什么|几个)?(?:省|市|县|区|地方|州)?(?:管|的|下面)?[呢吗呀啊？?。]*")
"""Nothing but the question for the place, once the town is taken out."""


def asked(query: Query) -> bool:
    """Whether the question is about the report or the place, not about what the report says: 在哪个县, and not 输在哪里."""
    question = query.question.rstrip("？?。 呢吗呀啊")
    dated = WHEN.search(question) and REPORT.search(question) and (PUBLISHED.search(question) or WRITTEN.search(question))
    own = REPORT.search(question) and (NUMBERED.search(question) or ADDRESSED.search(question))
    return bool(dated or own or (REPORT.search(question) and WHICH_YEAR.search(question)) or (WHERE.search(question) and ONLY_WHERE.fullmatch(query.spoken)))


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
    if NUMBERED.search(question):
        return _in_head(reading, NUMBER, "{whose}报告的文号是{words}。")
    if ADDRESSED.search(question):
        return _in_head(reading, SALUTATION, "{whose}的报告是报给{words}的。")
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
    where = next(((start, end) for start, end, named in days(half_width(report.text)) if named == day), None)
    if where is None:
        return [Line(words, facts=(float(report.year or 0), float(day.year), float(day.month), float(day.day)))]
    start = report.text.rfind("\n", 0, where[0]) + 1
    end = report.text.find("\n", where[1])
    section = next(s for s in reading.sections if s.start <= where[0] < s.end)
    return [Line(words, (Source(report, section, start, end if end > 0 else len(report.text)),))]


def _in_head(reading: Reading, pattern: re.Pattern[str], said: str) -> list[Line]:
    """What stands once in the head of a report."""
    report = reading.report
    found = pattern.search(report.text, 0, HEAD)
    if found is None:
        return []
    start, end = found.span("to") if "to" in pattern.groupindex else found.span()
    section = next(s for s in reading.sections if s.start <= start < s.end)
    return [Line(said.format(whose=label(report), words=report.text[start:end]), (Source(report, section, start, end),))]


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
