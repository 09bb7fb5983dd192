"""The commands of conversation: the welcome, help, asking, what was asked, 我镇."""

from __future__ import annotations

from bot.core import texts
from bot.core.buttons import rows
from bot.core.desk import Call, Desk, Verb
from bot.core.people import may
from bot.core.showing import opened
from bot.core.types import Button, Reply, Role
from bot.reasons import why_view
from index.errors import BadRequest
from index.types import ReportInfo
from retrieval.reply.cite import short_town
from retrieval.why import explain

LISTED = 10  # questions of /history
NAMED = 12  # places that share a name, as buttons


def start(desk: Desk, call: Call) -> Reply:
    """The welcome; and what a link or a code brings: claim_…, inv_…, c_answer_n."""
    kind, _, rest = call.words.partition("_")
    if kind in ("claim", "inv") and rest:
        return _let_in(desk, call, rest, claim=kind == "claim")
    if call.role is None:
        return Reply(texts.STRANGER.format(user=call.who.user), note=texts.SECRECY)
    if kind == "c" and rest:
        return _citation(desk, call, rest)
    return Reply(texts.GROUP_START, note=texts.SECRECY) if call.who.group else _welcome(desk)


def _welcome(desk: Desk, first: str = "") -> Reply:
    return Reply("\n".join(filter(None, (first, texts.START, examples(desk), texts.MORE))), note=texts.SECRECY)


def _let_in(desk: Desk, call: Call, code: str, *, claim: bool) -> Reply:
    role = desk.people.redeem(call.who, code, claim=claim)
    if role is None:
        return Reply(texts.BAD_CLAIM if claim else texts.BAD_CODE)
    return _welcome(desk, texts.CLAIMED if claim else texts.WELCOME.format(role=texts.ROLES[role]))


def _citation(desk: Desk, call: Call, words: str) -> Reply:
    number, _, n = words.partition("_")
    record = desk.records.get(int(number)) if number.isascii() and number.isdecimal() and len(number) < 18 else None
    if record and not (record.in_group or record.belongs_to(call.who) or may(call.role, Role.KEEPER)):
        record = None  # the link of an answer that somebody else was given
    citation = next((c for c in record.answer.citations if str(c.n) == n), None) if record else None
    if citation is None:
        raise BadRequest(texts.GONE)
    return opened(desk, citation)


def examples(desk: Desk) -> str:
    """Questions that the present collection answers."""
    found = desk.answerer.examples()
    return texts.EXAMPLES.format(examples="\n".join(found)) if found else texts.NO_EXAMPLES


def ask(desk: Desk, call: Call) -> Reply | str:
    """A question, where plain text does not reach the bot or may be meant for others."""
    return call.words or Reply(texts.ASK_WHAT.format(example=next(iter(desk.answerer.examples()), texts.SOME_QUESTION)))


def stop(desk: Desk, call: Call) -> Reply:
    """Stop what runs, and wait for nothing any more."""
    waited = desk.talks.expected(call.who)
    return Reply(texts.STOPPING if desk.running.stop(call.who) or waited else texts.NOTHING_TO_STOP)


def new(desk: Desk, call: Call) -> Reply:
    """Another subject."""
    desk.talks.begin_anew(call.who)
    return Reply(texts.NEW)


def why(desk: Desk, call: Call) -> Reply:
    """How the last question was answered."""
    last = desk.records.last(call.who)
    if not last:
        return Reply(texts.NOTHING_ASKED)
    return Reply("\n".join((last[0].question, *why_view(explain(desk.answerer, last[0].answer.question, last[0].history)))))


def history(desk: Desk, call: Call) -> Reply:
    """The last questions, each to be looked at again."""
    records = desk.records.last(call.who, LISTED)
    if not records:
        return Reply(texts.NOTHING_ASKED)
    return Reply(texts.HISTORY, buttons=tuple((Button(record.question, f"ans:{record.id}"),) for record in records))


def me(desk: Desk, call: Call) -> Reply:
    """Which town 我镇 is."""
    if not call.words:
        person = desk.people.find(call.who.channel, call.who.user)
        return Reply(texts.ME_IS.format(town=person.county + person.town) if person and person.town else texts.ME_HOW)
    if call.words in texts.ME_CLEAR:
        desk.people.live_in(call.who, "", "")
        return Reply(texts.ME_FORGOTTEN)
    words = call.words.replace(" ", "")
    named = {(r.place.county, r.town): r for r in desk.answerer.reports() if r.town and words in _names(r)}
    if len(named) > 1:
        buttons = [Button(f"{county}{town}", f"me:{r.id}") for (county, town), r in sorted(named.items())[:NAMED]]
        return Reply(texts.ME_WHICH.format(count=len(named), town=call.words), buttons=rows(buttons, 2))
    return settle(desk, call, next(iter(named.values()))) if named else Reply(texts.ME_UNKNOWN.format(town=call.words))


def _names(report: ReportInfo) -> tuple[str, ...]:
    """What people call a town."""
    return tuple(f"{county}{town}" for county in ("", report.place.county) for town in (report.town, short_town(report.town)))


def settle(desk: Desk, call: Call, report: ReportInfo) -> Reply:
    """Remember the town of ``report`` as theirs."""
    desk.people.live_in(call.who, report.place.county, report.town)
    return Reply(texts.ME_SET.format(town=report.place.county + report.town))


def privacy(desk: Desk, call: Call) -> Reply:  # noqa: ARG001  (every command is called alike)
    """What is kept of people, and how to have it deleted."""
    return Reply(texts.PRIVACY, note=texts.SECRECY, buttons=((Button(texts.FORGET, "forget"),), (Button(texts.ERASE_ME, "erase_me"),)))


VERBS = (
    Verb("start", "开始", None, start, hidden=True),
    Verb("ask", "提问；在群里要这样问", Role.READER, ask, words=("提问…",)),
    Verb("new", "换个话题，不再沿用前面的镇和年份", Role.READER, new, words=("换个话题", "新话题", "重新开始", "重新来", "重来")),
    Verb("why", "上一问是怎样答出来的", Role.READER, why, words=("怎么得出来的", "怎么算出来的", "怎么答出来的")),
    Verb("stop", "停下正在答的问题", Role.READER, stop, words=("停", "停下", "停止", "取消", "退出", "结束", "关闭", "算", "不用", "不问", "等一下")),
    Verb("history", "最近问过的问题", Role.READER, history, words=("历史", "历史记录", "提问记录", "问过什么", "我问过什么")),
    Verb("me", "我在哪个镇，以后可以问“我镇……”", Role.READER, me, words=("我的镇…", "我镇是…")),
    Verb("privacy", "记下什么、谁能看到、怎样删除", None, privacy, words=("隐私", "清空", "清空记录", "删除记录", "删除聊天记录", "清空聊天记录", "把聊天记录删", "删除我的记录")),
)
