"""Who may do what, and how often: nobody in without a code, never without a keeper, no more than the limits."""

from collections import Counter as Tally
from contextlib import contextmanager
from itertools import count
from tempfile import TemporaryDirectory

import pytest
from core_builders import Clock, keeper, opened, person, run
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core import texts
from bot.core.database import Database
from bot.core.limits import COMMANDS_MINUTE, QUESTION, SAID, STRANGER_DAY, Counter, Limits
from bot.core.menu import VERBS
from bot.core.people import MOST_INVITED, RANK, People, may
from bot.core.types import Role, Who
from index.errors import BadRequest

USERS = ("1", "2", "3")
PLACES = count()


@contextmanager
def people_of(clock):
    with TemporaryDirectory() as folder:
        from pathlib import Path

        database = Database.open(Path(folder) / "people.sqlite")
        try:
            yield People(database, clock, ("terminal",))
        finally:
            database.close()


def who(user, **more):
    return Who("telegram", user, user, f"人{user}", **more)


STEPS = st.one_of(
    st.tuples(st.just("claim"), st.sampled_from(USERS)),
    st.tuples(st.just("invite"), st.sampled_from(list(Role)), st.integers(-1, 3)),
    st.tuples(st.just("redeem"), st.sampled_from(USERS), st.integers(0, 5)),
    st.tuples(st.just("guess"), st.sampled_from(USERS), st.text(max_size=20)),
    st.tuples(st.just("appoint"), st.sampled_from(USERS), st.sampled_from(list(Role))),
    st.tuples(st.just("remove"), st.sampled_from(USERS)),
    st.tuples(st.just("wait"), st.integers(0, 9 * 86_400)),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(STEPS, max_size=25))
def test_roles_follow_the_codes_and_a_keeper_remains(steps):
    """Against a model: a dictionary of roles, and codes with the uses and the seconds that they have left."""
    clock = Clock()
    with people_of(clock) as people:
        roles, codes = {}, []
        for name, *values in steps:
            if name == "claim":
                code = people.claim_code()
                assert (code is None) == (Role.KEEPER in roles.values())
                if code is not None:
                    assert people.redeem(who(values[0]), code, claim=False) is None  # a claim is no invitation
                    assert people.redeem(who(values[0]), code, claim=True) is Role.KEEPER
                    assert people.redeem(who("9"), code, claim=True) is None
                    roles[values[0]] = Role.KEEPER
            elif name == "invite":
                codes.append([people.invite(*values), values[0], max(1, values[1]), clock() + 7 * 86_400])
            elif name == "redeem" and values[1] < len(codes):
                redeem(people, clock, roles, codes[values[1]], values[0])
            elif name == "guess":
                assert people.redeem(who(values[0]), values[1], claim=False) is None
            elif name in ("appoint", "remove") and (found := people.find("telegram", values[0])):
                change(people, roles, found, name, *values[1:])
            elif name == "wait":
                clock.seconds += values[0]
            assert {user: people.role(who(user)) for user in USERS} == {user: roles.get(user) for user in USERS}
        assert people.role(Who("terminal", "local", "local")) is Role.KEEPER


def redeem(people, clock, roles, code, user):
    secret, role, uses, until = code
    held = roles.get(user)
    good = uses > 0 and clock() <= until
    got = people.redeem(who(user), secret, claim=False)
    if not good:
        assert got is None
    elif held and RANK[held] >= RANK[role]:
        assert got is held
    else:
        assert got is role
        roles[user] = role
        code[2] -= 1


def change(people, roles, found, name, *role):
    last = found.role is Role.KEEPER and Tally(roles.values())[Role.KEEPER] == 1
    if name == "remove":
        assert people.remove(found) is not last
        if not last:
            del roles[found.user]
    else:
        assert people.appoint(found, *role) is not (last and role[0] is not Role.KEEPER)
        if not (last and role[0] is not Role.KEEPER):
            roles[found.user] = role[0]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(USERS), st.sampled_from((SAID, QUESTION)), st.integers(0, 40)), max_size=60),
    st.integers(0, 4), st.integers(0, 6), st.integers(0, 9),
)  # fmt: skip
def test_no_window_holds_more_than_its_limit(messages, per_minute, per_day, all_day):
    clock = Clock()
    with people_of(clock) as people:
        counter = Counter(people._database, clock, Limits(per_minute, per_day, all_day))
        admitted, refused = [], []
        for user, kind, seconds in messages:
            clock.seconds += seconds
            try:
                counter.admit(who(user), kind)
                admitted.append((user, kind, clock()))
            except BadRequest:
                refused.append((user, kind, clock()))
    for user, kind, at in [*admitted, *refused]:
        was_refused = (user, kind, at) in refused and (user, kind, at) not in admitted
        minute = sum(1 for u, k, t in admitted if u == user and k == SAID and at - 60 < t <= at)
        own = sum(1 for u, k, t in admitted if u == user and k == QUESTION and t <= at)
        everyone = sum(1 for _, k, t in admitted if k == QUESTION and t <= at)
        full = [limit and n >= limit for limit, n in ((per_minute, minute), (per_day, own), (all_day, everyone))]
        over = [limit and n > limit for limit, n in ((per_minute, minute), (per_day, own), (all_day, everyone))]
        assert not any(over)
        assert not was_refused or (full[0] if kind == SAID else full[1] or full[2])


def test_a_new_day_begins_at_midnight(tmp_path):
    clock = Clock()
    with people_of(clock) as people:
        counter = Counter(people._database, clock, Limits(0, 1, 0))
        counter.admit(who("1"), QUESTION)
        with pytest.raises(BadRequest, match="今天"):
            counter.admit(who("1"), QUESTION)
        clock.seconds += 86_400
        counter.admit(who("1"), QUESTION)


@pytest.fixture
def database(tmp_path):
    return tmp_path / "zhenwen.sqlite"


def test_each_command_is_for_its_roles_only_and_stands_in_no_other_menu(sample_store, database):
    async def story():
        async with opened(sample_store, database, per_minute=0) as core:
            one = await keeper(core)
            people = {Role.KEEPER: one, None: person(core, "99")}
            for user, role in (("2", Role.CONTRIBUTOR), ("3", Role.READER)):
                invitation = (await one.say(f"/invite {texts.ROLES[role]}")).text.splitlines()[-1]
                people[role] = person(core, user)
                await people[role].say(invitation)
            for role, each in people.items():
                menu = {command.name for command in core.menu(each.who)}
                assert menu == {verb.name for verb in VERBS if may(role, verb.least) and not verb.hidden}
                for verb in VERBS:
                    if not may(role, verb.least):
                        core._desk.database.write("DELETE FROM counted")
                        told = (await each.say(f"/{verb.name}")).text
                        assert told.startswith(texts.NOT_ALLOWED[:5]) or each.who.user in told
            assert {command.name for command in core.menu(None)} == {command.name for command in core.menu(people[Role.READER].who)}

    run(story())


def test_a_stranger_is_told_their_id_and_after_a_while_nothing(sample_store, database):
    async def story():
        async with opened(sample_store, database) as core:
            await keeper(core)
            stranger = person(core, "99")
            replies = [await stranger.say("金井镇2023年调解了多少纠纷") for _ in range(12)]
            assert all("99" in reply.text for reply in replies[:10]) and replies[10:] == [None, None]

    run(story())


def test_a_group_is_silent_until_a_keeper_allows_it_and_its_strangers_stay_out(sample_store, database):
    question = "/ask 金井镇2023年调解了多少纠纷"

    async def story():
        async with opened(sample_store, database) as core:
            one = await keeper(core)
            here, stranger = person(core, "1", group="-7"), person(core, "99", group="-7")
            assert (await here.say(question)).text == texts.GROUP_CLOSED
            assert (await stranger.say("/allow")).text == texts.GROUP_CLOSED
            await here.say("/allow")
            assert (await here.say(question)).quotes
            assert not (await stranger.say(question)).quotes
            assert (await person(core, "1", group="-8").say(question)).text == texts.GROUP_CLOSED
            await here.say("/forbid")
            assert (await here.say(question)).text == texts.GROUP_CLOSED
            assert (await one.say(question)).quotes

    run(story())


def test_the_claim_works_once_and_an_invitation_for_as_many_as_it_says(sample_store, database):
    async def story():
        async with opened(sample_store, database) as core:
            code = core.claim_code()
            assert core.claim_code() != code  # a new one, and the old one is void
            one = person(core, "1")
            assert (await one.say(f"/start claim_{code}")).text == texts.BAD_CLAIM
            await one.say(f"/start claim_{core.claim_code()}")
            assert core.claim_code() is None and core.keepers("telegram") == ("1",)
            core.keep("telegram", "link", "https://t.me/some_bot?start=")
            link = (await one.say("/invite 供稿人 2")).text.splitlines()[-1]
            assert link.startswith("https://t.me/some_bot?start=inv_")
            told = [(await person(core, str(user)).say(f"/start {link.partition('=')[2]}")).text for user in (2, 3, 4)]
            assert [text == texts.BAD_CODE for text in told] == [False, False, True]
            assert (await one.say(f"/invite 读者 {MOST_INVITED + 1}")).text.startswith("请写角色")

    run(story())


def test_keepers_change_roles_and_let_go_but_never_the_last_of_them(sample_store, database):
    async def story():
        async with opened(sample_store, database) as core:
            one = await keeper(core)
            invitation = (await one.say("/invite 读者")).text.splitlines()[-1]
            two = person(core, "2")
            await two.say(invitation)
            assert "人2" in (await one.say("/members")).text
            assert (await one.say("/role 1 读者")).text == texts.LAST_KEEPER
            await one.say("/role 2 管理员")
            assert (await two.say("/remove 1")).text == texts.REMOVED.format(name="人1")
            assert "编号：1" in (await one.say("金井镇2023年调解了多少纠纷")).text
            assert (await two.say("/remove 2")).text == texts.LAST_KEEPER

    run(story())


def test_limits_are_told_politely_and_commands_are_no_questions(sample_store, database):
    async def story():
        clock = Clock()
        async with opened(sample_store, database, clock=clock, per_minute=2, per_day=2) as core:
            one = person(core, "2")
            await one.say((await (await keeper(core)).say("/invite 读者")).text.splitlines()[-1])
            await one.say("金井镇2023年调解了多少纠纷")
            await one.say("那成功率呢")
            assert (await one.say("金井镇存在哪些问题")).text == texts.LIMITS["minute"]
            assert (await one.say("/help")).text != texts.LIMITS["minute"]
            clock.seconds += 61
            assert (await one.say("金井镇存在哪些问题")).text == texts.LIMITS["day"]
            for _ in range(COMMANDS_MINUTE + 1):
                last = await one.say("/stop")
            assert last.text == texts.LIMITS["minute"]

    run(story())


def test_a_good_code_is_read_however_much_was_said_before(sample_store, tmp_path):
    async def story():
        async with opened(sample_store, tmp_path / "z.sqlite") as core:
            strangers = [person(core, str(user)) for user in range(10, 14)]
            for each in strangers:
                for number in range(STRANGER_DAY + 2):
                    await each.say(f"/start guess{number}")
            assert await strangers[0].say("您好") is None
            assert "管理员" in (await strangers[0].say(f"/start claim_{core.claim_code()}")).text
            link = (await strangers[0].say("/invite 读者")).text
            assert "读者" in (await strangers[1].say(f"/start {link.split()[-1].rpartition('=')[2]}")).text
            assert await strangers[2].say("/start guess") is None

    run(story())


def test_what_keepers_do_with_their_rights_is_written_down_for_half_a_year_and_questions_are_not(sample_store, tmp_path):
    async def story():
        clock = Clock()
        async with opened(sample_store, tmp_path / "z.sqlite", clock=clock) as core:
            one = await keeper(core)
            await one.say("/invite 读者 3")
            await one.say("金井镇2023年调解了多少纠纷")
            two = person(core, "2")
            await two.say("/invite 读者 3")
            told = (await one.say("/audit")).text
            assert "/invite 读者 3" in told and "1 /audit" in told and "调解" not in told and told.count("/invite") == 1
            clock.seconds += 181 * 86_400
            await one.say("/members")
            assert [row["act"] for row in core.desk.database.rows("SELECT act FROM audit")] == ["/members"]

    run(story())
