"""Who a sentence speaks of where that is not the report's own town."""

import pytest

from index.whose import named_by, owner_of


@pytest.mark.parametrize(
    ("said", "owner"),
    [
        ("2024年，全县调解矛盾纠纷", "全县"),
        ("截至12月底，全市共受理1200件，办结", "全市"),
        ("县司法局调解纠纷", "县司法局"),
        ("白石县公安局立案", "白石县公安局"),
        ("葵坞镇调解", "葵坞镇"),
        ("（一）石桥村调解", "石桥村"),
        ("共调解61件，其中石桥村27件、河湾村", "河湾村"),
        ("城关社区调解", "城关社区"),
        ("长安街道受理", "长安街道"),
    ],
)
def test_somebody_else_at_the_head_of_a_clause_is_spoken_of_until_another_is(said, owner):
    assert owner_of(said, "禾泉镇") == owner


@pytest.mark.parametrize(
    "said",
    [
        "我镇调解矛盾纠纷150件，占全县的",
        "全县调解1850件，成功1800件，我镇调解",
        "临岚县禾泉镇调解",
        "县司法局到我镇开展",
        "联合县公安局开展",
        "邀请县司法局授课",
        "在石桥村、河湾村开展法治宣传",
        "走访石桥村",
        "市场监管局立案",
        "全镇12个村共调解",
        "组织村干部、网格员",
        "建成示范村",
        "社区矫正对象",
        "全县率先建成",
        "乡镇干部",
        "观察团反映的问题，促成镇里一次划定",
        "上年移送县林业局的",
        "辖区调解",
        "自觉接受镇人大监督,办理建议",
        "抓宣传强氛围,送法下乡18场,听众",
        "帮助镇里避免租金损失约",
        "二是公开镇务信息",
        "老乡说家乡话，容易听得进去，调成203件",
        "修订镇级预案,组织演练",
        "请县法院讲课,办案",
        "因林区违规用火处罚",
        "5月起,罗允衡由镇长转任镇党委书记,孔令芷任镇长",
        "会后镇里推出“并单进厂”,检查合到一张单子上",
        "县委巡察组7月反馈法治方面问题4个,到年底销号3个",
    ],
)
def test_what_the_town_does_itself_is_its_own_whoever_it_does_it_with(said):
    assert owner_of(said, "禾泉镇") == ""


@pytest.mark.parametrize(("heading", "owner"), [("（三）石桥村", "石桥村"), ("二、全县情况", "全县"), ("三、石桥村：", "石桥村"), ("（二）规范执法", ""), ("一、禾泉镇工作情况", "")])
def test_a_heading_that_is_a_name_opens_the_section_of_that_name(heading, owner):
    assert named_by(heading, "禾泉镇") == owner
