"""One town over two years: figures of one thing, and what else is asked beside the change."""

import pytest
from answer_builders import answerer_of

from retrieval.question.planning import plan_of
from retrieval.reader.model import default_reader

REPORTS = {
    "沙墩镇2022年.txt": "沙墩镇2022年法治政府建设情况报告\n\n一、主要工作\n（一）化解矛盾。全年受理纠纷318件，调解成功309件。\n",
    "沙墩镇2023年.txt": "沙墩镇2023年法治政府建设情况报告\n\n一、主要工作\n（一）调解中心。启用后受理纠纷96件，调解成功93件。\n"
    "（二）主要数据。\n指标\t2022年\t2023年\n受理矛盾纠纷（件）\t318\t287\n调解成功（件）\t309\t282\n",
    "芦堰镇2023年.txt": "芦堰镇2023年法治政府建设情况报告\n\n一、主要工作\n（一）信访。全年接待信访43批次，比上年减少10批次。\n",
}


@pytest.fixture(scope="module")
def ask(tmp_path_factory):
    return answerer_of(tmp_path_factory.mktemp("trends"), REPORTS).answer


def test_the_years_of_one_row_go_together_where_another_figure_of_the_second_year_is_of_a_part(ask) -> None:
    answer = ask("沙墩镇2023年调解成功的比上年少了几件")
    assert "309 − 282 = 27" in answer.text
    assert "93" not in answer.text


def test_the_year_before_is_worked_back_from_the_change_that_is_stated(ask) -> None:
    assert "43 + 10 = 53" in ask("2022年芦堰镇信访有多少批，按2023年那份倒着算一下").text


def test_a_number_of_shops_counts_no_towns() -> None:
    assert not plan_of("几家烧烤店装了净化器").folds
    assert plan_of("超过100件的有几家").folds


def test_what_the_town_words_alike_in_two_years_is_compared_though_one_of_them_alone_is_not_likely_enough(tmp_path):
    told = "{town}{year}年法治政府建设情况报告\n\n一、执法\n全年办理行政处罚案件{count}件，其中简易程序{less}件。全年整改消防隐患{other}处。\n"
    reports = {f"苇塘镇{year}年.txt": told.format(town="苇塘镇", year=year, count=count, less=count - 14, other=count + 90) for year, count in ((2022, 43), (2023, 58))}
    answer = answerer_of(tmp_path, reports, default_reader()).answer("苇塘镇23年罚的比22年多出来多少件，自己算一下")
    assert "58 − 43 = 15" in answer.text


def test_a_year_without_a_report_is_answered_from_the_same_row_of_the_next_one(tmp_path):
    table = "苇塘镇2023年法治政府建设情况报告\n\n一、主要数据\n指标｜2022年｜2023年\n行政检查（次）｜512｜367\n行政处罚（件）｜31｜39\n"
    ask = answerer_of(tmp_path, {"苇塘镇2023年.txt": table}, default_reader()).answer
    assert "2022年行政检查512次" in ask("苇塘镇2022年行政检查了多少次").text
    assert "31" in ask("那22年呢", ["苇塘镇2023年行政处罚多少件"]).text
