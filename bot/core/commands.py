"""The commands that everybody may use who may ask, and the welcome."""

from __future__ import annotations

from bot.core import texts
from bot.core.desk import Call, Desk, Verb
from bot.core.showing import opened
from bot.core.types import Button, Reply, Role
from bot.reasons import why_view
from index.errors import BadRequest
from retrieval.why import explain

LISTED = 10  # questions of /history


def start(desk: Desk, call: Call) -> Reply:
    """The welcome; and what a link or a code brings: claim_…, inv_…, c_answer_n."""
    kind, _, rest = call.words.partition("_")
    if kind in ("claim", "inv") and rest:
        return _let_in(desk, call, rest, claim=kind == "claim")
    if call.role is None:
        return Reply(texts.STRANGER.format(user=call.who.user), note=texts.SECRECY)
    if kind == "c" and rest:
        return _citation(desk, rest)
    if call.who.group:
        return Reply(texts.GROUP_START)
    return _welcome(desk)


def _welcome(desk: Desk, first: str = "") -> Reply:
    return Reply("\n".join(filter(None, (first, texts.START, examples(desk), texts.MORE))), note=texts.SECRECY)


def _let_in(desk: Desk, call: Call, code: str, *, claim: bool) -> Reply:
    role = desk.people.redeem(call.who, code, claim=claim)
    if role is None:
        return Reply(texts.BAD_CLAIM if claim else texts.BAD_CODE)
    return _welcome(desk, texts.CLAIMED if claim else texts.WELCOME.format(role=texts.ROLES[role]))


def _citation(desk: Desk, words: str) -> Reply:
    number, _, n = words.partition("_")
    record = desk.records.get(int(number)) if number.isdecimal() and len(number) < 18 else None
    citation = next((c for c in record.answer.citations if str(c.n) == n), None) if record else None
    if citation is None:
        raise BadRequest(texts.GONE)
    return opened(desk, citation)


def examples(desk: Desk) -> str:
    """Questions that the present collection answers."""
    found = desk.answerer.examples()
    return texts.EXAMPLES.format(examples="\n".join(found)) if found else texts.NO_EXAMPLES


def privacy(desk: Desk, call: Call) -> Reply:  # noqa: ARG001  (every command is called alike)
    """What is kept of people, and how to have it deleted."""
    return Reply(texts.PRIVACY, buttons=((Button(texts.FORGET, "forget"),),))


def new(desk: Desk, call: Call) -> Reply:
    """Another subject."""
    desk.talks.begin_anew(call.who)
    return Reply(texts.NEW)


def why(desk: Desk, call: Call) -> Reply:
    """How the last question was answered."""
    last = desk.records.last(call.who)
    if not last:
        return Reply(texts.NOTHING_ASKED)
    return Reply("\n".join(why_view(explain(desk.answerer, last[0].answer.question, last[0].history))))


def history(desk: Desk, call: Call) -> Reply:
    """The last questions, each to be looked at again."""
    records = desk.records.last(call.who, LISTED)
    if not records:
        return Reply(texts.NOTHING_ASKED)
    return Reply(texts.HISTORY, buttons=tuple((Button(record.question, f"ans:{record.id}"),) for record in records))


VERBS = (
    Verb("start", "开始", None, start, hidden=True),
    Verb("new", "换个话题，不再沿用前面的镇和年份", Role.READER, new),
    Verb("why", "上一问是怎样答出来的", Role.READER, why),
    Verb("history", "最近问过的问题", Role.READER, history),
    Verb("privacy", "记下什么、谁能看到、怎样删除", None, privacy),
)
