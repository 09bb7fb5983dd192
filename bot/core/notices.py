"""What is said unasked: to those who follow a town, that there is a new report; to keepers, what contributors have sent.

A notice stands in the database until a channel has delivered it. Reports count as new when no look has seen them before, however
they came: through the chat, the command line, or a watched folder.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.core.codec import dumped, loaded
from bot.core.database import Row
from bot.core.desk import Call, Deed, Desk, Done, Verb
from bot.core.intake import stated
from bot.core.types import Button, Notice, Reply, Role
from index.errors import BadRequest
from index.places import Gazetteer
from index.types import Place, ReportInfo

LISTED = 10  # reports in one notice
OWN, SEEN = "notices", "seen"  # the value that tells which state of the store was looked at last
ALL = ("全部", "所有", "all")

HOW = "请写镇名，例如：/follow {example}。写“/follow 全部”则每份新报告都告诉您。"
FOLLOWED = "好的，{name}有新报告时会在这里告诉您。不要了请发 /unfollow。"
NOT_YET = "资料库里现在还没有它的报告。"
UNKNOWN = "没有看出镇名，请写全名，例如：丙县清泉镇。"
LIST = "这里关注着，点一个就不再关注："
NONE = "这里没有关注任何镇。用“/follow 镇名”关注，有新报告就告诉您。"
DROPPED = "不再关注{name}。"
EVERY = "全部镇"
NEW = "新收录了您关注的报告："
LINE = "{place}{year}年《{title}》，{figures}个数字"
REST = "……另有{count}份，用 /towns 看。"
STOP = "不要这样的消息请发 /unfollow。"
SENT = "{name}送来了文件："


@dataclass(frozen=True, slots=True)
class Follow:
    """What a chat follows: a town, of any county when that is "", or every one when ``town`` is "". ``user`` asked for it."""

    channel: str
    chat: str
    county: str
    town: str
    user: str

    @property
    def name(self) -> str:
        return f"{self.county}{self.town}" or EVERY

    def concerns(self, report: ReportInfo) -> bool:
        """Whether ``report`` is one of those."""
        county = not self.county or report.place.county in ("", self.county)
        return bool(report.town) and (not self.town or (self.town == report.town and county))


# the commands


def follow(desk: Desk, call: Call) -> Reply:
    """``/follow 镇名`` follows a town, ``/follow`` lists those that are."""
    if not call.words:
        return _listed(desk, call, HOW.format(example=next((r.town for r in desk.answerer.reports() if r.town), "清泉镇")))
    if call.words in ALL:
        county = town = ""
    else:
        said = stated(call.words, Place(), Gazetteer.load(desk.store_path / "places.csv"))
        town = str(said.get("town", ""))
        if not town:
            raise BadRequest(UNKNOWN)
        held = {report.place.county for report in desk.answerer.reports() if report.town == town}
        county = str(said["county"])
        if not county or county not in call.words:  # the gazetteer's, not the person's: the reports know better
            county = held.pop() if len(held) == 1 else ""
    one = Follow(call.who.channel, call.who.chat, county, town, call.who.user)
    sql = "INSERT OR IGNORE INTO follows VALUES (?, ?, ?, ?, ?, ?)"
    desk.database.write(sql, one.channel, one.chat, one.county, one.town, one.user, desk.now())
    there = any(one.concerns(report) for report in desk.answerer.reports())
    return Reply(FOLLOWED.format(name=one.name), note="" if there else NOT_YET)


def unfollow(desk: Desk, call: Call) -> Reply:
    """``/unfollow 镇名`` ends it; ``/unfollow`` lists what can be ended."""
    wanted = call.words.replace(" ", "")
    for one in _follows(desk, call):
        if wanted and wanted in (one.name, one.town, *(ALL if not one.town else ())):
            return _dropped(desk, one)
    return _listed(desk, call, "")


def end(desk: Desk, call: Call) -> Done:
    """``unfollow:name`` ends it; what is followed is found by its place in the list of offers."""
    one = next((each for each in _follows(desk, call) if str(desk.records.offer(call.who, each.name)) == call.words), None)
    return Done(reply=_dropped(desk, one) if one else _listed(desk, call, ""))


def _dropped(desk: Desk, one: Follow) -> Reply:
    sql = "DELETE FROM follows WHERE channel = ? AND chat = ? AND county = ? AND town = ?"
    desk.database.write(sql, one.channel, one.chat, one.county, one.town)
    return Reply(DROPPED.format(name=one.name))


def _listed(desk: Desk, call: Call, note: str) -> Reply:
    found = _follows(desk, call)
    buttons = tuple((Button(one.name, f"unfollow:{desk.records.offer(call.who, one.name)}"),) for one in found)
    return Reply(LIST if found else NONE, note=note, buttons=buttons)


def _follows(desk: Desk, call: Call) -> list[Follow]:
    """What this chat follows."""
    sql = "SELECT * FROM follows WHERE channel = ? AND chat = ? ORDER BY since"
    return [_follow(row) for row in desk.database.rows(sql, call.who.channel, call.who.chat)]


def _follow(row: Row) -> Follow:
    return Follow(row["channel"], row["chat"], row["county"], row["town"], row["user"])


# what there is to say


def pending(desk: Desk) -> list[Notice]:
    """What is still to be delivered, oldest first."""
    _look(desk)
    delivered = "SELECT key FROM inbox WHERE done IS NOT NULL"
    desk.database.write(f"DELETE FROM notices WHERE key IN ({delivered})")
    rows = desk.database.rows("SELECT * FROM notices ORDER BY at, key")
    return [Notice(row["channel"], row["chat"], loaded(Reply, row["reply"]), row["key"]) for row in rows]


def post(desk: Desk, channel: str, chat: str, reply: Reply, key: str) -> None:
    """Have ``reply`` delivered to a chat; what comes again under a known ``key`` is not said again."""
    sql = "INSERT OR IGNORE INTO notices VALUES (?, ?, ?, ?, ?)"
    if not desk.deliveries.is_done(key):
        desk.database.write(sql, key, channel, chat, dumped(reply), desk.now())


def tell_keepers(desk: Desk, call: Call, reply: Reply, head: str = SENT) -> None:
    """Tell the keepers of the caller's channel what the caller, who is none, has sent; ``head`` says what it is."""
    for chat in desk.people.keepers(call.who.channel):
        told = Reply(f"{head.format(name=call.who.name or call.who.user)}\n{reply.text}", note=reply.note, buttons=reply.buttons)
        post(desk, call.who.channel, chat, told, f"{call.who.channel}:sent:{call.key}:{chat}")


def _look(desk: Desk) -> None:
    """Note the reports that nobody has seen before for those who follow them; who comes later is told of later ones."""
    seen, state = desk.deliveries.value(OWN, SEEN), desk.store.catalogue.get("state")
    if seen == state:
        return
    reports = {f"{report.id}:{report.town}:{report.year}": report for report in desk.answerer.reports()}
    with desk.database.transaction():
        known = {row["report"] for row in desk.database.rows("SELECT report FROM known")}
        new = [key for key in reports if key not in known]
        for key in new:
            desk.database.write("INSERT INTO known VALUES (?)", key)
        desk.deliveries.keep_value(OWN, SEEN, state)
        if seen is None:
            return  # the first look at this collection: nothing of it is new
        for (channel, chat), found in _concerned(desk, [reports[key] for key in new]).items():
            post(desk, channel, chat, _announced(found), f"{channel}:new:{chat}:{desk.now():.6f}")


def _concerned(desk: Desk, new: Sequence[ReportInfo]) -> dict[tuple[str, str], list[ReportInfo]]:
    """The new reports for each chat that follows them, without those that its follower has sent."""
    sent = {(row["report"], row["channel"], row["user"]) for row in desk.database.rows("SELECT report, channel, user FROM uploads")}
    told: dict[tuple[str, str], list[ReportInfo]] = defaultdict(list)
    for one in map(_follow, desk.database.rows("SELECT * FROM follows ORDER BY since") if new else ()):
        chat = told[one.channel, one.chat]
        chat += [r for r in new if one.concerns(r) and r not in chat and (r.id, one.channel, one.user) not in sent]
    return {chat: found for chat, found in told.items() if found}


def _announced(reports: Iterable[ReportInfo]) -> Reply:
    found = sorted(reports, key=lambda report: (report.place.county, report.town, report.year or 0))
    lines = [
        LINE.format(place=f"{r.place.county}{r.town}", year=r.year or "", title=r.title, figures=r.figures) for r in found[:LISTED]
    ]
    if len(found) > LISTED:
        lines.append(REST.format(count=len(found) - LISTED))
    buttons = tuple((Button(f"原文件 {r.town}{r.year or ''}", f"doc:{r.id}"),) for r in found[:3])
    return Reply("\n".join([NEW, *lines]), note=STOP, buttons=buttons)


VERBS = (
    Verb("follow", "关注一个镇，有新报告就告诉您", Role.READER, follow, words=("关注…",)),
    Verb("unfollow", "不再关注", Role.READER, unfollow, words=("取消关注…", "不再关注…")),
)
DEEDS = (Deed("unfollow", Role.READER, end),)
