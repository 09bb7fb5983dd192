"""What somebody says and presses, and what they are told: over the sample reports, without a channel."""

import asyncio
import io
import re
import zipfile
from pathlib import Path

import pytest
from conftest import ROOT, zhenwen
from core_builders import Clock, action, keeper, labels, opened, person, run
from openpyxl import load_workbook

from bot.core import looking, texts
from bot.receipts import note
from retrieval import Answerer
from retrieval.types import Answer, Receipt, Struck


@pytest.fixture
def database(tmp_path):
    return tmp_path / "zhenwen.sqlite"


def test_a_question_is_answered_as_on_the_command_line(sample_store, database):
    questions = ("金井镇2023年调解了多少纠纷", "对比磁灶和高观的法律明白人", "金井镇存在哪些问题", "青阳街道调解了多少", "今天天气")

    async def story():
        async with opened(sample_store, database) as core:
            one = await keeper(core)
            for question in questions:
                await one.say("/new")
                reply = await one.say(question)
                answer = Answerer.open(sample_store).answer(question)
                assert reply.text == answer.text
                assert [quote.text for quote in reply.quotes] == [citation.quote for citation in answer.citations]

    run(story())


@pytest.mark.parametrize(("words", "hours"), [("/new", 0), ("/help", 13)], ids=["new", "half a day"])
def test_a_follow_up_leans_on_the_conversation_until_it_ends(sample_store, database, words, hours):
    async def story():
        clock = Clock()
        async with opened(sample_store, database, clock=clock) as core:
            one = await keeper(core)
            await one.say("金井镇2023年调解了多少纠纷")
            assert "100%。[1]\n（沿用" in (await one.say("那成功率呢")).text
            await one.say(words)
            clock.seconds += hours * 3600
            assert "沿用" not in (await one.say("那成功率呢")).text

    run(story())


def test_the_words_that_answer_are_marked_in_the_quote(sample_store, database):
    async def story():
        async with opened(sample_store, database) as core:
            reply = await (await keeper(core)).say("金井镇2023年调解了多少纠纷")
            (quote,) = reply.quotes
            assert [quote.text[start:end] for start, end in quote.marks] == ["共排查矛盾纠纷708起,化解708起,调处成功率达100%"]

    run(story())


def test_a_source_opens_in_its_paragraph_and_pages_turn(sample_store, database):
    async def story():
        async with opened(sample_store, database) as core:
            one = await keeper(core)
            answer = await one.say("金井镇2023年调解了多少纠纷")
            _, page = await one.press(action(answer, "原文"))
            (quote,) = page.quotes
            marked = [quote.text[start:end] for start, end in quote.marks]
            assert marked == [answer.quotes[0].text] and len(quote.text) > len(marked[0])
            _, before = await one.press(action(page, "上一段"))
            _, back = await one.press(action(before, "下一段"))
            assert before.quotes != page.quotes and back == page

    run(story())


def test_feedback_is_kept_once_a_person_with_its_reason(sample_store, database):
    async def story():
        async with opened(sample_store, database) as core:
            one = await keeper(core)
            answer = await one.say("金井镇2023年调解了多少纠纷")
            await one.press(action(answer, "👍"))
            _, why = await one.press(action(answer, "👎"))
            await one.press(action(why, "出处不对"))
            rows = core._desk.database.rows("SELECT good, reason FROM feedback")
            assert [tuple(row) for row in rows] == [(0, "出处不对")]
            await one.press(action(why, "自己写"))
            await one.say("应当是706起")
            rows = core._desk.database.rows("SELECT good, reason FROM feedback")
            assert [tuple(row) for row in rows] == [(0, "应当是706起")]

    run(story())


def test_a_refusal_offers_only_questions_that_are_answered(sample_store, database):
    async def story():
        async with opened(sample_store, database) as core:
            one = await keeper(core)
            for question in ("金井镇2022年调解了多少纠纷", "青阳街道2023年调解了多少纠纷", "今天天气"):
                refusal = await one.say(question)
                offered = [label for label in labels(refusal) if label not in "👍👎"]
                assert offered
                for label in offered:
                    _, answer = await one.press(action(refusal, label))
                    assert answer.quotes

    run(story())


def test_nobody_is_served_who_was_not_let_in(sample_store, database):
    async def story():
        async with opened(sample_store, database) as core:
            one = await keeper(core)
            answer = await one.say("金井镇2023年调解了多少纠纷")
            stranger = person(core, "99")
            told = await stranger.say("金井镇2023年调解了多少纠纷")
            assert "99" in told.text and not told.quotes
            assert (await stranger.press(action(answer, "原文")))[1] is None
            assert not (await stranger.say("/start c_1_1")).quotes

    run(story())


TWINS = {
    f"{county}.txt": f"{county}双河镇2023年法治政府建设工作报告\n\n2023年，双河镇扎实推进法治政府建设。\n\n一、主要工作\n"
    f"（一）化解矛盾纠纷。全年共调解矛盾纠纷{count}起，其中婚姻家庭纠纷{count - 9}起，邻里纠纷10起。\n"
    f"（二）开展普法宣传。全年开展普法宣传活动{count - 20}场，发放宣传资料2000余份。\n\n"
    f"二、存在的问题\n（一）普法宣传形式不够丰富。\n\n{county}双河镇人民政府\n2023年12月20日\n"
    for county, count in (("甲安县", 31), ("乙安县", 42))
}
"""Two towns of one name; in both the parts are one more than the whole."""


@pytest.fixture(scope="module")
def twins(tmp_path_factory):
    """A store of two namesakes, one read from a file, one from a zip in a zip; the folder that they came from."""
    folder = tmp_path_factory.mktemp("twins")
    first, second = TWINS
    (folder / first).write_text(TWINS[first], encoding="utf-8")
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr(f"报告/{second}", TWINS[second])
    with zipfile.ZipFile(folder / "全部.zip", "w") as archive:
        archive.writestr("里面.zip", inner.getvalue())
    store = tmp_path_factory.mktemp("store") / "store"
    assert zhenwen("--store", store, "index", folder).returncode == 0
    return store


def test_towns_of_one_name_are_told_apart_by_one_tap(twins, database):
    async def story():
        async with opened(twins, database) as core:
            both = await (one := await keeper(core)).say("双河镇2023年调解了多少纠纷")
            assert "31起" in both.text and "42起" in both.text
            _, answer = await one.press(action(both, "乙安县双河镇"))
            assert "42起" in answer.text and "31起" not in answer.text and "甲安县双河镇" not in labels(answer)

    run(story())


def test_a_follow_up_and_traditional_characters_are_told_apart_too(twins, database):
    async def story():
        async with opened(twins, database) as core:
            one = await keeper(core)
            both = await one.say("雙河鎮調解了多少糾紛")
            _, answer = await one.press(action(both, "甲安县双河镇"))
            assert "31起" in answer.text and "42起" not in answer.text
            await one.say("/new")
            await one.say("双河镇2023年调解了多少纠纷")
            both = await one.say("那普法宣传呢")
            _, answer = await one.press(action(both, "乙安县双河镇"))
            assert "22场" in answer.text and "11场" not in answer.text

    run(story())


def test_my_town_is_asked_back_when_two_have_the_name_and_then_stands_for_our_town(twins, database):
    async def story():
        async with opened(twins, database) as core:
            one = await keeper(core)
            asked = await one.say("/me 双河")
            await one.press(action(asked, "甲安县双河镇"))
            assert "31起" in (await one.say("我们镇调解了多少纠纷")).text
            assert "42起" not in (await one.say("本镇开展了多少场普法宣传")).text
            other = person(core, "1", group="-7")
            await other.say("/allow")
            assert "31起" in (await other.say("/ask 我镇调解了多少纠纷")).text
            await one.say("/me 无")
            assert "哪个镇" in (await one.say("我镇调解了多少纠纷")).text

    run(story())


def test_figures_that_do_not_add_up_are_pointed_out_with_the_answer_and_its_source(twins, database):
    async def story():
        async with opened(twins, database) as core:
            one = await keeper(core)
            answer = await one.say("甲安县双河镇2023年调解了多少矛盾纠纷")
            assert "⚠" in answer.note and "22+10" in answer.note
            _, page = await one.press(action(answer, "原文"))
            assert "22+10" in page.note
            assert "⚠" not in (await one.say("甲安县双河镇2023年开展了多少场普法宣传")).note

    run(story())


@pytest.mark.parametrize("county", ["甲安县", "乙安县"])
def test_the_document_itself_is_sent_also_out_of_a_zip_in_a_zip(twins, database, county):
    async def story():
        async with opened(twins, database) as core:
            one = await keeper(core)
            answer = await one.say(f"{county}双河镇2023年调解了多少矛盾纠纷")
            _, sent = await one.press(action(answer, "原文件"))
            (file,) = sent.files
            content = file.content if isinstance(file.content, bytes) else file.content.read_bytes()
            assert file.name == f"{county}.txt" and content.decode() == TWINS[file.name]

    run(story())


def test_a_document_that_was_deleted_is_said_to_be_gone(twins, database, tmp_path):
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "甲安县.txt").write_text(TWINS["甲安县.txt"], encoding="utf-8")
    assert zhenwen("--store", tmp_path / "store", "index", folder).returncode == 0
    (folder / "甲安县.txt").unlink()

    async def story():
        async with opened(tmp_path / "store", database) as core:
            one = await keeper(core)
            _, told = await one.press(action(await one.say("双河镇2023年调解了多少矛盾纠纷"), "原文件"))
            assert not told.files and "不在这台机器上" in told.text

    run(story())


def test_what_left_the_store_is_said_to_be_gone_and_old_answers_are_still_there(tmp_path, database):
    folder = tmp_path / "reports"
    folder.mkdir()
    for name, text in TWINS.items():
        (folder / name).write_text(text, encoding="utf-8")
    assert zhenwen("--store", tmp_path / "store", "index", folder).returncode == 0

    async def story():
        async with opened(tmp_path / "store", database) as core:
            one = await keeper(core)
            answer = await one.say("甲安县双河镇2023年调解了多少矛盾纠纷")
            (folder / "甲安县.txt").unlink()
            assert zhenwen("--store", tmp_path / "store", "index", "--prune", folder).returncode == 0
            _, gone = await one.press(action(answer, "原文"))
            assert gone.text == texts.NO_REPORT
            _, gone = await one.press(action(answer, "原文件"))
            assert gone.text == texts.NO_REPORT
            _, again = await one.press((await one.say("/history")).buttons[0][0].action)
            assert answer.text in again.text

    run(story())


def test_the_ledger_comes_as_text_and_as_an_excel_file(sample_store, database, tmp_path):
    async def story():
        async with opened(sample_store, database) as core:
            reply = await (await keeper(core)).say("/ledger 金井镇 2023年")
            assert "矛盾纠纷化解：708起" in reply.text
            (file,) = reply.files
            (tmp_path / "ledger.xlsx").write_bytes(file.content)
            sheet = load_workbook(tmp_path / "ledger.xlsx").active
            assert sheet.max_row - 1 == int(re.search(r"共(\d+)个数字", reply.text)[1])

    run(story())


def test_a_long_list_of_towns_is_turned_page_by_page(sample_store, database, monkeypatch):
    monkeypatch.setattr(looking, "PAGE", 2)

    async def story():
        async with opened(sample_store, database) as core:
            one = await keeper(core)
            pages = [await one.say("/towns")]
            while pages[-1].buttons:
                pages.append((await one.press(pages[-1].buttons[0][0].action))[1])
            named = [name for page in pages for name in re.findall(r"([一-龥]+镇)（\d", page.text)]
            assert len(pages) == 3 and sorted(named) == ["中兴镇", "泉掌镇", "磁灶镇", "金井镇", "高观镇"]

    run(story())


def test_a_link_to_a_source_opens_it_and_a_false_one_says_so(sample_store, database):
    async def story():
        async with opened(sample_store, database) as core:
            one = await keeper(core)
            answer = await one.say("金井镇2023年调解了多少纠纷")
            _, page = await one.press(action(answer, "原文"))
            assert await one.say("/start c_1_1") == page
            for words in ("c_1_2", "c_2_1", "c_x_1", "c_", f"c_{'9' * 30}_1", "c_1_1_1"):
                assert not (await one.say(f"/start {words}")).quotes

    run(story())


@pytest.mark.parametrize("made_up", ["src", "src:1", "src:1:x", "src:-1:1", "src:1:1:1", f"src:{'9' * 40}:1", "page:x:1:2:3", "page:1", "q:999", "ans:7", "doc:x", "me:x", "towns:9", "bad:x", "file:0", ":", "", "'; DROP TABLE answers"])  # fmt: skip
def test_a_made_up_action_is_answered_in_words(sample_store, database, made_up, caplog):
    async def story():
        async with opened(sample_store, database) as core:
            one = await keeper(core)
            await one.say("金井镇2023年调解了多少纠纷")
            _, reply = await one.press(made_up)
            assert reply is not None and reply.text in (texts.GONE, texts.NO_REPORT)
            assert not caplog.records

    run(story())


def test_ones_history_is_ones_own_and_can_be_deleted(sample_store, database):
    async def story():
        async with opened(sample_store, database) as core:
            one = await keeper(core)
            two = person(core, "2")
            await two.say((await one.say("/invite 读者")).text.splitlines()[-1])
            answer = await one.say("金井镇2023年调解了多少纠纷")
            history = await one.say("/history")
            assert labels(history) == ["金井镇2023年调解了多少纠纷"]
            _, again = await one.press(action(history, "金井镇2023年调解了多少纠纷"))
            assert answer.text in again.text and again.quotes == answer.quotes
            assert (await two.say("/history")).text == texts.NOTHING_ASKED
            assert (await two.press(action(history, "金井镇2023年调解了多少纠纷")))[1].text == texts.GONE
            await one.press(action(answer, "👍"))
            await one.press(action(await one.say("/privacy"), texts.FORGET))
            assert (await one.say("/history")).text == texts.NOTHING_ASKED
            assert core._desk.database.rows("SELECT * FROM feedback") == []

    run(story())


def test_in_a_group_nobody_leans_on_what_another_said(sample_store, database):
    async def story():
        async with opened(sample_store, database) as core:
            one = await keeper(core)
            two = person(core, "2", group="-7")
            await person(core, "2").say((await one.say("/invite 读者")).text.splitlines()[-1])
            here, topic = person(core, "1", group="-7"), person(core, "1", group="-7", thread="5")
            await here.say("/allow")
            await here.say("/ask 金井镇2023年调解了多少纠纷")
            leaning = ["沿用" in (await each.say("/ask 那成功率呢")).text for each in (here, two, topic)]
            assert leaning == [True, False, False]

    run(story())


def test_an_awaited_message_is_waited_for_ten_minutes_and_a_command_is_none(sample_store, database):
    async def story():
        clock = Clock()
        async with opened(sample_store, database, clock=clock) as core:
            one = await keeper(core)
            answer = await one.say("金井镇2023年调解了多少纠纷")
            _, why = await one.press(action(answer, "👎"))
            await one.press(action(why, "自己写"))
            assert "能用的命令" in (await one.say("/help")).text
            assert (await one.say("不对")).text == texts.THANKED
            await one.press(action(why, "自己写"))
            clock.seconds += 601
            assert (await one.say("金井镇存在哪些问题")).quotes
            await one.press(action(why, "自己写"))
            assert (await one.say("/stop")).text == texts.STOPPING
            assert (await one.say("金井镇存在哪些问题")).quotes

    run(story())


def test_a_key_is_worked_on_once_and_repeated_until_it_is_done(sample_store, database):
    async def story():
        async with opened(sample_store, database) as core:
            one = await keeper(core)
            first, second = await asyncio.gather(one.say("金井镇2023年调解了多少纠纷", "telegram:1:x"), one.say("别的", "telegram:1:x"))
            assert first.quotes and second is None
            assert await one.say("什么都行", "telegram:1:x") == first
            core.done("telegram:1:x")
            assert await one.say("什么都行", "telegram:1:x") is None
            assert len(core._desk.records.last(one.who, 9)) == 1

    run(story())


def test_what_an_adapter_accepted_is_unfinished_until_it_is_done(sample_store, database):
    async def story():
        async with opened(sample_store, database) as core:
            assert core.accept("telegram:1:1", "甲") and core.accept("telegram:1:2", "乙") and core.accept("terminal:1", "丙")
            assert not core.accept("telegram:1:1", "又一次")
            assert core.unfinished("telegram") == [("telegram:1:1", "甲"), ("telegram:1:2", "乙")]
            core.sent("telegram:1:1", 0)
            core.sent("telegram:1:1", 1)
            assert (core.parts_sent("telegram:1:1"), core.parts_sent("telegram:1:2")) == (2, 0)
            core.done("telegram:1:1")
            assert not core.accept("telegram:1:1", "又一次") and core.unfinished("telegram") == [("telegram:1:2", "乙")]
            assert core.kept("telegram", "x") is None
            core.keep("telegram", "x", "1")
            core.keep("telegram", "x", "2")
            assert core.kept("telegram", "x") == "2"

    run(story())


def test_who_sits_at_the_machine_is_a_keeper_and_does_not_take_the_bot(sample_store, database):
    async def story():
        async with opened(sample_store, database) as core:
            local = person(core, "local", channel="terminal")
            assert (await local.say("金井镇2023年调解了多少纠纷")).quotes
            await local.say("/me 金井")
            assert "708起" in (await local.say("我镇调解了多少纠纷")).text
            assert texts.HELP_SEND in (await local.say("/help")).text
            assert core.claim_code()  # somebody else may still claim the bot

    run(story())


def test_what_a_language_model_did_is_noted_under_the_reply_and_remembered(sample_store, database):
    def respond(question, history, user, listener):
        struck = (Struck("编的一句", "数字没有出处"),) if question == "写" else ()
        receipt = Receipt(sentences=3, kept=2, struck=struck) if question == "写" else Receipt(failure="连不上")
        return Answer(question, "答", written=receipt)

    async def story():
        async with opened(sample_store, database, respond) as core:
            one = await keeper(core)
            first = await one.say("写")
            assert first.note == note(Receipt(sentences=3, kept=2, struck=(Struck("编的一句", "数字没有出处"),)))
            assert "连不上" in (await one.say("坏")).note
            _, again = await one.press(action(await one.say("/history"), "写"))
            assert again.note == first.note

    run(story())


def test_every_text_is_said_somewhere():
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "bot" / "core").glob("*.py") if path.name != "texts.py")
    own = Path(texts.__file__).read_text(encoding="utf-8")
    names = [name for name in vars(texts) if name.isupper()]
    assert [name for name in names if not re.search(rf"texts\.{name}\b", source) and len(re.findall(rf"\b{name}\b", own)) == 1] == []
