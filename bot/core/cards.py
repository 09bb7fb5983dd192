"""What is said of a report that somebody sent: what it was recognised as, what to look at, and the buttons for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.core.intake import SURE, Sight
from bot.core.types import Button, Reply
from index.check import Concern, Matter
from index.types import Figure, Kind, Place, Rejected, ReportInfo

LISTED = 10  # uploads, or documents of a zip, that get a line or a button
NAMED = 5  # figures that are named

FETCHING = "正在接收文件……"
READING = "正在读取{name}……（{done}/{total}）"
REFUSED = "没有收下“{name}”：{reason}。"
BUSY = "资料库正忙着收录别的，请过一会儿再试。"
NO_ROOM = "您送来的文件太多，放不下了；请先在 /uploads 里撤回一些，或请管理员处理"
FILE_GONE = "这份文件已经不在了，请重新发送。"
NOT_REPLACEABLE = "库里的这一份不是您送来的，换掉它要管理员才行；您可以两份都留，或请管理员来换。"
SAY_TOWN = "请发一条消息，写明“{name}”是哪个镇的，可以带上县区和年份，例如：丙县清泉镇 2022年。"
SAY_YEAR = "请发一条消息，写明“{name}”是哪一年的，例如：2022年。"
NOT_UNDERSTOOD = "没有看出镇名或年份。请写全名，例如：丙县清泉镇 2022年。"
WITHDRAWN = "已撤回“{name}”，资料库里不再有它。"
DROPPED = "好的，没有收录“{name}”。"
TAKEN = "已收录，现在就能查。不对可以改，也可以撤回。"
WAITING = "还没有收录。请核对，没有问题就点“确认”。"
RIVAL = "资料库里已有{who}{year}年的报告（{file}），这一份还没有收录。不同的数字，前面是已收录的，后面是这一份的。"
TWIN = "资料库里已有同一份报告（{file}，{who}{year}），没有重复收录。"
NO_UPLOADS = "没有待确认的报告，也没有送来收录过的。把报告文件发给我就行。"
OVERVIEW = "送来的报告，点一份看详情："
SUMMARY = "“{name}”里有{total}份文件：收录{taken}份，待确认{waiting}份，已有{there}份，拒收{refused}份。"
REST = "……其余{count}份略。"
MORE_WAITING = "还有{count}份待确认，用 /uploads 看。"

MENDS = {
    Matter.NO_TOWN: "没有认出是哪个镇、哪一年的；不是镇的报告也可以收，只是不在任何镇的范围里",
    Matter.DOUBTFUL: "镇或年份没有把握，请核对",
    Matter.OPEN_PLACE: "不知道在哪个县区，请用“改镇名”补上，例如：丙县清泉镇",
}
"""What a concern says in a chat, where there is no command line to mend it with."""


def card(number: int, sight: Sight, *, taken: bool) -> Reply:
    """Upload ``number``: what it was recognised as, what to look at, and what can be done."""
    if sight.twin:
        return Reply(_twin(sight.twin))
    lines = [*_identity(sight), *(f"· {words}" for words in _problems(sight, taken)), "", _outcome(sight, taken)]
    return Reply("\n".join(lines), note="" if taken else f"识别把握 {sight.report.confidence:.0%}", buttons=_buttons(number, sight, taken))


def _twin(twin: ReportInfo) -> str:
    return TWIN.format(file=twin.file, who=twin.town or twin.title, year=f"{twin.year}年" if twin.year else "")


def _identity(sight: Sight) -> Iterator[str]:
    report = sight.report
    yield f"《{report.title}》"
    yield f"镇：{_where(sight.place) or '没有认出'}{'（党委的报告）' if report.party else ''}"
    yield f"年份：{f'{report.year}年' if report.year else '没有认出'}"
    yield f"数字：{len(sight.parsed.figures)}个" + _examples(sight)
    if report.ocr is not None:
        yield f"扫描件，文字识别把握 {report.ocr:.0%}，数字请核对"


def _where(place: Place) -> str:
    above = "".join(dict.fromkeys(part for part in (place.province, place.city, place.county) if part))
    return f"{place.town}（{above}）" if place.town and above else place.town


def _examples(sight: Sight) -> str:
    """Some figures of the table of indicators, as the report writes them."""
    own = [figure for figure in sight.parsed.figures if figure.indicator and figure.parent is None and figure.kind is not Kind.PLANNED]
    shown = "、".join(f"{figure.indicator}{_written(sight, figure)}" for figure in own[:NAMED])
    return f"，如{shown}" if shown else ""


def _written(sight: Sight, figure: Figure) -> str:
    return sight.report.text[figure.start : figure.end]


def _problems(sight: Sight, taken: bool) -> list[str]:
    """What to look at; who has taken a report in has looked at whose it is."""
    if taken:
        return [_words(concern) for concern in sight.concerns if concern.matter not in MENDS]
    found = [_words(concern) for concern in sight.concerns]
    if sight.report.town and sight.report.confidence < SURE and not any(c.matter is Matter.DOUBTFUL for c in sight.concerns):
        found.append(MENDS[Matter.DOUBTFUL])
    return found


def _words(concern: Concern) -> str:
    return MENDS.get(concern.matter) or concern.message


def _outcome(sight: Sight, taken: bool) -> str:
    if taken:
        return TAKEN
    if sight.rivals:
        report, rival = sight.report, sight.rivals[0]
        return RIVAL.format(who=f"{sight.place.county}{report.town}", year=report.year, file=rival.file)
    return WAITING


def _buttons(number: int, sight: Sight, taken: bool) -> tuple[tuple[Button, ...], ...]:
    mend = (Button("改镇名", f"up_set:{number}:town"), Button("改年份", f"up_set:{number}:year"))
    if taken:
        return ((*mend, Button("撤回", f"up_no:{number}")),)
    both = (Button("换掉旧的", f"up_ok:{number}:new"), Button("两份都留", f"up_ok:{number}"))
    return (both if sight.rivals else (Button("确认", f"up_ok:{number}"),), mend, (Button("取消", f"up_no:{number}"),))


def summary(name: str, taken: Sequence[tuple[int, bool, Sight]], refused: Sequence[Rejected]) -> Reply:
    """Several documents of one zip, or one that was refused: (upload, whether it is taken in, what it was recognised as)."""
    if not taken and len(refused) == 1:
        return Reply(REFUSED.format(name=refused[0].file, reason=refused[0].reason))
    there = [sight for _, _, sight in taken if sight.twin]
    waiting = [(number, sight) for number, is_taken, sight in taken if not is_taken and not sight.twin]
    counts = {"taken": sum(is_taken for _, is_taken, _ in taken), "waiting": len(waiting), "there": len(there), "refused": len(refused)}
    lines = [SUMMARY.format(name=name, total=len(taken) + len(refused), **counts)]
    lines += _some([f"收录 {_name(sight)}" for _, is_taken, sight in taken if is_taken])
    lines += _some([f"待确认 {sight.file.path.name}：{'；'.join(_problems(sight, taken=False)) or _outcome(sight, taken=False)}" for _, sight in waiting])
    lines += _some([_twin(sight.twin) for sight in there if sight.twin])
    lines += _some([REFUSED.format(name=each.file, reason=each.reason) for each in refused])
    buttons = tuple((Button(f"核对 {sight.file.path.name}"[:40], f"up_show:{number}"),) for number, sight in waiting[:LISTED])
    note = MORE_WAITING.format(count=len(waiting) - LISTED) if len(waiting) > LISTED else ""
    return Reply("\n".join(lines), note=note, buttons=buttons)


def _name(sight: Sight) -> str:
    report = sight.report
    return f"{sight.place.county}{report.town}{report.year}年（{sight.file.path.name}）"


def _some(lines: Sequence[str]) -> list[str]:
    return [*lines[:LISTED], *([REST.format(count=len(lines) - LISTED)] if len(lines) > LISTED else [])]


def overview(uploads: Sequence[tuple[int, str, bool]]) -> Reply:
    """Uploads (number, name, whether taken in), each with a button to look at it."""
    if not uploads:
        return Reply(NO_UPLOADS)
    buttons = tuple((Button(f"{'已收录' if taken else '待确认'} {name}"[:40], f"up_show:{number}"),) for number, name, taken in uploads)
    return Reply(OVERVIEW, buttons=buttons)
