"""What is kept of a person goes when they or a keeper ask for it, down to the bytes; what was kept long enough goes by itself."""

from datetime import date

import pytest
from core_builders import Clock, action, keeper, new_key, opened, person, run

from bot.core import texts
from bot.core.database import Database
from bot.core.erasing import OF_A_PERSON
from retrieval.assist.meter import FILE, Limits, Meter
from retrieval.types import Answer

SAID = "一句只有他问过的话"
DAY = 86_400


def respond(question, history, user, listener):
    return Answer(question, f"答：{question}")


@pytest.fixture
def database(tmp_path):
    return tmp_path / "zhenwen.sqlite"


async def joined(core, one, user):
    other = person(core, user)
    await other.say((await one.say("/invite 供稿人")).text.splitlines()[-1])
    await other.say(SAID, key := new_key())
    core.done(key)  # it has gone out
    await other.say("/follow 金井镇")
    return other


def rows_of(core, user):
    database = core.desk.database
    names = [row["name"] for row in database.rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
    with_user = [name for name in names if {"channel", "user"} <= {row["name"] for row in database.rows(f"PRAGMA table_info({name})")}]
    assert set(with_user) == {*OF_A_PERSON, "uploads", "audit"}  # a new table has to be thought of here
    with_user.remove("audit")  # the law asks for it, for half a year
    return {name: count for name in with_user if (count := database.rows(f"SELECT count(*) FROM {name} WHERE user = ?", user)[0][0])}


def test_a_person_deletes_all_that_is_kept_of_them_and_is_a_stranger_again(sample_store, database):
    async def story():
        async with opened(sample_store, database, respond) as core:
            one = await keeper(core)
            two, three = await joined(core, one, "2"), await joined(core, one, "3")
            others = rows_of(core, "3")
            assert rows_of(core, "2") == others and {"answers", "people", "follows", "counted"} <= others.keys()
            asked = (await two.press(action(await two.say("/privacy"), texts.ERASE_ME)))[1]
            assert rows_of(core, "2") == {**others, "counted": others["counted"] + 2}  # nothing before they say that they mean it
            told = (await two.press(action(asked, texts.ERASE_YES)))[1]
            assert "问答1条" in told.text and rows_of(core, "2") == {}
            assert "还不能使用" in (reply := (await two.say("你好")).text) or "2" in reply
            assert (await three.say("/history")).buttons

    run(story())


def test_a_keeper_has_the_data_of_a_member_or_a_former_member_deleted(sample_store, database):
    async def story():
        async with opened(sample_store, database, respond) as core:
            one = await keeper(core)
            await joined(core, one, "2")
            await one.say("/remove 2")
            assert "answers" in rows_of(core, "2")
            await one.press(action(await one.say("/erase 2"), texts.ERASE_YES))
            assert rows_of(core, "2") == {}
            assert "没有" in (await one.say("/erase 2")).text
            assert (await one.say("/erase")).text == texts.ERASE_HOW
            assert (await one.press(action(await one.say("/erase 1"), texts.ERASE_YES)))[1].text == texts.LAST_KEEPER

    run(story())


def test_nobody_but_a_keeper_deletes_the_data_of_others(sample_store, database):
    async def story():
        async with opened(sample_store, database, respond) as core:
            one = await keeper(core)
            two = await joined(core, one, "2")
            await joined(core, one, "3")
            before = rows_of(core, "3")
            await two.say("/erase 3")
            await two.press("erase:telegram:3")
            assert rows_of(core, "3") == before

    run(story())


def test_what_was_deleted_is_in_no_byte_of_the_files(sample_store, database, tmp_path):
    def found():
        return any(SAID.encode() in path.read_bytes() for path in tmp_path.glob("zhenwen.sqlite*"))

    async def story():
        async with opened(sample_store, database, respond) as core:
            one = await keeper(core)
            two = await joined(core, one, "2")
            assert found()
            await two.press("erase_me:yes")
            assert not found()

    run(story())


def test_a_file_that_waits_goes_and_of_one_that_was_taken_only_who_sent_it(sample_store, database):
    async def story():
        async with opened(sample_store, database, respond) as core:
            one = await keeper(core)
            two = await joined(core, one, "2")
            folder = database.with_name("zhenwen-uploads")
            (folder / ".waiting").mkdir(parents=True)
            for name, state in (("a.txt", "waiting"), ("b.txt", "taken")):
                place = folder / (".waiting" if state == "waiting" else "") / name
                place.write_text("x", encoding="utf-8")
                sql = "INSERT INTO uploads (key, channel, user, chat, at, path, name, report, state) VALUES ('', 'telegram', '2', '2', 0, ?, ?, '', ?)"
                core.desk.database.write(sql, name, name, state)
            await two.press("erase_me:yes")
            assert [path.name for path in folder.rglob("*.txt")] == ["b.txt"] and rows_of(core, "2") == {}

    run(story())


def test_what_a_model_was_asked_for_them_is_not_counted_any_more(tmp_path):
    meter = Meter(tmp_path)
    for user in ("telegram:2", "telegram:3"):
        hold = meter.hold("e", user, 10, Limits(0, 0), seconds=1)
        meter.settle(hold, "m", input_tokens=1, output_tokens=1, cost=0, seconds=1, answered=True)
    meter.forget("telegram:2")
    assert [each.user for each in meter.spent(date(2000, 1, 1))] == ["telegram:3"]
    meter.close()
    assert (tmp_path / FILE).exists()


def test_what_was_kept_for_the_days_that_are_set_is_deleted_and_without_a_setting_nothing_is(sample_store, database):
    async def story(days, left):
        clock = Clock()
        async with opened(sample_store, database, respond, clock, keep_days=days) as core:
            one = await keeper(core) if core.claim_code() else person(core, "1")
            await one.say(f"第一问{days}")
            clock.seconds += 8 * DAY
            await one.say(f"第二问{days}")
            asked = [row["question"] for row in core.desk.database.rows("SELECT question FROM answers ORDER BY id")]
            assert asked == left

    run(story(0, ["第一问0", "第二问0"]))
    run(story(7, ["第二问0", "第二问7"]))


def test_a_database_that_is_opened_again_deletes_what_became_too_old_meanwhile(sample_store, database):
    async def ask():
        async with opened(sample_store, database, respond) as core:
            await (await keeper(core)).say(SAID)

    async def look():
        clock = Clock()
        clock.seconds += 30 * DAY
        async with opened(sample_store, database, respond, clock, keep_days=29) as core:
            assert core.desk.database.rows("SELECT * FROM answers") == []

    run(ask())
    run(look())
    Database.open(database).close()
