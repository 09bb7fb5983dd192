"""Reports that people send: what is recognised, what is confirmed, what is taken back, and files that are no good."""

import io
import json
import shutil
import zipfile

import pytest
from conftest import ROOT
from core_builders import Clock, action, keeper, labels, opened, person, run
from reportlab.pdfgen.canvas import Canvas

from bot.core import cards, intake, texts, uploads
from bot.core.types import Document, Stage
from index.build import build
from index.embed import default_encoder
from index.errors import ChannelError
from index.places import Gazetteer
from index.store import Store
from index.types import Place

REPORTS = ROOT / "data" / "eval" / "towns" / "reports"
MANIFEST = json.loads((REPORTS.parent / "manifest.json").read_text(encoding="utf-8"))
BODY = "一、主要做法\n（一）化解矛盾。全镇共调解矛盾纠纷{number}起，开展普法宣传21场，受教育群众3000余人次。\n（二）依法行政。办理行政处罚8件。\n"
REPORT = "丙县{town}{year}年法治政府建设情况报告\n{year}年，{town}在县委、县政府领导下，扎实推进法治政府建设。\n" + BODY + "丙县{town}人民政府\n{next}年1月12日\n"
VAGUE = "关于法治建设的报告\n今年以来，我镇扎实推进法治建设。\n" + BODY


def report(town="青石镇", year=2022, number=12):
    return REPORT.format(town=town, year=year, next=year + 1, number=number).encode()


def sent(name, data, size=None):
    """A document in a chat that has not been fetched yet; ``size`` is what the channel claims."""

    async def fetch():
        sent.fetched += 1
        return data

    sent.fetched = 0
    return Document(name, len(data) if size is None else size, fetch)


def packed(members):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


@pytest.fixture
def place(sample_store, tmp_path):
    """A store of the sample reports that a test may change, and where the database is to be."""
    return shutil.copytree(sample_store, tmp_path / "store"), tmp_path / "zhenwen.sqlite"


def told(place, story):
    """Run a story of a core and its keeper."""

    async def whole():
        async with opened(*place) as core:
            return await story(core, await keeper(core))

    return run(whole())


def held(place):
    with Store.open(place[0]) as store:
        return {info.file: (info.place.county, info.town, info.year) for info in store.reports()}


def files(place):
    return [path for path in (place[1].parent / "zhenwen-uploads").rglob("*") if path.is_file()]


# what is sure and what is not


def test_a_report_that_is_recognised_for_sure_is_searchable_at_once_and_can_be_taken_back(place):
    async def story(core, one):
        reply = await one.say("", document=sent("青石.txt", report()))
        assert [event.text for event in one.events if isinstance(event, Stage)] == ["正在接收文件……", "正在读取青石.txt……（1/1）"]
        assert "青石镇（丙县）" in reply.text and "2022年" in reply.text and "已收录" in reply.text
        assert labels(reply) == ["改镇名", "改年份", "撤回"]
        assert "12起" in (await one.say("青石镇2022年调解了多少纠纷")).text
        _, gone = await one.press(action(reply, "撤回"))
        assert "已撤回" in gone.text
        assert "没有青石镇" in (await one.say("青石镇2022年调解了多少纠纷")).text
        assert "不在了" in (await one.press(action(reply, "撤回")))[1].text

    told(place, story)
    assert not files(place)


def test_a_report_in_doubt_is_not_searchable_before_it_is_confirmed(place):
    async def story(core, one):
        before = held(place)
        reply = await one.say("", document=sent("报告.txt", VAGUE.format(number=77).encode()))
        assert "还没有收录" in reply.text and "没有认出" in reply.text
        assert labels(reply) == ["确认", "改镇名", "改年份", "取消"]
        assert held(place) == before
        assert "77" not in (await one.say("哪个镇调解了77起纠纷")).text
        _, asked = await one.press(action(reply, "改镇名"))
        assert "哪个镇" in asked.text
        assert "没有看出" in (await one.say("不知道")).text
        card = await one.say("丙县青石镇，2021年")
        assert "青石镇（丙县）" in card.text and "2021年" in card.text and held(place) == before
        _, card = await one.press(action(card, "确认"))
        assert "请核对" not in card.text
        assert held(place)["报告.txt"] == ("丙县", "青石镇", 2021)
        assert "77起" in (await one.say("青石镇2021年调解了多少纠纷")).text

    told(place, story)


def test_a_report_that_is_dropped_leaves_nothing(place):
    async def story(core, one):
        before = held(place)
        reply = await one.say("", document=sent("报告.txt", VAGUE.format(number=77).encode()))
        await one.press(action(reply, "取消"))
        assert held(place) == before and not files(place)

    told(place, story)


def test_a_caption_says_whose_report_it_is(place):
    async def story(core, one):
        reply = await one.say("丙县青石镇2021年", document=sent("报告.txt", VAGUE.format(number=77).encode()))
        assert "已收录" in reply.text and held(place)["报告.txt"] == ("丙县", "青石镇", 2021)

    told(place, story)


def test_a_correction_in_one_message_stays(place):
    async def story(core, one):
        reply = await one.say("", document=sent("青石.txt", report()))
        await one.press(action(reply, "改年份"))
        card = await one.say("是2020年的")
        assert "2020年" in card.text and "已收录" in card.text
        assert held(place)["青石.txt"] == ("丙县", "青石镇", 2020)
        await one.press(action(card, "撤回"))
        again = await one.say("", document=sent("青石.txt", report()))
        assert "2020年" in again.text

    told(place, story)


def test_a_question_after_the_button_is_taken_for_the_correction_only_once(place):
    async def story(core, one):
        reply = await one.say("", document=sent("青石.txt", report()))
        await one.press(action(reply, "改镇名"))
        await one.say("丙县红岩镇")
        assert "12起" in (await one.say("红岩镇2022年调解了多少纠纷")).text

    told(place, story)


# reports that are there already


def test_the_same_report_is_taken_once_whatever_its_form(place):
    async def story(core, one):
        await one.say("", document=sent("青石.txt", report()))
        page = f"<html><body>{''.join(f'<p>{line}</p>' for line in report().decode().splitlines())}</body></html>".encode()
        for name, data in (("又一次.txt", report()), ("网页.html", page)):
            reply = await one.say("", document=sent(name, data))
            assert "同一份报告（青石.txt" in reply.text and not reply.buttons
        assert len(held(place)) == 6 and len(files(place)) == 1

    told(place, story)


@pytest.mark.parametrize(("choice", "count", "number"), [("换掉旧的", 6, "14起"), ("两份都留", 7, "")])
def test_another_version_shows_what_differs_and_waits_for_a_choice(place, choice, count, number):
    async def story(core, one):
        await one.say("", document=sent("青石.txt", report()))
        reply = await one.say("", document=sent("青石新.txt", report(number=14)))
        assert "12起／14起" in reply.text and "还没有收录" in reply.text and len(held(place)) == 6
        _, card = await one.press(action(reply, choice))
        assert "已收录" in card.text and len(held(place)) == count
        assert number in (await one.say("青石镇2022年调解了多少纠纷")).text

    told(place, story)


async def contributor(core, one, user="2"):
    other = person(core, user)
    await other.say(f"/start {(await one.say('/invite 供稿人')).text.split()[-1].rpartition('=')[2]}")
    return other


def keepers_folder(place, **reports):
    """Reports that the keeper has indexed from a folder of their own."""
    folder = place[0].parent / "own"
    (folder / "deep").mkdir(parents=True, exist_ok=True)
    for name, data in reports.items():
        (folder / "deep" / f"{name}.txt").write_bytes(data)
    with Store.create(place[0], default_encoder()) as store:
        return folder, build([folder], store)


def test_only_a_keeper_puts_something_in_the_place_of_the_keepers_own(place):
    keepers_folder(place, a=report())

    async def story(core, one):
        other = await contributor(core, one)
        reply = await other.say("", document=sent("青石新.txt", report(number=14)))
        before = held(place)
        _, refused = await other.press(action(reply, "换掉旧的"))
        assert "管理员" in refused.text and held(place) == before
        _, card = await other.press(action(reply, "两份都留"))
        assert "已收录" in card.text and len(held(place)) == len(before) + 1

    told(place, story)


def test_what_was_replaced_comes_back_when_its_successor_is_withdrawn(place):
    keepers_folder(place, a=report())

    async def story(core, one):
        before = held(place)
        reply = await one.say("", document=sent("青石新.txt", report(number=14)))
        _, card = await one.press(action(reply, "换掉旧的"))
        assert "14起" in (await one.say("青石镇2022年调解了多少纠纷")).text
        await one.press(action(card, "撤回"))
        assert "12起" in (await one.say("青石镇2022年调解了多少纠纷")).text
        assert held(place) == before

    told(place, story)
    assert keepers_folder(place)[1].kept == ("deep/a.txt",)


def test_so_does_what_somebody_has_sent(place):
    async def story(core, one):
        await one.say("", document=sent("青石.txt", report()))
        reply = await one.say("", document=sent("青石新.txt", report(number=14)))
        _, card = await one.press(action(reply, "换掉旧的"))
        assert len(held(place)) == 6
        await one.press(action(card, "撤回"))
        assert "12起" in (await one.say("青石镇2022年调解了多少纠纷")).text
        assert len(files(place)) == 1
        assert "青石.txt" in (await one.say("/uploads")).text + str(labels(await one.say("/uploads")))

    told(place, story)


@pytest.mark.parametrize("question", ["高观镇2022年调解了多少纠纷", "磁灶镇有没有法律顾问", "中兴镇和金井镇对比", "有几个镇？"])
def test_a_question_is_no_correction(place, question):
    async def story(core, one):
        reply = await one.say("", document=sent("青石.txt", report()))
        _, asked = await one.press(action(reply, "改镇名"))
        assert labels(asked) == ["取消"]
        answer = await one.say(question)
        assert "已收录" not in answer.text
        assert held(place)["青石.txt"] == ("丙县", "青石镇", 2022)

    told(place, story)


def test_what_people_send_is_for_the_owner_of_the_machine_alone(place):
    async def story(core, one):
        await one.say("", document=sent("青石.txt", report()))

    told(place, story)
    assert [path.name for path in place[1].parent.glob("zhenwen*") if path.stat().st_mode & 0o077] == []


# all formats


@pytest.mark.slow
def test_every_report_of_the_invented_towns_is_recognised_in_one_zip(place):
    """Seven formats and encodings, under names that say little."""
    async def story(core, one):
        members = {path.name: path.read_bytes() for path in sorted(REPORTS.iterdir())}
        reply = await one.say("", document=sent("各镇.zip", packed(members)))
        waiting = [label.removeprefix("核对 ") for label in labels(reply)]
        for button in [button for row in reply.buttons for button in row]:
            _, card = await one.press(button.action)
            await one.press(action(card, "确认"))
        assert len(waiting) <= 2, "what is plain is not asked about"
        found = held(place)
        assert {name: (each["town"], each["year"]) for name, each in MANIFEST.items()} == {name: found[name][1:] for name in MANIFEST}

    told(place, story)


def test_a_zip_says_of_each_document_what_became_of_it(place):
    members = {"甲/青石.txt": report(), "红岩.txt": report("红岩镇"), "青石抄.txt": report(), "空.txt": b"", "程序.exe": b"MZ", "说不清.txt": VAGUE.format(number=7).encode()}

    async def story(core, one):
        reply = await one.say("", document=sent("各镇.zip", packed(members)))
        assert "收录2份，待确认1份，已有1份，拒收2份" in reply.text
        assert all(words in reply.text for words in ("空.txt", "程序.exe", "0 字节"))
        assert labels(reply) == ["核对 说不清.txt"]
        assert "丙县" in (await one.say("丙县有哪些镇的资料")).text
        listed = await one.say("/uploads")
        assert sorted(labels(listed)) == ["已收录 红岩.txt", "已收录 青石.txt", "待确认 说不清.txt"]

    told(place, story)


# files that are no good


def encrypted_pdf():
    buffer = io.BytesIO()
    canvas = Canvas(buffer, encrypt="secret")
    canvas.drawString(100, 700, "x")
    canvas.save()
    return buffer.getvalue()


def encrypted_zip():
    data = bytearray(packed({"a.txt": b"x" * 10}))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + place] |= 1
    return bytes(data)


BAD = {
    "文.exe": (b"MZ", "不收这种文件"),
    "没有扩展名": (b"x", "没有扩展名"),
    "空.txt": (b"", "0 字节"),
    "密.pdf": (encrypted_pdf(), "密码"),
    "密.zip": (encrypted_zip(), "密码"),
    "断.zip": (packed({"a.txt": report()})[:60], "损坏"),
    "断.docx": (packed({"[Content_Types].xml": b"<x/>"})[:-20], ""),
    "断.pdf": (b"%PDF-1.4\n1 0 obj", ""),
    "炸弹.zip": (packed({"a.txt": b"0" * 30_000_000}), "炸弹"),
    "乱.txt": (bytes(range(256)) * 20, ""),
    "空包.zip": (packed({}), "没有文件"),
}


@pytest.mark.slow
def test_a_bad_file_is_refused_with_a_reason_and_leaves_nothing(place):
    async def story(core, one):
        before = held(place)
        for name, (data, words) in BAD.items():
            reply = await one.say("", document=sent(name, data))
            assert words in reply.text and len(reply.text) > 10 and str(place[0]) not in reply.text, name
            assert "没有收下" in reply.text, name
            assert held(place) == before and not files(place), name
        assert not core._desk.database.rows("SELECT * FROM uploads")
        assert "708起" in (await one.say("金井镇2023年调解了多少纠纷")).text

    told(place, story)


def test_a_file_too_large_is_refused_before_it_is_fetched(place):
    async def story(core, one):
        reply = await one.say("", document=sent("大.pdf", b"", size=intake.LARGEST + 1))
        assert "最多收 20 MB" in reply.text and sent.fetched == 0
        lied = await one.say("", document=sent("谎.txt", b"0" * (intake.LARGEST + 1), size=10))
        assert "最多收 20 MB" in lied.text and not files(place)

    told(place, story)


def test_a_file_that_cannot_be_fetched_says_so(place):
    async def fetch():
        raise ChannelError("文件取不下来，请重新发送。")

    async def story(core, one):
        assert (await one.say("", document=Document("a.txt", 3, fetch))).text == "文件取不下来，请重新发送。"

    told(place, story)


# who may


def test_readers_send_nothing_and_contributors_touch_only_their_own(place):
    async def story(core, one):
        code = (await one.say("/invite 供稿人 2")).text.rpartition("inv_")[2].split()[0]
        reader = (await one.say("/invite 读者 1")).text.rpartition("inv_")[2].split()[0]
        two, three, four = person(core, "2"), person(core, "3"), person(core, "4")
        for each, invitation in ((two, code), (three, code), (four, reader)):
            await each.say(f"/start inv_{invitation}")
        assert "供稿人" in (await four.say("", document=sent("青石.txt", report()))).text and not held(place).keys() & {"青石.txt"}
        reply = await two.say("", document=sent("青石.txt", report()))
        assert "不在了" in (await three.press(action(reply, "撤回")))[1].text
        assert "不在了" not in (await three.say("/uploads")).text and not (await three.say("/uploads")).buttons
        assert "已撤回" in (await one.press(action(reply, "撤回")))[1].text, "a keeper may"

    told(place, story)


# crashes and clumsy names


def test_a_message_that_comes_again_after_a_crash_does_nothing_twice(place):
    async def story(core, one):
        await one.say("", key="telegram:1:77", document=sent("青石.txt", report()))
        core._desk.database.write("DELETE FROM finals")  # as if it had ended before its reply was kept
        again = await one.say("", key="telegram:1:77", document=sent("青石.txt", report()))
        assert "已收录" in again.text and labels(again) == ["改镇名", "改年份", "撤回"]
        assert len(held(place)) == 6 and core._desk.database.rows("SELECT count(*) FROM uploads")[0][0] == 1

    told(place, story)


def test_another_writer_is_waited_for_and_then_said(place, monkeypatch):
    monkeypatch.setattr(intake, "BUSY_SECONDS", 0.1)

    async def story(core, one):
        with Store.create(place[0], default_encoder()):
            reply = await one.say("", document=sent("青石.txt", report()))
        assert "正忙" in reply.text and str(place[0]) not in reply.text
        assert "已收录" in (await one.say("", document=sent("青石.txt", report()))).text

    told(place, story)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("../../etc/passwd.txt", "etc_passwd.txt"), ("a\x00b\n.txt", "a_b_.txt"), ("", "文件"), ("...", "文件"), ("报告：终稿.docx", "报告：终稿.docx")],
)
def test_a_name_is_made_safe_and_keeps_its_ending(name, expected):
    assert intake.safe_name(name) == expected


def test_a_long_name_is_cut_before_its_ending():
    assert intake.safe_name("长" * 300 + ".docx").endswith("长.docx") and len(intake.safe_name("长" * 300 + ".docx").encode()) < 255


# what a person says


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("清泉镇", {"town": "清泉镇"}),
        ("丙县清泉镇 2022年", {"county": "丙县", "town": "清泉镇", "year": 2022}),
        ("２０２３", {"year": 2023}),
        ("23年的", {"year": 2023}),
        ("二〇二一年", {"year": 2021}),
        ("晋江市金井镇", {"province": "福建省", "county": "晋江市", "town": "金井镇"}),
        ("磁灶镇", {"county": "晋江市", "town": "磁灶镇"}),
        ("金井", {"county": "晋江市", "town": "金井镇"}),
        ("不知道", {}),
        ("", {}),
    ],
)
def test_town_and_year_are_read_from_one_message(words, expected):
    found = intake.stated(words, Place("福建省", "", "晋江市", "磁灶镇"), Gazetteer.load())
    assert {name: value for name, value in found.items() if name in expected} == expected
    assert bool(found) == bool(expected)


# where the files lie


def test_a_store_can_be_deleted_and_built_again_from_what_was_taken_in_and_only_that(place, tmp_path):
    async def story(core, one):
        await one.say("", document=sent("青石.txt", report()))
        await one.say("", document=sent("报告.txt", VAGUE.format(number=77).encode()))

    told(place, story)
    with Store.create(tmp_path / "new", default_encoder()) as store:
        assert build([place[1].parent / "zhenwen-uploads"], store).added and [info.town for info in store.reports()] == ["青石镇"]


def test_many_files_at_once_are_all_taken_and_no_command_waits_for_them(place):
    store, database = place

    async def story():
        async with opened(store, database, per_minute=5) as core:
            head = await keeper(core)
            code = (await head.say("/invite 供稿人")).text.rsplit(" ", 1)[-1]
            one = person(core, "2")
            await one.say(f"/start {code}")
            replies = [await one.say("", document=sent(f"附件{n}.exe", b"MZ")) for n in range(26)]
            assert all("不收这种文件" in reply.text for reply in replies)
            assert (await one.say("/help")).text and (await one.say("/stop")).text == texts.NOTHING_TO_STOP
            for _ in range(5):
                await one.say("金井镇")
            assert (await one.say("金井镇")).text == texts.LIMITS["minute"]
            told = [await head.say("金井镇") for _ in range(6)]
            assert all(reply.text != texts.LIMITS["minute"] for reply in told)

    run(story())


@pytest.mark.parametrize("name", ["OWN_BYTES", "ALL_BYTES"])
def test_what_people_may_have_lying_there_is_bounded(place, monkeypatch, name):
    store, database = place
    monkeypatch.setattr(uploads, name, 2 * len(VAGUE.encode()))

    async def story():
        async with opened(store, database) as core:
            head = await keeper(core)
            code = (await head.say("/invite 供稿人")).text.rsplit(" ", 1)[-1]
            one = person(core, "2")
            await one.say(f"/start {code}")
            first = await one.say("", document=sent("一.txt", VAGUE.encode()))
            assert "没有认出" in first.text
            for number in range(3):
                last = await one.say("", document=sent(f"又{number}.txt", VAGUE.replace("今年", f"{number}年").encode()))
            assert cards.NO_ROOM in last.text

    run(story())


def test_what_nobody_confirms_is_deleted_after_a_month(place):
    store, database = place

    async def story():
        clock = Clock()
        async with opened(store, database, clock=clock) as core:
            one = await keeper(core)
            await one.say("", document=sent("一.txt", VAGUE.encode()))
            (kept,) = database.with_name("zhenwen-uploads").rglob("一.txt")
            clock.seconds += 31 * 86_400
            await one.say("", document=sent("二.exe", b"MZ"))
            await one.say("", document=sent("三.txt", report()))
            assert not kept.exists() and "一.txt" not in (await one.say("/uploads")).text

    run(story())
