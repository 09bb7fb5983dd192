"""What is said unasked: new reports to those who follow a town, and to keepers what contributors send."""

import shutil

import pytest
from core_builders import Clock, action, keeper, labels, opened, person, run
from test_bot_core_uploads import VAGUE, report, sent

from bot.core import notices
from index.build import build
from index.embed import default_encoder
from index.store import Store


@pytest.fixture
def place(sample_store, tmp_path):
    return shutil.copytree(sample_store, tmp_path / "store"), tmp_path / "zhenwen.sqlite"


def told(place, story):
    async def whole():
        async with opened(*place) as core:
            return await story(core, await keeper(core))

    return run(whole())


def indexed(place, **files):
    """Add reports as the command line does, while the core runs."""
    folder = place[0].parent / "报告"
    folder.mkdir(exist_ok=True)
    for name, data in files.items():
        (folder / f"{name}.txt").write_bytes(data)
    with Store.create(place[0], default_encoder()) as store:
        build([folder], store)


def pending(core):
    return notices.pending(core._desk)


def test_who_follows_a_town_is_told_of_its_new_report_once(place):
    async def story(core, one):
        assert not pending(core), "what was there before is not new"
        assert "青石镇" in (await one.say("/follow 丙县青石镇")).text
        indexed(place, 青石=report(), 红岩=report("红岩镇"))
        (notice,) = pending(core)
        assert (notice.channel, notice.chat) == ("telegram", "1")
        assert "丙县青石镇2022年" in notice.reply.text and "红岩镇" not in notice.reply.text
        _, file = await one.press(action(notice.reply, "原文件 青石镇2022"))
        assert file.files[0].name == "青石.txt"
        assert pending(core) == [notice], "until it is delivered"
        core.done(notice.key)
        assert not pending(core)

    told(place, story)


def test_a_notice_outlives_a_restart(place):
    clock = Clock()

    async def story():
        async with opened(*place, clock=clock) as core:
            await (await keeper(core)).say("/follow 全部")
            pending(core)
            indexed(place, 青石=report(), 红岩=report("红岩镇"))
            (first,) = pending(core)
            assert "青石镇" in first.reply.text and "红岩镇" in first.reply.text, "one message for all"
        async with opened(*place, clock=clock) as core:
            assert pending(core) == [first]
            core.done(first.key)
        async with opened(*place, clock=clock) as core:
            assert not pending(core)

    run(story())


def test_the_endless_stream_brings_them(place):
    async def story(core, one):
        await one.say("/follow 青石镇")
        pending(core)
        indexed(place, 青石=report())
        return (await anext(core.notices())).reply.text

    assert "青石镇" in told(place, story)


def test_following_is_listed_and_ended(place):
    async def story(core, one):
        assert "没有关注" in (await one.say("/follow")).text
        for words in ("金井镇", "全部", "金井镇"):
            await one.say(f"/follow {words}")
        listed = await one.say("/unfollow")
        assert sorted(labels(listed)) == ["全部镇", "晋江市金井镇"]
        assert "不再关注晋江市金井镇" in (await one.press(action(listed, "晋江市金井镇")))[1].text
        assert "不再关注" in (await one.say("/unfollow 全部")).text
        assert "没有关注" in (await one.say("/unfollow")).text
        assert "没有看出镇名" in (await one.say("/follow 随便")).text
        indexed(place, 青石=report())
        assert not pending(core)

    told(place, story)


def test_a_group_is_told_where_it_was_asked_and_nobody_of_their_own_upload(place):
    async def story(core, one):
        group = person(core, "1", group="-100")
        await group.say("/allow")
        await group.say("/follow 红岩镇")
        await one.say("/follow 青石镇")
        pending(core)
        await one.say("", document=sent("青石.txt", report()))
        indexed(place, 红岩=report("红岩镇"))
        assert [notice.chat for notice in pending(core)] == ["-100"]

    told(place, story)


def test_keepers_are_told_what_a_contributor_has_sent_and_can_look_at_it(place):
    async def story(core, one):
        code = (await one.say("/invite 供稿人")).text.rpartition("inv_")[2].split()[0]
        two = person(core, "2")
        await two.say(f"/start inv_{code}")
        await two.say("", document=sent("报告.txt", VAGUE.format(number=7).encode()))
        (notice,) = pending(core)
        assert notice.chat == "1" and notice.reply.text.startswith("人2送来了文件") and "还没有收录" in notice.reply.text
        assert "好的" in (await one.press(action(notice.reply, "取消")))[1].text
        core.done(notice.key)
        await one.say("", document=sent("青石.txt", report()))
        assert not pending(core), "a keeper's own upload is no news to keepers"

    told(place, story)


def test_a_town_named_without_its_county_is_followed_wherever_it_lies(place):
    """A real town of the name, in another county, is not meant when the reports are of this one."""

    async def story(core, one):
        assert "草滩镇" in (await one.say("/follow 草滩镇")).text
        pending(core)
        indexed(place, 草滩=report("草滩镇"))
        (notice,) = pending(core)
        assert "丙县草滩镇" in notice.reply.text

    told(place, story)
