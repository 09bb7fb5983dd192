"""What keepers look at: what could not be answered, what people think of the answers, how much is asked; and copies of the records."""

from __future__ import annotations

import json
from datetime import datetime
from functools import partial
from pathlib import Path

from bot.core import texts
from bot.core.answers import answer_reply
from bot.core.buttons import numbers
from bot.core.database import Row
from bot.core.desk import Call, Deed, Desk, Done, Verb
from bot.core.records import Record
from bot.core.types import Attachment, Button, Reply, Role
from bot.spending import spending
from index.errors import BadRequest
from retrieval.types import Reason

LISTED = 15  # questions in a list
OPENED = 5  # questions with a button
LABEL = 30  # characters on a button
DAYS = 30
DAY = 86_400.0  # seconds
MOST_DAYS = 3_650
MOST_CASES = 1_000

PRIVATE = "这里有别人的提问，请在私聊里用这个命令。"
NO_UNANSWERED = "最近{days}天没有答不上来的问题。"
UNANSWERED = "最近{days}天没答上来的问题（次数、原因）："
NO_FEEDBACK = "最近{days}天没有人评价。"
FEEDBACK = "最近{days}天：{good}个👍，{bad}个👎。不满意的有："
REST = "……另有{count}条，用 /export 取全部。"
USAGE = "{name}：{people}人问了{asked}次，没答上{refused}次，👍{good} 👎{bad}"
SPANS = (("今天", 1), ("最近7天", 7), ("最近30天", 30))
ASKERS = "最近30天问得最多的："
COLLECTION = "资料库：{reports}份报告；从聊天里收录的{uploads}份，待确认{waiting}份。"
BACKED_UP = "已备份，{size:.1f} MB，在运行镇问的机器上：\n{path}\n里面有大家的提问和权限，请妥善保管，不要外传。"
NO_CASES = "没有可以导出的：最近{days}天没有答不上来的问题，也没有👎。"
CASES = "共{count}题，都要先补好再用：没答上来的，确认该不该答；答错的，改 must_contain 和 evidence。用 zhenwen eval 文件 打分。"
REASONS = {
    Reason.NO_TOWN: "没有该镇",
    Reason.NO_YEAR: "没有该年",
    Reason.NOT_STATED: "报告未写",
    Reason.DIFFERENT_MEASURE: "口径不同",
    Reason.OUT_OF_SCOPE: "题外",
    Reason.UNSAFE: "指令",
    Reason.AMBIGUOUS: "镇名不明",
}
OWN = (Reason.OUT_OF_SCOPE, Reason.UNSAFE)  # rightly not answered: no keeper need look at them


def unanswered(desk: Desk, call: Call) -> Reply:
    """``/unanswered [天数]``: what could not be answered, most often asked first."""
    days, since = _since(desk, call)
    sql = (
        "SELECT understood, reason, count(*) AS times, max(id) AS id FROM answers WHERE reason IS NOT NULL AND reason NOT IN (?, ?)"
        " AND at > ? GROUP BY understood, reason ORDER BY times DESC, id DESC"
    )
    rows = desk.database.rows(sql, *OWN, since)
    if not rows:
        return Reply(NO_UNANSWERED.format(days=days))
    lines = [f"{row['understood']}（{row['times']}次，{REASONS[Reason(row['reason'])]}）" for row in rows]
    return Reply(_lines(UNANSWERED.format(days=days), lines), buttons=_open([(row["id"], row["understood"]) for row in rows]))


def feedback(desk: Desk, call: Call) -> Reply:
    """``/feedback [天数]``: what people were not content with, newest first."""
    days, since = _since(desk, call)
    sql = "SELECT a.id, a.question, f.good, f.reason FROM feedback f JOIN answers a ON a.id = f.answer WHERE f.at > ? ORDER BY f.at DESC"
    rows = desk.database.rows(sql, since)
    if not rows:
        return Reply(NO_FEEDBACK.format(days=days))
    bad = [row for row in rows if not row["good"]]
    head = FEEDBACK.format(days=days, good=len(rows) - len(bad), bad=len(bad))
    lines = [f"{row['question']}（{row['reason'] or '没写原因'}）" for row in bad]
    return Reply(_lines(head, lines), buttons=_open([(row["id"], row["question"]) for row in bad]))


def _lines(head: str, lines: list[str]) -> str:
    rest = [REST.format(count=len(lines) - LISTED)] if len(lines) > LISTED else []
    return "\n".join([head, *lines[:LISTED], *rest])


def _open(questions: list[tuple[int, str]]) -> tuple[tuple[Button, ...], ...]:
    return tuple((Button(question[:LABEL], f"rev:{number}"),) for number, question in questions[:OPENED])


def look(desk: Desk, call: Call) -> Done:
    """``rev:answer`` shows anybody's answer to a keeper, as it was given."""
    (number,) = numbers(call.words, 1)
    record = desk.records.get(number)
    if record is None:
        raise BadRequest(texts.GONE)
    before = [f"此前：{turn}" for turn in record.history[-3:]]
    reply = answer_reply(desk, record, call.who)
    return Done(reply=Reply("\n".join([*before, f"问：{record.question}", reply.text]), reply.quotes, reply.note, reply.buttons))


def usage(desk: Desk, call: Call) -> Reply:
    """``/usage``: how many ask how much, and what the language model took."""
    _private(call)
    lines = [_span(desk, name, _midnight(desk) - (days - 1) * DAY) for name, days in SPANS]
    uploads = {row["state"]: row["n"] for row in desk.database.rows("SELECT state, count(*) AS n FROM uploads GROUP BY state")}
    reports = len(desk.answerer.reports())
    lines.append(COLLECTION.format(reports=reports, uploads=uploads.get("taken", 0), waiting=uploads.get("waiting", 0)))
    sql = (
        "SELECT coalesce(nullif(p.name, ''), a.user) AS name, count(*) AS n FROM answers a"
        " LEFT JOIN people p ON p.channel = a.channel AND p.user = a.user WHERE a.at > ? GROUP BY a.channel, a.user ORDER BY n DESC LIMIT 5"
    )
    busiest = [f"{row['name']} {row['n']}次" for row in desk.database.rows(sql, desk.now() - DAYS * DAY)]
    lines += [ASKERS + "、".join(busiest)] if busiest else []
    return Reply("\n".join(filter(None, [*lines, spending(desk.store_path, name=partial(_name, desk))])))


def _name(desk: Desk, user: str) -> str:
    """The name of whom the language model was asked for: ``channel:user``."""
    channel, _, known_as = user.partition(":")
    person = desk.people.find(channel, known_as)
    return person.name if person and person.name else user


def _span(desk: Desk, name: str, since: float) -> str:
    asked = _one(desk, "SELECT count(*) AS asked, count(DISTINCT channel || ':' || user) AS people, count(reason) AS refused FROM answers WHERE at >= ?", since)
    judged = _one(desk, "SELECT coalesce(sum(good), 0) AS good, count(*) AS judged FROM feedback WHERE at >= ?", since)
    counts = {key: asked[key] for key in ("asked", "people", "refused")}
    return USAGE.format(name=name, good=judged["good"], bad=judged["judged"] - judged["good"], **counts)


def _one(desk: Desk, sql: str, *values: object) -> Row:
    """The one row of a query that counts."""
    (row,) = desk.database.rows(sql, *values)
    return row


def backup(desk: Desk, call: Call) -> Reply:
    """``/backup``: a copy of the database beside it. It is not sent: it holds what everybody asked."""
    _private(call)
    path = desk.database.path
    copy = path.with_name(f"{path.stem}-{_time(desk):%Y%m%d-%H%M%S}{path.suffix}")
    desk.database.backup(copy)
    return Reply(BACKED_UP.format(size=copy.stat().st_size / 2**20, path=copy.absolute()))


def export(desk: Desk, call: Call) -> Reply:
    """``/export [天数]``: what was not answered, or not well, as a file of cases for ``zhenwen eval``."""
    days, since = _since(desk, Call(call.who, call.role, call.words.removeprefix("cases").strip(), call.key))
    sql = (
        "SELECT a.id, max(f.reason) AS reason FROM answers a LEFT JOIN feedback f ON f.answer = a.id AND NOT f.good"
        " WHERE a.at > ? AND (f.answer IS NOT NULL OR (a.reason IS NOT NULL AND a.reason NOT IN (?, ?)))"
        " GROUP BY a.id ORDER BY a.id DESC LIMIT ?"
    )
    rows = desk.database.rows(sql, since, *OWN, MOST_CASES)
    records = [(record, row["reason"]) for row in rows if (record := desk.records.get(row["id"]))]
    cases = {_same(record): json.dumps(_case(record, reason), ensure_ascii=False) for record, reason in reversed(records)}
    if not cases:
        return Reply(NO_CASES.format(days=days))
    name = f"cases-{_time(desk):%Y%m%d}.jsonl"
    file = Attachment(name, "".join(f"{case}\n" for case in cases.values()).encode())
    return Reply(CASES.format(count=len(cases)), files=(file,))


def _same(record: Record) -> tuple[str, ...]:
    """The same question after the same turns is one case."""
    return (*record.history, record.answer.question)


def _case(record: Record, reason: str | None) -> dict[str, object]:
    """One question in the form of data/eval; ``reason`` is None when nobody has complained."""
    answer = record.answer
    said = f"评价：{reason or '👎'}" if reason is not None else f"拒答：{REASONS[answer.reason]}" if answer.reason else ""
    return {
        "id": f"C{record.id}",
        "question": answer.question,
        "type": "review",
        "answerable": reason is not None,
        "must_contain": [],
        "must_not_contain": [],
        "evidence": [{"file": Path(c.file).name, "quote": c.quote} for c in answer.citations],
        "history": list(record.history),
        "note": f"{said}；当时的回答：{answer.text}",
    }


def _since(desk: Desk, call: Call) -> tuple[int, float]:
    """The days that the command's words ask for, and the instant from which they count."""
    _private(call)
    asked = call.words.removesuffix("天")
    days = min(int(asked), MOST_DAYS) if asked.isascii() and asked.isdecimal() and len(asked) < 9 else DAYS
    return days, desk.now() - days * DAY


def _private(call: Call) -> None:
    if call.who.group:
        raise BadRequest(PRIVATE)


def _time(desk: Desk) -> datetime:
    return datetime.fromtimestamp(desk.now()).astimezone()


def _midnight(desk: Desk) -> float:
    return _time(desk).replace(hour=0, minute=0, second=0, microsecond=0).timestamp()


VERBS = (
    Verb("unanswered", "没答上来的问题", Role.KEEPER, unanswered),
    Verb("feedback", "大家的评价", Role.KEEPER, feedback),
    Verb("usage", "用了多少", Role.KEEPER, usage),
    Verb("export", "没答好的问题，导出成题目", Role.KEEPER, export),
    Verb("backup", "备份问答记录", Role.KEEPER, backup),
)
DEEDS = (Deed("rev", Role.KEEPER, look),)
