"""The number lock: nothing reaches a person that does not trace to cited words or to a shown formula."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.types import Place, Report, Section
from retrieval.draft import Draft, Formula, Given, Line, Member, Operation, Source, Tally
from retrieval.question.plan import Comparison, Condition
from retrieval.reply.verify import WITHHELD, traces, verify
from retrieval.types import Reason, Scope

TEXT = "一、成效\n全年共排查矛盾纠纷708起，化解700起。悬挂横幅21条，张贴标语三十幅。\n"
REPORT = Report(
    id="r", file="a.txt", digest="d", title="甲镇2023年报告", place=Place(town="甲镇"), year=2023, text=TEXT, published=date(2024, 3, 30)
)
SECTION = Section("r", 0, 0, len(TEXT), ("一、成效",), "一")


def cited(words: str) -> Source:
    start = TEXT.index(words)
    return Source(REPORT, SECTION, start, start + len(words))


def draft(*lines: Line, towns: tuple[str, ...] = ("甲镇",)) -> Draft:
    return Draft(lines, scope=Scope(towns, (2023,)))


def test_a_figure_in_the_cited_words_is_delivered_with_its_number() -> None:
    answer = verify("问", draft(Line("甲镇2023年共排查矛盾纠纷708起。", (cited("共排查矛盾纠纷708起"),))))
    assert answer.text == "甲镇2023年共排查矛盾纠纷708起。[1]"
    assert (answer.numbers.total, answer.numbers.traced) == (2, 2)
    assert TEXT[answer.citations[0].start : answer.citations[0].end] == answer.citations[0].quote
    assert answer.citations[0].id == "甲镇2023·一"


@pytest.mark.parametrize("words", ["甲镇调解709起。", "甲镇调解７０９起。", "甲镇调解七百零九起。", "甲镇调解70起。", "2022年调解708起。"])
def test_a_figure_that_does_not_trace_is_withheld_and_counted(words: str) -> None:
    answer = verify("问", draft(Line(words, (cited("共排查矛盾纠纷708起"),))))
    assert answer.text == WITHHELD
    assert answer.reason is Reason.NOT_STATED
    assert answer.citations == ()
    assert answer.numbers.traced < answer.numbers.total


@pytest.mark.parametrize("words", ["甲镇调解708件。", "甲镇调解708%。", "甲镇调解708人次。", "甲镇调解2023起。", "甲镇调解30起。"])
def test_a_figure_with_another_unit_is_withheld(words: str) -> None:
    assert verify("问", draft(Line(words, (cited("共排查矛盾纠纷708起"),)))).text == WITHHELD


def test_only_the_failing_line_is_withheld() -> None:
    good = Line("共排查矛盾纠纷708起。", (cited("共排查矛盾纠纷708起"),))
    answer = verify("问", draft(good, Line("又化解9起。", (cited("化解700起"),))))
    assert answer.text == "共排查矛盾纠纷708起。[1]"
    assert len(answer.citations) == 1


def test_chinese_numerals_trace_to_digits() -> None:
    assert verify("问", draft(Line("标语30幅。", (cited("张贴标语三十幅"),)))).numbers.traced == 1


def test_a_shown_formula_over_cited_figures_is_delivered() -> None:
    formula = Formula(Operation.SUM, (21, 30))
    line = Line(f"共51：{formula}。", (cited("悬挂横幅21条，张贴标语三十幅"),), formula)
    assert verify("问", draft(line)).text == "共51：21 + 30 = 51。[1]"


def test_a_formula_over_an_uncited_figure_is_withheld() -> None:
    formula = Formula(Operation.SUM, (21, 31))
    assert verify("问", draft(Line(f"{formula}", (cited("悬挂横幅21条，张贴标语三十幅"),), formula))).text == WITHHELD


def test_a_formula_that_is_not_shown_counts_for_nothing() -> None:
    formula = Formula(Operation.SUM, (21, 30))
    assert verify("问", draft(Line("共51。", (cited("悬挂横幅21条，张贴标语三十幅"),), formula))).text == WITHHELD


def test_a_report_out_of_scope_is_never_cited() -> None:
    answer = verify("问", draft(Line("共排查矛盾纠纷708起。", (cited("共排查矛盾纠纷708起"),)), towns=("乙镇",)))
    assert answer.text == WITHHELD
    assert answer.citations == ()


def test_the_same_words_have_one_number_and_numbers_follow_use() -> None:
    first, second = cited("化解700起"), cited("共排查矛盾纠纷708起")
    answer = verify("问", draft(Line("化解700起。", (first,)), Line("排查708起，化解700起。", (second, first))))
    assert answer.text == "化解700起。[1]\n排查708起，化解700起。[2][1]"
    assert [c.n for c in answer.citations] == [1, 2]


@pytest.mark.parametrize(
    ("formula", "shown"),
    [
        (Formula(Operation.SUM, (21, 30)), "21 + 30 = 51"),
        (Formula(Operation.TIMES, (43500, 26)), "43500 ÷ 26 = 1673.08"),
        (Formula(Operation.DIFFERENCE, (66, 42)), "66 − 42 = 24"),
        (Formula(Operation.MEAN, (115, 64, 52, 31, 47)), "(115 + 64 + 52 + 31 + 47) ÷ 5 = 61.8"),
        (Formula(Operation.SHARE, (68, 147)), "68 ÷ 147 = 46.26%"),
        (Formula(Operation.CHANGE, (57, 42)), "(57 − 42) ÷ 42 = 35.71%"),
        (Formula(Operation.CHANGE, (3, 4)), "(4 − 3) ÷ 4 = 25%"),
    ],
)
def test_formulas_are_shown_as_people_write_them(formula: Formula, shown: str) -> None:
    assert str(formula) == shown


def test_what_is_divided_and_comes_to_thousands_is_said_whole() -> None:
    assert Formula(Operation.TIMES, (43500, 26)).result == 1673
    assert Formula(Operation.TIMES, (435, 26)).result == 16.7
    assert Formula(Operation.SUM, (1200.5, 0.25)).result == 1200.75


@given(st.text(alphabet="0123456789起件份，。年一二三百千万%点", max_size=30))
def test_whatever_is_delivered_has_only_traced_numbers(words: str) -> None:
    answer = verify("问", draft(Line(words, (cited("共排查矛盾纠纷708起"),))))
    assert answer.text == WITHHELD or answer.numbers.total == answer.numbers.traced


def test_a_nought_that_is_said_in_words_is_an_operand() -> None:
    text = "全年无行政诉讼案件。化解9起。"
    report = Report(id="r", file="a.txt", digest="d", title="甲镇报告", place=Place(town="甲镇"), year=2023, text=text)
    source = Source(report, Section("r", 0, 0, len(text)), 0, len(text))
    formula = Formula(Operation.SUM, (0, 9))
    assert verify("问", draft(Line(f"{formula}", (source,), formula))).text == "0 + 9 = 9[1]"


def test_a_count_is_gone_through_again():
    """共2个 stands only where two different things meet the condition."""
    above = Condition(Comparison.ABOVE, 100, "件")
    members = (Member(("甲县", "东镇"), 120, "件"), Member(("甲县", "西镇"), 101, "件"))
    assert traces(Line("共2个镇超过100件。", tallies=(Tally(members, (above,)),)))
    assert not traces(Line("共3个镇超过100件。", tallies=(Tally(members, (above,)),)))
    assert not traces(Line("共2个镇超过100件。", tallies=(Tally((*members[:1], Member(("甲县", "西镇"), 100, "件")), (above,)),)))
    assert not traces(Line("共2个镇超过100件。", tallies=(Tally((*members, members[0]._replace(value=99.0)), (above,)),)))


def test_a_converted_operand_is_what_is_stated_on_another_scale():
    good = Formula(Operation.SUM, (0.86, 1.5), unit="万元", given=(Given(8600, "元", "r1"), Given(1.5, "万元", "r2")))
    wrong = Formula(Operation.SUM, (0.96, 1.5), unit="万元", given=(Given(8600, "元", "r1"), Given(1.5, "万元", "r2")))
    assert traces(Line(f"合计2.36万元：{good}。", formula=good))
    assert not traces(Line(f"合计2.46万元：{wrong}。", formula=wrong))
