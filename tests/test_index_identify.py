"""Promises of index/identify.py: town, place, year, issuer and dates from whatever names them, and no town where there is none."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.identify import identify
from index.load import load
from index.places import Gazetteer, complete_places
from index.types import Document, Place, Report, Span

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "data" / "sample"
SHARED = ROOT.parent / "shared"
BODY = (
    "现将有关情况报告如下。\n一、主要工作\n（一）普法宣传。全年开展普法宣传活动三十场，发放资料两千份。\n（二）矛盾调解。全年调解各类矛盾纠纷八十起。\n"
    "二、存在问题\n人员力量不足。\n三、下一步打算\n加强队伍建设。\n"
)


@dataclass(frozen=True)
class Case:
    """A report composed of head, BODY and foot; ``place`` is town, county, province, None where it does not matter."""

    file: str
    head: str
    foot: str
    place: tuple[str, str | None, str | None]
    year: int
    party: bool = False


CASES = [
    Case("a.txt", "浙江省淳安县枫树岭镇人民政府\n2022年度法治政府建设年度报告\n2022年，枫树岭镇深入学习。", "枫树岭镇人民政府\n2023年1月10日\n", ("枫树岭镇", "淳安县", "浙江省"), 2022),
    Case("霞浦县盐田畲族乡2023.docx", "法治政府建设情况报告\n", "霞浦县盐田畲族乡人民政府\n二〇二四年一月五日", ("盐田畲族乡", "霞浦县", "福建省"), 2023),
    Case("report.pdf", "法治政府建设工作总结\n", "江苏省昆山市花桥镇人民政府\n2021年12月28日", ("花桥镇", "昆山市", "江苏省"), 2021),
    Case("2020年度.txt", "中共沅陵县五强溪镇委员会关于法治建设情况的报告\n县委依法治县办：\n", "中共沅陵县五强溪镇委员会\n", ("五强溪镇", "沅陵县", "湖南省"), 2020, party=True),
    Case("x1.txt", "北京市朝阳区三里屯街道办事处2022年法治政府建设年度情况报告\n", "三里屯街道办事处\n2023年2月1日", ("三里屯街道", "朝阳区", "北京市"), 2022),
    Case("x2.txt", "锡林浩特市宝力根苏木2023年度法治政府建设工作报告\n", "宝力根苏木人民政府\n2023年12月20日", ("宝力根苏木", "锡林浩特市", "内蒙古自治区"), 2023),
    Case("x3.txt", "东莞市长安镇人民政府二〇二二年法治政府建设年度报告\n", "", ("长安镇", "东莞市", "广东省"), 2022),
    Case("x4.txt", "关于石佛沟镇2024年法治建设工作总结及2025年工作计划的报告\n市司法局：\n", "石佛沟镇人民政府\n2025年1月3日", ("石佛沟镇", "", ""), 2024),
    Case("x9.txt", "白鹭滩镇2024年法治政府建设情况报告\n白鹭滩镇2023年扎实推进依法行政。", "白鹭滩镇人民政府\n2024年1月3日", ("白鹭滩镇", "", ""), 2023),
    Case("x10.txt", "白鹭滩镇2024年第一季度法治政府建设情况报告\n", "白鹭滩镇人民政府\n2024年3月28日", ("白鹭滩镇", "", ""), 2024),
    Case("x5.txt", "2019 年度\n岭上河镇法治政府建设\n工作情况报告\n（2020年1月15日）\n", "四川省青罗县岭上河镇人民政府", ("岭上河镇", "青罗县", "四川省"), 2019),
    Case("柳荫街道2021年度法治建设报告.txt", "工作报告\n", "", ("柳荫街道", "", ""), 2021),
    Case("x6.txt", "涪水区望江街道办事处关于2023年推进依法行政工作的自查报告\n区政府：\n", "涪水区人民政府望江街道办事处\n2023年11月30日", ("望江街道", "涪水区", ""), 2023),
    Case("x7.txt", "中共望江街道工作委员会2022年法治建设工作总结\n", "中共涪水区望江街道工作委员会\n2022年12月30日", ("望江街道", "涪水区", ""), 2022, party=True),
    Case("x8.txt", "新疆维吾尔自治区察布查尔锡伯自治县爱新色里镇2023年法治政府建设工作报告\n", "", ("爱新色里镇", "察布查尔锡伯自治县", "新疆维吾尔自治区"), 2023),
    Case("fzzf.md", "湖南省岑东市枫垱铺街道办事处\n2024年法治政府建设工作总结和2025年思路\n2024年，枫垱铺街道辖9个社区。", "枫垱铺街道办事处\n2025年1月9日\n", ("枫垱铺街道", "岑东市", "湖南省"), 2024),
    Case("总结.docx", "沿江的一年——缆渡镇2024年法治建设总结\n缆渡镇因搓缆绳得名。报送岚浦县委依法治县办。\n", "缆渡镇人民政府\n2025年1月3日", ("缆渡镇", "岚浦县", ""), 2024),
    Case("x9.txt", "（2022）云岭乡法治政府建设年度报告\n", "贵州省平崖县云岭乡人民政府\n2023.1.8", ("云岭乡", "平崖县", "贵州省"), 2022),
    Case("x10.txt", "云岭苗族乡法治政府建设工作情况汇报\n", "云岭苗族乡人民政府\n2023年1月8日", ("云岭苗族乡", "", ""), 2022),
    Case("x11.txt", "2023年，大湾镇在区委、区政府的正确领导下，扎实推进法治政府建设。", "重庆市渝北区大湾镇人民政府\n2024年1月18日", ("大湾镇", "渝北区", "重庆市"), 2023),
    Case("x12.txt", "平政发〔2023〕5号\n签发人：张三\n平安里街道办事处\n关于2022年度法治政府建设情况的报告\n", "平安里街道办事处\n2023年1月11日", ("平安里街道", "", ""), 2022),
    Case("x13.txt", "云南省大理白族自治州洱源县凤羽镇2022年度法治政府建设工作报告\n", "", ("凤羽镇", "洱源县", "云南省"), 2022),
    Case("x14.txt", "广西南宁市武鸣区罗波镇2021年法治政府建设总结\n", "罗波镇人民政府\n2022年1月4日", ("罗波镇", "武鸣区", "广西壮族自治区"), 2021),
    Case("x15.txt", "沙岭镇2022年度法治政府建设工作报告\n县委依法治县办公室：\n按照兰溪县委、县政府部署，", "沙岭镇人民政府\n2022年12月31日", ("沙岭镇", "兰溪县", ""), 2022),
    Case("x16.txt", "全面推进依法治镇 建设法治青石\n——青石湾镇2022年法治建设工作总结\n", "青石湾镇党委 青石湾镇人民政府\n2023年1月2日", ("青石湾镇", "", ""), 2022),
    Case("x17.txt", "二〇一八年度法治政府建设工作总结\n", "安徽省临水县沙颍镇人民政府\n二〇一八年十二月二十八日", ("沙颍镇", "临水县", "安徽省"), 2018),
    Case("x18.txt", "２０２３年度桥头驿镇法治政府建设报告\n", "桥头驿镇人民政府\n２０２４年１月９日", ("桥头驿镇", "", ""), 2023),
    Case("x19.txt", "桥头驿镇人民政府关于报送法治政府建设情况的报告\n县司法局：\n今年以来，桥头驿镇认真落实各项要求。", "桥头驿镇人民政府\n2022年12月16日", ("桥头驿镇", "", ""), 2022),
    Case("x20.txt", "桥头驿镇法治政府建设情况报告\n根据《法治政府建设实施纲要（2021-2025年）》要求，2022年，我镇扎实工作。", "桥头驿镇人民政府\n2023年3月16日", ("桥头驿镇", "", ""), 2022),
    Case("x21.txt", "中共沙岭镇委员会 沙岭镇人民政府关于2021年法治政府建设情况的报告\n", "中共沙岭镇委员会\n沙岭镇人民政府\n2022年1月16日", ("沙岭镇", "", ""), 2021),
    Case("x22.txt", "江西省吉安市吉州区白塘街道2023年法治建设工作情况\n", "", ("白塘街道", "吉州区", "江西省"), 2023),
    Case("x23.txt", "天门市多祥镇2023年法治政府建设工作总结\n", "", ("多祥镇", "天门市", "湖北省"), 2023),
    Case("x24.txt", "西湖乡2020年法治政府建设工作汇报\n位于河南省中牟县东部的西湖乡，", "", ("西湖乡", "中牟县", "河南省"), 2020),
    Case("x25.txt", "恩施土家族苗族自治州恩施市白杨坪镇2022年法治建设年度报告\n", "", ("白杨坪镇", "恩施市", "湖北省"), 2022),
    Case("x26.txt", "信息索引号：YL-2023-0001\n发布日期：2023-01-19\n来源：云泽路镇\n云泽路镇2022年法治政府建设工作报告\n", "云泽路镇\n2023年1月12日", ("云泽路镇", "", ""), 2022),
    Case("第3稿（最终）.docx", "云泽路镇人民政府2022年工作情况和2023年工作思路\n", "", ("云泽路镇", "", ""), 2022),
    Case("x27.txt", "古城街道党工委2023年度法治建设情况报告\n", "中共古城街道工作委员会\n2024年1月3日", ("古城街道", None, None), 2023, party=True),
    Case("x28.txt", "县人民政府：\n城关镇2022年法治政府建设工作报告\n2022年，城关镇在岐山县委、县政府坚强领导下，", "", ("城关镇", "岐山县", None), 2022),
    Case("c1.html", "市委全面依法治市委员会:\n2025年,云岭乡法治政府建设工作在市委的正确领导下扎实推进,建设“法治云岭”,云岭乡干部齐心,云岭乡群众满意。", "", ("云岭乡", "", ""), 2025),
    Case("c2.html", "云岭乡人民政府\n关于法治政府建设的情况报告\n2025年,是《法治政府建设实施纲要（2021—2025 年）》收官之年。", "", ("云岭乡", "", ""), 2025),
    Case("c3.html", "一年来,周溪乡在县委、县政府领导下,根据《关于做好2024年度报告工作的通知》(城委法〔2025〕1号),周溪乡2024年推进了各项工作。", "", ("周溪乡", "城口县", "重庆市"), 2024),
    Case("c4.html", "- 乡镇信息公开\n-\n索引号pb/2026-00001\n-\n发布机构屏边县新华乡人民政府\n-\n发布日期2026-01-27\n-\n时效性有效\n新华乡2025年法治建设情况报告\n",
         "", ("新华乡", "屏边苗族自治县", "云南省"), 2025),
    Case("c5.html", "罗子山瑶族乡2025年度法治建设情况报告\n发布时间:2026-02-02 11:19 信息来源:辰溪县罗子山瑶族乡\n2025年,我乡扎实工作。", "", ("罗子山瑶族乡", "辰溪县", "湖南省"), 2025),
    Case("c6.html", "鲤城区人民政府金龙街道办事处关于2022年度法治政府建设情况的报告\n时间:2023-02-28 15:36 浏览量:1\n", "", ("金龙街道", "鲤城区", "福建省"), 2022),
    Case("c7.html", "海滨街2020年法治政府建设情况报告\n2020年,在区委、区政府的正确领导下,海滨街严格依法行政。", "", ("海滨街道", "", ""), 2020),
    Case("c8.html", "北城街街道办事处2025年法治政府建设年度报告\n紧扣《实施纲要(2022—2025年)》要求,", "", ("北城街街道", "", ""), 2025),
    Case("c9.html", "西翥街道办事处2025年度法治建设情况报告\n在区委区政府的领导下,贯彻《五华区实施方案（2021-2025年）》,", "", ("西翥街道", "五华区", "云南省"), 2025),
    # Institutions that are no town: a street, a farm, an area under a committee, an office; and a village below a town.
    Case("i1.txt", "临岚县墨池街2024年法治政府建设情况报告\n", "墨池街办事处\n2025年1月8日", ("墨池街", "临岚县", ""), 2024),
    Case("i2.txt", "红苇农场2023年度法治建设工作总结\n", "红苇农场\n2024年1月8日", ("红苇农场", "", ""), 2023),
    Case("i3.txt", "青篱经济开发区管理委员会关于2024年法治政府建设情况的报告\n", "青篱经济开发区管理委员会\n2025年1月8日", ("青篱经济开发区", None, None), 2024),
    Case("i4.txt", "松蓬管理区2022年法治政府建设工作报告\n", "松蓬管理区管委会\n2023年1月8日", ("松蓬管理区", "", ""), 2022),
    Case("i5.txt", "临榭办事处2024年法治政府建设年度报告\n", "", ("临榭办事处", "", ""), 2024),
    Case("i6.txt", "鹭洲湖管理委员会2024年法治政府建设年度报告\n", "鹭洲湖管理委员会\n2025年1月8日", ("鹭洲湖管委会", "", ""), 2024),
    Case("i7.txt", "临岚县松隐镇葛村2024年法治建设情况报告\n", "松隐镇葛村村民委员会\n2025年1月8日", ("葛村", "临岚县", ""), 2024),
]  # fmt: skip

NO_REPORTS = [
    "淠东县2022年法治政府建设年度报告\n2022年，我县各乡镇扎实推进，新集镇、三塘镇、双河镇成效明显，新集镇开展普法28场，新集镇被评为先进。\n一、工作\n全县调解纠纷800起。\n淠东县人民政府\n2023年1月9日",
    "关于印发《新集镇2023年普法工作要点》的通知\n各村（社区）：\n现将要点印发给你们。\n新集镇人民政府\n2023年2月1日",
    "番茄炒蛋的做法\n番茄两个，鸡蛋三个。先炒蛋，再炒番茄。2023年最受欢迎。",
    "淠东县司法局2023年工作总结\n一年来，我局指导全县12个乡镇开展工作，现将情况报告如下。\n淠东县司法局\n2024年1月3日",
    "本报讯 近日，泉掌镇开展普法宣传活动，全镇干部参加。泉掌镇还将继续开展。泉掌镇党委书记表示满意。",
    "中华人民共和国乡镇企业法\n第一条 为了扶持和引导乡镇企业持续健康发展，制定本法。",
    "经济开发区2023年法治政府建设情况报告\n全市开发区均已完成。\n市司法局\n2024年1月9日",
    "关于2023年全县国有林场工作情况的报告\n全县3个国有林场均已完成。\n县林业局\n2024年1月9日",
    "关于2023年全区街道和乡镇法治建设情况的报告\n全区8个街道、4个镇均已完成。\n涪水区依法治区办\n2024年1月9日",
]  # fmt: skip

SEEDS = {
    "000": (
        Place("福建省", "泉州市", "晋江市", "磁灶镇"),
        2022,
        "中共晋江市磁灶镇委员会",
        True,
        "中共晋江市磁灶镇委员会关于2022年法治建设工作情况的报告",
    ),
    "001": (Place("福建省", "泉州市", "晋江市", "金井镇"), 2023, "晋江市金井镇人民政府", False, "金井镇2023年法治政府工作报告"),
    "002": (Place("重庆市", "", "城口县", "高观镇"), 2022, "城口县高观镇人民政府", False, "城口县高观镇2022年法治政府建设情况报告"),
    "003": (Place("上海市", "", "崇明区", "中兴镇"), 2022, "中兴镇人民政府", False, "2022年中兴镇法治建设报告"),
    "004": (Place("山西省", "运城市", "新绛县", "泉掌镇"), 2021, "泉掌镇人民政府", False, "泉掌镇人民政府2021年度法治建设工作报告"),
}


@cache
def gazetteer() -> Gazetteer:
    return Gazetteer.load()


def identified(text: str, file: str = "a.txt", **about) -> Report:
    return identify(Document(file=file, digest="d", text=text, **about), gazetteer())


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.txt")), ids=lambda path: path.stem[:3])
def test_the_sample_reports_are_identified(path):
    found = identified(path.read_text(encoding="utf-8"), path.name)
    assert (found.place, found.year, found.issuer, found.party, found.title) == SEEDS[path.stem[:3]]
    assert found.confidence > 0.8


def test_a_page_line_gives_the_date_of_publication_and_is_noise():
    path = next(SAMPLES.glob("001*"))
    found = identified(path.read_text(encoding="utf-8"), path.name)
    assert found.published == date(2024, 3, 30)
    assert [found.text[span.start : span.end] for span in found.noise] == [
        "时间:2024-03-30 15:38 浏览量:",
        "扫一扫在手机上查看当前页面",
    ]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.file)
def test_a_composed_report_is_identified(case):
    found = identified(case.head + BODY + case.foot, case.file)
    wanted = [
        (want, got)
        for want, got in zip(case.place, (found.town, found.place.county, found.place.province), strict=True)
        if want is not None
    ]
    assert [want for want, _ in wanted] == [got for _, got in wanted]
    assert (found.year, found.party) == (case.year, case.party)


@pytest.mark.parametrize("text", NO_REPORTS, ids=range(len(NO_REPORTS)))
def test_what_is_no_town_report_gets_no_town_and_no_year(text):
    found = identified(text)
    assert (found.town, found.year) == ("", None)


def test_the_committee_above_a_town_is_not_the_town():
    found = identified("松陵山区管委会鹭桥乡2024年法治政府建设工作总结\n\n鹭桥乡地处深山。一年来，全乡调解纠纷31件，乡党委、政府学法4次。")
    assert (found.town, found.year) == ("鹭桥乡", 2024)


@pytest.mark.parametrize("title", ["鹭桥镇二〇二四年法治政府建设年报", "鹭桥镇2024年法治建设白皮书", "鹭桥镇2024年依法行政工作回顾"])
def test_a_report_may_be_called_otherwise(title):
    found = identified(f"{title}\n\n　　鹭桥镇辖18个村。全年调解纠纷231件，办理行政处罚31件。")
    assert (found.town, found.year) == ("鹭桥镇", 2024)


def test_a_motto_above_the_title_hides_neither_town_nor_year():
    found = identified("把法治种进塘里 让规矩长在田间\n——湓宁县鹭桥镇2024年法治政府建设报告\n鹭桥镇以种藕闻名。\n" + BODY)
    assert (found.town, found.year, found.title) == ("鹭桥镇", 2024, "湓宁县鹭桥镇2024年法治政府建设报告")


def test_the_year_is_neither_that_of_publication_nor_that_of_the_plans():
    text = "清河镇2022年法治工作总结及2023年工作计划\n" + BODY + "清河镇人民政府\n2023年1月9日"
    found = identified(text, published=date(2024, 2, 1))
    assert (found.year, found.written, found.published) == (2022, date(2023, 1, 9), date(2024, 2, 1))


def test_what_the_text_states_beats_the_gazetteer():
    assert identified("泉掌镇2022年法治建设报告\n" + BODY + "四川省云阴县泉掌镇人民政府\n2023年1月9日").place == Place(
        "四川省", "", "云阴县", "泉掌镇"
    )


@pytest.mark.parametrize(
    ("head", "foot", "file"),
    [
        ("湓宁市鹭桥镇2022年法治建设报告\n", "", "a.txt"),
        ("鹭桥镇2022年法治建设报告\n", "湖南省湓宁市鹭桥镇人民政府\n2023年1月9日", "a.txt"),
        ("鹭桥镇2022年法治建设报告\n湓宁市司法局：\n", "", "a.txt"),
        ("鹭桥镇2022年法治建设报告\n2022年，在湓宁市委、市政府的坚强领导下，", "", "a.txt"),
        ("鹭桥镇2022年法治建设报告\n", "", "湓宁市鹭桥镇2022.txt"),
        ("来源：湓宁市鹭桥镇人民政府\n鹭桥镇2022年法治建设报告\n", "", "a.txt"),
        ("鹭桥镇2022年法治建设报告\n鹭桥镇地处湓宁市东部。", "", "a.txt"),
    ],
    ids=["title", "signature", "salutation", "authority", "file", "page", "opening"],
)
def test_a_county_level_city_that_nobody_knows_is_the_county(head, foot, file):
    place = identified(head + BODY + foot, file).place
    assert (place.city, place.county, place.town) == ("", "湓宁市", "鹭桥镇")


@pytest.mark.parametrize("above", ["泉州市", "重庆市"])
@pytest.mark.parametrize("head", ["{}司法局：\n", "2022年，在{}委、市政府的坚强领导下，", "鹭桥镇地处{}东部。"])
def test_a_city_that_has_counties_is_never_the_county(above, head):
    assert identified("鹭桥镇2022年法治建设报告\n" + head.format(above) + BODY).place.county == ""


def test_a_name_with_several_places_stays_open_until_the_text_decides():
    open_place = identified("中兴镇2022年法治建设报告\n" + BODY)
    decided = identified("中兴镇2022年法治建设报告\n在遂宁市统一部署下，" + BODY)
    assert open_place.place == Place(town="中兴镇")
    assert decided.place == Place("四川省", "遂宁市", "安居区", "中兴镇")


def test_what_a_page_says_of_itself_is_evidence():
    found = identified("2022年法治政府建设年度报告\n" + BODY, issuer="甘肃省云阴县石沟镇人民政府", published=date(2023, 1, 9))
    assert (found.place, found.year) == (Place("甘肃省", "", "云阴县", "石沟镇"), 2022)


def test_less_evidence_is_less_confidence():
    much = identified("石沟镇2022年法治建设报告\n2022年，石沟镇扎实工作。" + BODY + "石沟镇人民政府\n2023年1月9日")
    little = identified("法治建设报告\n" + BODY, file="石沟镇2022.txt")
    assert 0 < little.confidence < much.confidence <= 1
    assert any("标题" in note for note in much.notes)
    assert any("文件名" in note for note in little.notes)


def test_the_same_text_has_the_same_id_in_every_file():
    assert identified("甲", "a.txt").id == identified("甲", "b.docx").id != identified("乙").id


@given(st.text(max_size=300), st.text(max_size=20))
@settings(max_examples=150, deadline=None)
def test_any_text_and_any_file_name_can_be_identified(text, file):
    found = identified(text, file or "a")
    assert found.text == text
    assert all(0 <= span.start < span.end <= len(text) for span in found.noise)
    assert all(isinstance(span, Span) for span in found.noise)
    assert 0 <= found.confidence <= 1


def test_the_development_collection_is_identified_as_its_manifest_says():
    folder = SHARED / "eval" / "towns"
    if not folder.is_dir():
        pytest.skip("the development collection is not here")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    paths = [*SAMPLES.glob("*.txt"), *(folder / "reports").iterdir()]
    reports = [identify(document, gazetteer()) for path in paths for document in load(path) if isinstance(document, Document)]
    places = complete_places(reports)
    found = {
        report.file: (places[report.id].town, places[report.id].county, places[report.id].province, report.year, report.party)
        for report in reports
        if report.file in manifest
    }
    assert found == {
        file: (row["town"], row["county"], row["province"], row["year"], row["issuer"] == "党委") for file, row in manifest.items()
    }


@pytest.mark.slow
@pytest.mark.parametrize(
    ("file", "count", "allowed"),
    [("train/laws_cn.jsonl.gz", 300, 0), ("train/gov_work_reports.jsonl.gz", 40, 0), ("bench/ncp_docs.jsonl.gz", 599, 0), ("train/news_half.jsonl.gz", 1000, 0)],
)  # fmt: skip
def test_other_documents_get_no_town(file, count, allowed):
    path = SHARED / file
    if not path.is_file():
        pytest.skip("the other documents are not here")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line, _ in zip(lines, range(count), strict=False)]
    found = [identified(f"{row.get('title', '')}\n{row['text']}") for row in rows]
    assert len([report for report in found if report.town]) <= allowed
