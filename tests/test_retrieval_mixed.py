"""What unseen questions to small mixed collections taught: words that are no name, a county in brackets, what is to be shown."""

from __future__ import annotations

from datetime import date

import pytest

from index.types import Part, Place, ReportInfo
from retrieval.question.understand import Understanding
from retrieval.types import Intent, Query


def report(town: str, county: str, year: int) -> ReportInfo:
    key = f"{county}{town}{year}"
    return ReportInfo(id=key, file=f"{key}.txt", digest="", title="", place=Place("", "", county, town), year=year)


UNDERSTANDING = Understanding.of((report("柳垭镇", "渠阳县", 2024), report("双槐镇", "渠阳县", 2024), report("双槐镇", "松原县", 2024)))


def ask(question: str, *history: str) -> Query:
    return UNDERSTANDING.understand(question, history, today=date(2026, 11, 22))


def test_a_county_in_brackets_is_no_word_of_the_question() -> None:
    query = ask("双槐镇（松原）审合同省下多少钱")
    assert ([ref.county for ref in query.towns], query.spoken) == (["松原县"], "审合同省下多少钱")


@pytest.mark.parametrize("question", ["柳垭为什么把屏放卫生室不放村委会", "已经建好的议事亭都落在哪几个村社区?"])
def test_what_asks_or_denies_is_in_no_villages_name(question: str) -> None:
    assert not ask(question).villages


def test_the_end_of_a_longer_run_is_no_unknown_town_before_zhenli() -> None:
    assert not ask("改造说事船镇里自己掏了多少?").towns


def test_part_of_what_was_spoken_of_is_on_topic_whatever_it_is() -> None:
    assert ask("其中跟民宿旅游沾边的有几份", "柳垭镇2024年审了多少份合同").intent is Intent.FACT
    assert ask("其中跟民宿旅游沾边的有几份").intent is Intent.OUT_OF_SCOPE


def test_what_one_wants_to_add_in_the_next_year_is_a_plan() -> None:
    query = ask("下一年还想再添多少?", "柳垭镇2024年开放了多少个停车位")
    assert (query.part, query.years) == (Part.PLANS, (2024,))


def test_what_the_reply_is_to_show_is_not_asked_about() -> None:
    assert ask("柳垭镇2024年审查意见的采纳率为多少？请列明分子分母。").topic == ask("柳垭镇2024年审查意见的采纳率为多少？").topic


def test_what_was_not_done_well_are_the_problems() -> None:
    query = ask("柳垭2024年自己承认哪些地方没干好？")
    assert query.intent is Intent.PROBLEMS and query.whole_part
