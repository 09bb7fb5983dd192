"""What the buttons do."""

from __future__ import annotations

from bot.core import texts
from bot.core.answers import answer_reply, references
from bot.core.buttons import WAY_OUT, numbers, reason_choice, rows, source_choice
from bot.core.commands import settle
from bot.core.desk import Call, Deed, Desk, Done
from bot.core.looking import turn
from bot.core.offers import related
from bot.core.originals import original
from bot.core.people import may
from bot.core.records import Record
from bot.core.showing import opened, turned
from bot.core.types import Button, Reply, Role
from index.errors import BadRequest
from index.types import ReportInfo


def owned(desk: Desk, call: Call, number: int) -> Record:
    """The answer of this number, if it was given to the caller or said in this group, or the caller looks after all of them.

    Raises BadRequest for any other: what a button carries can be forged.
    """
    record = desk.records.get(number)
    if record is None or not (record.belongs_to(call.who) or may(call.role, Role.KEEPER)):
        raise BadRequest(texts.GONE)
    return record


def source(desk: Desk, call: Call) -> Done:
    """``src:answer:n`` opens a source."""
    number, n = numbers(call.words, 2)
    citation = next((c for c in owned(desk, call, number).answer.citations if c.n == n), None)
    if citation is None:
        raise BadRequest(texts.GONE)
    return Done(reply=opened(desk, citation))


def sources(desk: Desk, call: Call) -> Done:
    """``srcs:answer`` offers all sources."""
    (number,) = numbers(call.words, 1)
    answer = owned(desk, call, number).answer
    return Done(reply=Reply(texts.SOURCES.format(count=len(answer.citations)), buttons=source_choice(number, answer)))


def documents(desk: Desk, call: Call) -> Done:
    """``file:answer`` sends the document behind an answer, or offers those that there are."""
    (number,) = numbers(call.words, 1)
    cited = {citation.report_id for citation in owned(desk, call, number).answer.citations}
    reports = [report for report in desk.answerer.reports() if report.id in cited]
    if not reports:
        raise BadRequest(texts.NO_REPORT)
    if len(reports) == 1:
        return Done(reply=_document(desk, reports[0]))
    buttons = [Button(f"{report.town}{report.year or ''}" or report.title[:20], f"doc:{report.id}") for report in reports]
    return Done(reply=Reply(texts.FILES.format(count=len(reports)), buttons=rows(buttons, 2)))


def document(desk: Desk, call: Call) -> Done:
    """``doc:report`` sends one document."""
    report = next((report for report in desk.answerer.reports() if report.id == call.words), None)
    if report is None:
        raise BadRequest(texts.NO_REPORT)
    return Done(reply=_document(desk, report))


def _document(desk: Desk, report: ReportInfo) -> Reply:
    online = texts.WHERE_ONLINE.format(url=report.url) if report.url else ""
    file = original(desk.store, report.id)
    return Reply(f"《{report.title}》", note=online, files=(file,)) if file else Reply(texts.NO_FILE.format(title=report.title), note=online)


def home(desk: Desk, call: Call) -> Done:
    """``me:report`` is my town, of several that share the name."""
    report = next((report for report in desk.answerer.reports() if report.id == call.words), None)
    if report is None:
        raise BadRequest(texts.NO_REPORT)
    return Done(reply=settle(desk, call, report))


def cite(desk: Desk, call: Call) -> Done:
    """``cite:answer`` says the references that are too many or too long for a button."""
    (number,) = numbers(call.words, 1)
    lines = references(desk, owned(desk, call, number).answer)
    if not lines:
        raise BadRequest(texts.NO_REPORT)
    return Done(reply=Reply("\n".join((texts.CITATION, *dict.fromkeys(lines)))))


def good(desk: Desk, call: Call) -> Done:
    """``good:answer`` is 👍."""
    (number,) = numbers(call.words, 1)
    owned(desk, call, number)
    desk.records.judge(number, call.who, good=True)
    return Done(texts.THANKS)


def bad(desk: Desk, call: Call) -> Done:
    """``bad:answer`` is 👎 and asks why; ``bad:answer:code`` says why; what was written after ``said`` is the reason."""
    number, _, code = call.words.partition(":")
    (answer,) = numbers(number, 1)
    owned(desk, call, answer)
    if call.said:
        desk.records.judge(answer, call.who, good=False, reason=call.said)
        return Done(reply=Reply(texts.THANKED))
    if code == texts.SAID:
        desk.talks.expect(call.who, f"bad:{answer}:{code}")
        return Done(reply=Reply(texts.SAY_WHY, buttons=WAY_OUT))
    desk.records.judge(answer, call.who, good=False, reason=texts.REASONS.get(code, ""))
    return Done(texts.THANKS, None if code else Reply(texts.WHY_BAD, buttons=reason_choice(answer)))


def leave(desk: Desk, call: Call) -> Done:
    """``leave`` waits for nothing any more."""
    desk.talks.expected(call.who)
    return Done(reply=Reply(texts.LEFT))


def more(desk: Desk, call: Call) -> Done:
    """``more:answer`` offers questions related to an answer."""
    (number,) = numbers(call.words, 1)
    found = related(desk.answerer, desk.store, owned(desk, call, number).answer)
    buttons = tuple((Button(offer.label, f"q:{desk.records.offer(call.who, offer.question)}"),) for offer in found)
    return Done(reply=Reply(texts.RELATED if found else texts.NO_RELATED, buttons=buttons))


def question(desk: Desk, call: Call) -> Done:
    """``q:offer`` asks an offered question."""
    (number,) = numbers(call.words, 1)
    text = desk.records.offered(call.who, number)
    if not text:
        raise BadRequest(texts.GONE)
    return Done(reply=text)


def again(desk: Desk, call: Call) -> Done:
    """``ans:answer`` shows an answer of one's own again."""
    (number,) = numbers(call.words, 1)
    record = owned(desk, call, number)
    if (record.who.channel, record.who.user) != (call.who.channel, call.who.user):
        raise BadRequest(texts.GONE)
    reply = answer_reply(desk, record)
    return Done(reply=Reply(f"{record.question}\n{reply.text}", reply.quotes, reply.note, reply.buttons))


def forget(desk: Desk, call: Call) -> Done:
    """``forget`` deletes what somebody has asked."""
    return Done(reply=Reply(texts.FORGOTTEN.format(count=desk.records.forget(call.who))))


DEEDS = (
    Deed("src", Role.READER, source),
    Deed("srcs", Role.READER, sources),
    Deed("page", Role.READER, turned),
    Deed("file", Role.READER, documents),
    Deed("doc", Role.READER, document),
    Deed("cite", Role.READER, cite),
    Deed("me", Role.READER, home),
    Deed("towns", Role.READER, turn),
    Deed("good", Role.READER, good),
    Deed("bad", Role.READER, bad),
    Deed("leave", Role.READER, leave),
    Deed("more", Role.READER, more),
    Deed("q", Role.READER, question),
    Deed("ans", Role.READER, again),
    Deed("forget", Role.READER, forget),
)
