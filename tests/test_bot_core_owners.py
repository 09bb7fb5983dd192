"""What a button carries can be forged: whatever number it names, nobody is shown what another was told in private."""

from itertools import product

import pytest
from core_builders import keeper, labels, opened, person, run

from bot.core.database import Database, migrations
from bot.core.types import Role, Who

PRIVATE = "磁灶镇2022年丁某某的信访件转给谁了"
ANSWERED = "磁灶镇2022年有多少法律明白人"
ACTIONS = ["memo", "src", "srcs", "file", "cite", "good", "bad", "more", "q", "ans", "rev", "memo_no", "unfollow"]


@pytest.fixture
def database(tmp_path):
    return tmp_path / "z.sqlite"


def told(core):
    """Every word and label that was said to somebody."""
    return "".join(str(row["reply"]) for row in core._desk.database.rows("SELECT reply FROM finals"))


async def _two_readers(core):
    chief = await keeper(core)
    code = core._desk.people.invite(Role.READER, 2)
    one, other = person(core, "10"), person(core, "11")
    for each in (one, other):
        await each.say(f"/start inv_{code}")
    return chief, one, other


@pytest.mark.parametrize("action", ACTIONS)
def test_a_forged_number_shows_nothing_of_another_person(action, sample_store, database):
    async def story():
        async with opened(sample_store, database, per_minute=0) as core:
            _, one, other = await _two_readers(core)
            for text in (PRIVATE, ANSWERED, f"/towns {PRIVATE}"):
                await one.say(text)
            heard = ""
            for number, more in product(range(8), ("", ":1", ":0", ":said")):
                for pressed in (f"{action}:{number}{more}", f"{action}:0:{number}"):
                    toast, reply = await other.press(pressed)
                    heard += toast + (f"{reply.text}{labels(reply)}{reply.quotes}" if reply else "")
            for command in ("/memo", "/history", "/start c_1_1", "/start c_2_1", "/why"):
                reply = await other.say(command)
                heard += f"{reply.text}{labels(reply)}{reply.quotes}"
            assert "丁某某" not in heard
            assert "明白人" not in heard.replace("法律明白人怎么", "")
            assert core._desk.database.row("SELECT count(*) AS n FROM feedback")["n"] == 0

    run(story())


def test_ones_own_buttons_work_and_so_do_those_of_a_group_for_all_in_it(sample_store, database):
    async def story():
        async with opened(sample_store, database) as core:
            chief, one, other = await _two_readers(core)
            await one.say(ANSWERED)
            (row,) = core._desk.database.rows("SELECT id FROM answers")
            assert (await one.press(f"memo:{row['id']}"))[0]
            assert (await one.press(f"src:{row['id']}:1"))[1].quotes
            assert (await one.say(f"/start c_{row['id']}_1")).quotes
            assert (await chief.press(f"src:{row['id']}:1"))[1].quotes  # who is shown what people ask opens its sources, too
            group = [person(core, user, group="-7") for user in ("1", "10", "11")]
            await group[0].say("/allow")
            await group[1].say(f"/ask {ANSWERED}")
            last = core._desk.database.row("SELECT max(id) AS id FROM answers")["id"]
            assert (await group[2].press(f"src:{last}:1"))[1].quotes
            assert (await other.say(f"/start c_{last}_1")).quotes  # the link of a message in the group opens in private

    run(story())


def test_an_offer_is_asked_by_whom_it_was_made_to_and_goes_when_they_are_forgotten(sample_store, database):
    async def story():
        async with opened(sample_store, database) as core:
            _, one, other = await _two_readers(core)
            offer = core._desk.records.offer(one.who, ANSWERED)
            group = Who("telegram", "10", "-7", "甲", "", True)
            shared = core._desk.records.offer(group, ANSWERED)
            assert core._desk.records.offered(Who("telegram", "11", "-7", "乙", "", True), shared) == ANSWERED
            assert core._desk.records.offered(Who("telegram", "11", "-8", "乙", "", True), shared) == ""
            assert (await other.press(f"q:{offer}"))[1].text != (await one.press(f"q:{offer}"))[1].text
            await one.press("forget")
            assert core._desk.database.rows("SELECT * FROM offers") == []

    run(story())


def test_what_was_offered_before_offers_had_owners_is_nobodys_and_its_numbers_are_not_used_again(tmp_path):
    old = Database.open(tmp_path / "old.sqlite")
    old.write("ALTER TABLE inbox DROP COLUMN tries")  # of a later step
    old.write("ALTER TABLE uploads DROP COLUMN replaced")
    old.write("DROP TABLE audit")
    old.write("DROP TABLE offers")
    old.write("CREATE TABLE offers (id INTEGER PRIMARY KEY AUTOINCREMENT, text TEXT NOT NULL UNIQUE)")
    old.write("INSERT INTO offers VALUES (41, ?)", PRIVATE)
    owners = next(number for number, script in enumerate(migrations()) if "CREATE TABLE owned" in script)
    old.write(f"PRAGMA user_version = {owners}")
    old.close()
    new = Database.open(tmp_path / "old.sqlite")
    number = new.insert("INSERT INTO offers (channel, chat, user, text) VALUES ('telegram', '1', '1', '甲')")
    assert number > 41
    assert PRIVATE not in [row["text"] for row in new.rows("SELECT text FROM offers")]
    new.close()
