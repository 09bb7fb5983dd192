"""Reports that people send: recognised, shown to be confirmed or corrected, taken into the store, taken back.

The files lie beside the database, not in the store, which may be deleted and built again: what was taken in can then be indexed
as any folder can. What nobody has confirmed lies in a hidden folder, which indexing passes over.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from bot.core import cards, intake
from bot.core.buttons import WAY_OUT, numbers
from bot.core.database import Row, uploaded
from bot.core.desk import Call, Deed, Desk, Done, Verb
from bot.core.intake import Sight
from bot.core.notices import tell_keepers
from bot.core.types import Document, Reply, Role, Stage
from index.embed import load_encoder
from index.errors import BadRequest, StoreBusy
from index.files import File
from index.load.source import MEGABYTE
from index.places import Gazetteer
from index.store import Store
from index.types import Place, Rejected
from retrieval.assist.workers import Workers

APART = ".waiting"  # in the folder: what has not been taken in
KEY_DIGITS = 16
TOGETHER = 8  # files of a zip that are read by one process
DAY = 86_400.0  # seconds
KEPT_DAYS = 30  # that an unconfirmed file is kept
OWN_BYTES, ALL_BYTES = 500 * MEGABYTE, 5_000 * MEGABYTE  # of files that one person, and all together, may have lying here
WAITING, TAKEN, GONE = "waiting", "taken", "gone"

Tell = Callable[[Stage], None]


@dataclass(frozen=True, slots=True)
class Upload:
    """A document that somebody sent. ``path`` is relative to the folder, ``said`` what a person said of it: town, year …

    ``replaced`` are the files whose reports it was put in the place of; they come back when it is withdrawn.
    """

    id: int
    channel: str
    user: str
    path: str
    name: str
    state: str
    said: dict[str, str | int]
    replaced: tuple[str, ...] = ()


async def receive(desk: Desk, call: Call, document: Document, tell: Tell) -> Reply:
    """Fetch a file, read it, and take in what is recognised for sure; ``call.words`` is its caption.

    Raises BadRequest for a file that is not accepted, ChannelError when it cannot be fetched.
    """
    if reason := intake.refusal(document.name, document.size):
        raise BadRequest(cards.REFUSED.format(name=document.name, reason=reason))
    tell(Stage(cards.FETCHING))
    data = await document.fetch()
    if reason := intake.refusal(document.name, len(data)):
        raise BadRequest(cards.REFUSED.format(name=document.name, reason=reason))
    _dropped(desk)
    if call.role is not Role.KEEPER and not _room(desk, call, len(data)):
        raise BadRequest(cards.REFUSED.format(name=document.name, reason=cards.NO_ROOM))
    workers = Workers(1)
    try:
        return await workers.run(_received, desk, call, document.name, data, tell)
    finally:
        workers.close()


def _room(desk: Desk, call: Call, size: int) -> bool:
    """Whether ``size`` more bytes may be kept of this person, and of all."""
    own = desk.database.rows("SELECT path FROM uploads WHERE channel = ? AND user = ? AND state <> ?", call.who.channel, call.who.user, GONE)
    places = (place for row in own for place in (_folder(desk) / row["path"], _folder(desk) / APART / row["path"]))
    every = (path for path in _folder(desk).rglob("*"))
    return _bytes(places) + size <= OWN_BYTES and _bytes(every) + size <= ALL_BYTES


def _bytes(paths: Iterable[Path]) -> int:
    return sum(path.stat().st_size for path in paths if path.is_file())


def _dropped(desk: Desk) -> None:
    """What nobody has confirmed for long is deleted."""
    old = desk.database.rows("SELECT path FROM uploads WHERE state = ? AND at < ?", WAITING, desk.now() - KEPT_DAYS * DAY)
    for row in old:
        (_folder(desk) / APART / row["path"]).unlink(missing_ok=True)
        desk.database.write("UPDATE uploads SET state = ? WHERE path = ?", GONE, row["path"])


def _received(desk: Desk, call: Call, name: str, data: bytes, tell: Tell) -> Reply:
    """The same message that comes again, after a crash, finds its files in the same place."""
    path = _folder(desk) / APART / sha256(call.key.encode()).hexdigest()[:KEY_DIGITS] / intake.safe_name(name)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _folder(desk).chmod(0o700)
    path.write_bytes(data)
    found = list(intake.documents(path))
    paths = [each for each in found if isinstance(each, Path)]
    refused = [each for each in found if isinstance(each, Rejected)]
    taken: list[tuple[Upload, Sight]] = []
    for start in range(0, len(paths), TOGETHER):
        some = paths[start : start + TOGETHER]
        tell(Stage(cards.READING.format(name=some[0].name, done=start + len(some), total=len(paths))))
        for each in _take_in(desk, call, some):
            taken.append(each) if isinstance(each, tuple) else refused.append(each)
    every = [(upload.id, upload.state == TAKEN, sight) for upload, sight in taken]
    reply = _card(*taken[0]) if len(found) == 1 and taken else cards.summary(name, every, refused)
    if call.role is not Role.KEEPER and taken:
        tell_keepers(desk, call, reply)
    return reply


def _take_in(desk: Desk, call: Call, paths: Sequence[Path]) -> Iterator[tuple[Upload, Sight] | Rejected]:
    """Read some files, keep each with what it was recognised as, and put into the store what is sure."""
    files = intake.read(desk.store_path, paths)
    with _writing(desk) as store:
        said = intake.stated(call.words, Place(), _gazetteer(desk)) if call.words and len(files) == 1 else {}
        for file, parsed in files:
            if isinstance(parsed, Rejected):
                file.path.unlink(missing_ok=True)
                yield parsed
                continue
            path = file.path.relative_to(_folder(desk) / APART).as_posix()
            upload = Upload(0, call.who.channel, call.who.user, path, file.path.name, WAITING, said)
            sight = intake.recognise(store, _at_home(desk, file, path), parsed, said)
            if sight.twin:
                file.path.unlink(missing_ok=True)
                yield replace(upload, state=GONE), sight
                continue
            if sight.sure:
                _admit(desk, store, upload, sight)
            yield _kept(desk, call, replace(upload, state=TAKEN if sight.sure else WAITING), sight), sight


def _admit(desk: Desk, store: Store, upload: Upload, sight: Sight, *, instead: bool = False) -> None:
    """Move a file to where it stays, and put it into the store."""
    home = sight.file.path
    home.parent.mkdir(parents=True, exist_ok=True)
    _place(desk, upload).replace(home)
    intake.admit(store, sight, instead=instead)


def _kept(desk: Desk, call: Call, upload: Upload, sight: Sight) -> Upload:
    sql = (
        "INSERT INTO uploads (key, channel, user, chat, at, path, name, report, state, said) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (path) DO UPDATE SET state = excluded.state, report = excluded.report"
    )
    own = (upload.path, upload.name, sight.report.id, upload.state, json.dumps(upload.said))
    desk.database.write(sql, call.key, call.who.channel, call.who.user, call.who.chat, desk.now(), *own)
    row = desk.database.row("SELECT * FROM uploads WHERE path = ?", upload.path)
    assert row is not None
    return _upload(row)


def _card(upload: Upload, sight: Sight) -> Reply:
    return cards.card(upload.id, sight, taken=upload.state == TAKEN)


# what the buttons do


def confirm(desk: Desk, call: Call) -> Done:
    """``up_ok:upload`` takes a report in as it was shown; with ``:new`` behind it, in the place of its other versions."""
    number, _, instead = call.words.partition(":")
    upload, sight = _looked_at(desk, call, number)
    with _writing(desk) as store:
        old = [path for rival in sight.rivals for path in intake.files_of(store, rival.id)] if instead else []
        if not all(_replaceable(desk, call, path) for path in old):
            raise BadRequest(cards.NOT_REPLACEABLE)
        upload = replace(upload, replaced=tuple(map(str, old)))
        _note(desk, upload)  # before anything is moved: a crash in between loses nothing
        _admit(desk, store, upload, sight, instead=bool(instead))
        for path in filter(_sent_to(desk), old):
            _set_aside(desk, store, path)
    _note(desk, upload, state=TAKEN)
    return Done(reply=_card(replace(upload, state=TAKEN), sight.alone() if instead else sight))


def _sent_to(desk: Desk) -> Callable[[Path], bool]:
    """Whether a file is one that people have sent here."""
    folder = _folder(desk)
    return lambda path: path.is_relative_to(folder)


def _replaceable(desk: Desk, call: Call, path: Path) -> bool:
    """Whether the caller may put something in the place of a file: a keeper, or who has sent it."""
    if call.role is Role.KEEPER:
        return True
    if not _sent_to(desk)(path):
        return False
    row = desk.database.row("SELECT channel, user FROM uploads WHERE path = ?", path.relative_to(_folder(desk)).as_posix())
    return row is not None and (row["channel"], row["user"]) == (call.who.channel, call.who.user)


def _set_aside(desk: Desk, store: Store, path: Path) -> None:
    """Put a file that people have sent back to where nothing is indexed from; it may come back."""
    name = path.relative_to(_folder(desk)).as_posix()
    apart = _folder(desk) / APART / name
    apart.parent.mkdir(parents=True, exist_ok=True)
    path.replace(apart)
    intake.withdraw(store, path)
    desk.database.write("UPDATE uploads SET state = ? WHERE path = ?", GONE, name)


def _brought_back(desk: Desk, path: Path) -> Path:
    """A file that was set aside, where it was."""
    if _sent_to(desk)(path):
        name = path.relative_to(_folder(desk)).as_posix()
        apart = _folder(desk) / APART / name
        if apart.is_file():
            apart.replace(path)
            desk.database.write("UPDATE uploads SET state = ? WHERE path = ?", TAKEN, name)
    return path


def withdraw(desk: Desk, call: Call) -> Done:
    """``up_no:upload`` takes a report out again, or drops one that has not been taken in; what it was put in the place of comes back."""
    upload = _mine(desk, call, call.words)
    with _writing(desk) as store:
        intake.withdraw(store, _place(desk, upload))
        intake.restore(store, [_brought_back(desk, Path(path)) for path in upload.replaced])
    _note(desk, upload, state=GONE)
    return Done(reply=Reply((cards.WITHDRAWN if upload.state == TAKEN else cards.DROPPED).format(name=upload.name)))


def disown(desk: Desk, channel: str, user: str) -> None:
    """Forget who has sent what was taken in, and drop what still waits."""
    rows = desk.database.rows("SELECT * FROM uploads WHERE channel = ? AND user = ?", channel, user)
    for upload in (_upload(row) for row in rows if row["state"] == WAITING):
        _place(desk, upload).unlink(missing_ok=True)
        _note(desk, upload, state=GONE)
    desk.database.write("UPDATE uploads SET user = '', chat = '' WHERE channel = ? AND user = ?", channel, user)


def correct(desk: Desk, call: Call) -> Done:
    """``up_set:upload:town`` and ``up_set:upload:year`` ask what it should be; what is then ``said`` corrects the report."""
    number, _, what = call.words.partition(":")
    if not call.said:
        upload = _mine(desk, call, number)
        desk.talks.expect(call.who, f"up_set:{call.words}")
        return Done(reply=Reply((cards.SAY_YEAR if what == "year" else cards.SAY_TOWN).format(name=upload.name), buttons=WAY_OUT))
    upload, sight = _looked_at(desk, call, number)
    said = intake.stated(call.said, sight.place, _gazetteer(desk))
    if not said:
        desk.talks.expect(call.who, f"up_set:{call.words}")
        return Done(reply=Reply(cards.NOT_UNDERSTOOD, buttons=WAY_OUT))
    upload = replace(upload, said=upload.said | said)
    with _writing(desk) as store:
        if upload.state == TAKEN:
            store.correct(sight.report.id, **said)
        sight = intake.recognise(store, sight.file, sight.parsed, upload.said)
    _note(desk, upload)
    return Done(reply=_card(upload, sight))


def show(desk: Desk, call: Call) -> Done:
    """``up_show:upload`` shows what was recognised."""
    return Done(reply=_card(*_looked_at(desk, call, call.words)))


def uploads(desk: Desk, call: Call) -> Reply:
    """``/uploads`` lists what waits to be confirmed, and what was last taken in; a keeper sees everybody's."""
    mine = "" if call.role is Role.KEEPER else " AND channel = ? AND user = ?"
    values = () if call.role is Role.KEEPER else (call.who.channel, call.who.user)
    rows = desk.database.rows(f"SELECT * FROM uploads WHERE state <> '{GONE}'{mine} ORDER BY state DESC, id DESC LIMIT ?", *values, cards.LISTED)
    found = map(_upload, rows)
    return cards.overview([(upload.id, upload.name, upload.state == TAKEN) for upload in found])


def _looked_at(desk: Desk, call: Call, number: str) -> tuple[Upload, Sight]:
    """The upload with what it is recognised as now. Raises BadRequest when its file is gone."""
    upload = _mine(desk, call, number)
    path = _place(desk, upload)
    if not path.is_file():
        raise BadRequest(cards.FILE_GONE)
    ((file, parsed),) = intake.read(desk.store_path, [path])
    if isinstance(parsed, Rejected):
        raise BadRequest(cards.REFUSED.format(name=upload.name, reason=parsed.reason))
    with Store.open(desk.store_path) as store:
        return upload, intake.recognise(store, _at_home(desk, file, upload.path), parsed, upload.said)


def _folder(desk: Desk) -> Path:
    """Where the files lie that people have sent."""
    return uploaded(desk.database.path)


def _place(desk: Desk, upload: Upload) -> Path:
    """Where the file of an upload lies now; it may have been moved just before a crash."""
    apart = _folder(desk) / APART / upload.path
    return apart if apart.is_file() else _folder(desk) / upload.path


def _at_home(desk: Desk, file: File, path: str) -> File:
    """``file`` as it is known to the store, once it is taken in."""
    home = _folder(desk) / path
    return replace(file, path=home, root=home.parent)


def _mine(desk: Desk, call: Call, words: str) -> Upload:
    """The upload of this number, when it is the caller's, or the caller a keeper, and it is not gone."""
    (number,) = numbers(words, 1)
    row = desk.database.row("SELECT * FROM uploads WHERE id = ? AND state <> ?", number, GONE)
    owner = row and (row["channel"], row["user"]) == (call.who.channel, call.who.user)
    if row is None or not (owner or call.role is Role.KEEPER):
        raise BadRequest(cards.FILE_GONE)
    return _upload(row)


def _note(desk: Desk, upload: Upload, state: str = "") -> None:
    sql = "UPDATE uploads SET state = ?, said = ?, replaced = ? WHERE id = ?"
    desk.database.write(sql, state or upload.state, json.dumps(upload.said), json.dumps(upload.replaced), upload.id)


def _upload(row: Row) -> Upload:
    own = (row["path"], row["name"], row["state"], json.loads(row["said"]), tuple(json.loads(row["replaced"])))
    return Upload(row["id"], row["channel"], row["user"], *own)


@contextmanager
def _writing(desk: Desk) -> Iterator[Store]:
    """The store for writing. Raises BadRequest when another process is at it for long."""
    try:
        with intake.writing(desk.store_path, load_encoder(desk.encoder), desk.chroma) as store:
            yield store
    except StoreBusy as busy:
        raise BadRequest(cards.BUSY) from busy


def _gazetteer(desk: Desk) -> Gazetteer:
    return Gazetteer.load(desk.store_path / "places.csv")


VERBS = (Verb("uploads", "送来的报告：待确认的和已收录的", Role.CONTRIBUTOR, uploads, words=("上传", "上传报告", "上传一份报告", "怎么上传", "怎么上传报告", "送报告", "传报告", "我的文件")),)
DEEDS = (
    Deed("up_ok", Role.CONTRIBUTOR, confirm),
    Deed("up_no", Role.CONTRIBUTOR, withdraw),
    Deed("up_set", Role.CONTRIBUTOR, correct),
    Deed("up_show", Role.CONTRIBUTOR, show),
)
