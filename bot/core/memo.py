"""纪要: answers that somebody collects, to be taken away as a Word file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime

from bot.core.buttons import numbers
from bot.core.citing import place_of, reference
from bot.core.deeds import owned
from bot.core.desk import Call, Deed, Desk, Done, Verb
from bot.core.intake import safe_name
from bot.core.people import may
from bot.core.records import Record
from bot.core.types import Attachment, Button, Reply, Role
from bot.core.word import Entry, Memo, Source, word_file
from index.types import Place, ReportInfo
from retrieval.types import Answer, Citation

MOST = 99  # answers in one memo: its headings count to ninety-nine
TITLE = "法治政府建设情况摘编"
SHOWN = 30  # characters of a question in a list
LONGEST_TITLE = 60

ADDED = "已加入纪要，共{count}条"
THERE = "纪要里已有这一条"
FULL = f"纪要最多{MOST}条，请先用 /memo 导出并清空。"
EMPTY = "纪要是空的。在回答下面点“加入纪要”，攒够了用 /memo 导出成 Word 文件。"
LIST = "纪要里有{count}条："
HOW = "导出时可以自己定标题：/memo export 标题"
CLEARED = "纪要已清空。"
MADE = "纪要共{count}条，正文有脚注注明出处，附件是引用原文；引用前请核对原件。"
CLEAR, EXPORT = ("clear", "清空"), ("export", "导出")


def collect(desk: Desk, call: Call) -> Done:
    """``memo:answer`` adds an answer."""
    (number,) = numbers(call.words, 1)
    owned(desk, call, number)
    with desk.database.transaction():
        count = len(_collected(desk, call))
        if count >= MOST:
            return Done(reply=Reply(FULL))
        sql = "INSERT OR IGNORE INTO memo VALUES (?, ?, ?, ?)"
        added = desk.database.write(sql, call.who.channel, call.who.user, number, desk.now())
    return Done(ADDED.format(count=count + 1) if added else THERE)


def memo(desk: Desk, call: Call) -> Reply:
    """``/memo`` shows what was collected; with ``clear`` or ``export 标题`` it does that."""
    word, _, rest = call.words.partition(" ")
    if word in CLEAR:
        return _cleared(desk, call)
    if word in EXPORT:
        return _exported(desk, call, rest)
    records = _collected(desk, call)
    if not records:
        return Reply(EMPTY)
    lines = [f"{place}. {record.question}" for place, record in enumerate(records, 1)]
    drops = tuple((Button(f"去掉：{record.question[:SHOWN]}", f"memo_no:{record.id}"),) for record in records[-3:])
    buttons = ((Button("导出 Word", "memo_out"), Button("清空", "memo_no")), *drops)
    return Reply("\n".join([LIST.format(count=len(records)), *lines]), note=HOW, buttons=buttons)


def export(desk: Desk, call: Call) -> Done:
    """``memo_out`` makes the Word file."""
    return Done(reply=_exported(desk, call, ""))


def drop(desk: Desk, call: Call) -> Done:
    """``memo_no:answer`` takes one out, ``memo_no`` all."""
    if not call.words:
        return Done(reply=_cleared(desk, call))
    (number,) = numbers(call.words, 1)
    desk.database.write("DELETE FROM memo WHERE channel = ? AND user = ? AND answer = ?", call.who.channel, call.who.user, number)
    return Done("已去掉", memo(desk, Call(call.who, call.role, "", call.key)))


def _cleared(desk: Desk, call: Call) -> Reply:
    desk.database.write("DELETE FROM memo WHERE channel = ? AND user = ?", call.who.channel, call.who.user)
    return Reply(CLEARED)


def _exported(desk: Desk, call: Call, title: str) -> Reply:
    records = _collected(desk, call)
    if not records:
        return Reply(EMPTY)
    title = " ".join(title.split())[:LONGEST_TITLE] or TITLE
    made = datetime.fromtimestamp(desk.now(), UTC).astimezone().date()
    reports = {report.id: report for report in desk.answerer.reports()}
    file = word_file(Memo(title, made, tuple(entry(record.question, record.answer, reports, made) for record in records)))
    return Reply(MADE.format(count=len(records)), files=(Attachment(safe_name(f"{title}.docx"), file),))


def _collected(desk: Desk, call: Call) -> list[Record]:
    """What this person has collected, in that order."""
    sql = "SELECT answer FROM memo WHERE channel = ? AND user = ? ORDER BY at, answer"
    found = (desk.records.get(row["answer"]) for row in desk.database.rows(sql, call.who.channel, call.who.user))
    return [record for record in found if record and (record.belongs_to(call.who) or record.in_group or may(call.role, Role.KEEPER))]


def entry(question: str, answer: Answer, reports: Mapping[str, ReportInfo], today: date) -> Entry:
    """An answer as it stands in a memo, its sources looked up ``today``."""
    return Entry(question, answer.text, tuple(_source(citation, reports.get(citation.report_id), today) for citation in answer.citations))


def _source(citation: Citation, report: ReportInfo | None, today: date) -> Source:
    """Where the words stand; of a report that is no longer there, as far as the citation tells."""
    report = report or ReportInfo(
        id=citation.report_id,
        file=citation.file,
        digest="",
        title=citation.title,
        place=Place(town=citation.town),
        year=citation.year,
        url=citation.url,
    )
    head = " › ".join((f"《{citation.title}》", *citation.section))
    return Source(head, citation.quote, reference(report, place_of(citation), today))


VERBS = (Verb("memo", "纪要：攒下的回答，导出成 Word 文件", Role.READER, memo, words=("纪要…", "我的纪要", "导出纪要")),)
DEEDS = (
    Deed("memo", Role.READER, collect),
    Deed("memo_out", Role.READER, export),
    Deed("memo_no", Role.READER, drop),
)
