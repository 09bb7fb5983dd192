"""Whose a statement is, where it is not the report's own town's: the county's, a department's, another town's, a village's.

Who a sentence speaks of stands at the head of a clause (全县调解矛盾纠纷1850件, 其中石桥村27件) and holds until another clause begins
with somebody else. A place that something happens in (在石桥村开展宣传4场) or is measured by (占全县的8.1%) is no owner.
"""

from __future__ import annotations

import re
from functools import lru_cache

from index.layout import CELL_MARKS
from index.places import Gazetteer
from index.vocabulary import vocabulary

HEAD = re.compile(
    r"(?:\s|[（(](?:[一二三四五六七八九十]+|\d+)[）)]|[一二三四五六七八九十]+[、是]|\d+[.、．]|20\d\d年度?"
    r"|其中|另外|此外|同时|同期|据统计|目前|今年|去年|全年|本年度?|截至[^，,]{0,12}|[上下]半年)*"
)
"""What may stand before the one who is spoken of."""
BOUNDARY = re.compile(rf"[，；;：:。！？（()）\n{CELL_MARKS}]|,(?!\d{{3}})|(?<=[\d件起次场人名个份%条])、")
OWN = re.compile(r"[我本全](?:镇|乡|街道|街|场|社区|村|苏木|办事处)|镇(?:党委|人大|政府|人民政府|司法所|村)")
STEM = r"(?:(?![在从向对为由到于和与及经将把因请])[一-鿿])"
UPPER = rf"[全我本该](?:县|市|区|州|旗|省|盟|国)(?!率先|首|唯一|排|第|前|考核|先进|试点|示范|优秀|各[镇乡])|(?!全){STEM}{{2,3}}(?:县|旗|(?<![社辖城景园小山库校片特地郊林矿湖牧灌])[区市])(?![委政人级场民直域长里内划])"
UNIT = rf"{STEM}{{0,4}}[县市区州旗省](?![场政民容域])(?:委|人民政府|政府|法院|检察院|{STEM}{{1,8}}(?:局|委员会|大队|支队|总队))"
TOWN = rf"{STEM}{{2,4}}(?<![乡村城集小古各全本我该个等])(?:镇|(?<![下返回离同])乡(?![镇村贤])|街道)(?![村级干机中长里])"
VILLAGE = (
    rf"{STEM}{{2,4}}(?<![各全每本该我个有所乡农城建设入进驻包联下创山])(?<!行政|示范|试点|重点|贫困|脱贫|文明|平安|自然|中心|法治|模范|美丽|帮扶|结对|薄弱)"
    r"(?:村(?!民(?!委)|级|干|规|务|改|医|组|居|里)|社区(?!矫|工|民|居民|干|服))"
)
ACTS = (
    r"(?!邀请|联合|配合|协[助调同]|会同|组织|接受|迎接|通过|获|报|提请|争[取创]|依托|召开|参[加与]|承办|完成|落实|按照|根据|贯彻|结合|占|被|评|列|居|举办|开展|打造"
    r"|创建|建[成设立]|推[进动荐]|新[增建]|培[育训]|选[派聘]|聘请|[成设]立|走访|排查|化解|调解|处理|[受办]理|解决|投入|指导|督促|深入|服务|覆盖|发放|张贴|利用|安排|派"
    r"|移交|上报|动员|引导|率先|累计|[共总]计|实施)"
)
"""What the town does with somebody (联合县司法局, 走访石桥村) is its own."""
OWNER = re.compile(rf"{ACTS}(?P<owner>{UNIT}|{UPPER}|{TOWN}|{VILLAGE})(?![一-鿿]{{0,2}}(?:巡[察视]|督[查导]|考核|评查|审计|反馈|通报|交办))")
"""What those above find in the town and give it to mend is told of the town."""
STEM_OF = re.compile("[^县市区州旗省镇乡街村社]{2,}(?=[县市区州旗省镇乡街])")
"""What of a name comes before its ending; those of villages are made of words more often than not, and are left as they are."""
HINT = re.compile("[县市区州旗省盟国镇乡村]|街道")
ENDING = re.compile("(?:镇|乡|街道)$")
ENTITY = re.compile(rf"(?P<owner>{VILLAGE}|{TOWN}|{UNIT}|{UPPER})(?:的?(?:有关|相关|工作|具体)*(?:情况|做法|经验|数据))?[：:。]?")


def owner_of(said: str, town: str) -> str:
    """Who the last words of ``said``, a sentence from its beginning, speak of; "" where that is ``town`` itself or nobody is named."""
    if not HINT.search(said):
        return ""
    owner, start = "", 0
    for end in [*(match.start() for match in BOUNDARY.finditer(said)), len(said)]:
        clause = said[start:end].lstrip(f"，；;：:。（()）,、 {CELL_MARKS}")
        start = end
        owner = _named(clause, town, owner)
    return owner


def _named(clause: str, town: str, before: str) -> str:
    """Who ``clause`` speaks of; ``before`` was spoken of before it. A clause with the town's own name is the town's."""
    if (town and town in clause) or OWN.search(clause):
        return ""
    head = HEAD.match(clause)
    match = OWNER.match(clause, head.end() if head else 0)
    return match["owner"] if match and match["owner"] != town and _is_name(match["owner"]) else before


def _is_name(owner: str) -> bool:
    """Whether ``owner`` is no run of words that ends like a place: 促成镇|里, 公开镇|务, 老乡说家乡|话, 上年移送县林业局. Some real names are words: 长安街道."""
    if _gazetteer().contains_town(owner):
        return True
    stem, own = STEM_OF.match(owner), ENDING.sub("", owner)
    if stem is None:
        return not (owner.endswith("乡") and owner[-2:] in vocabulary())
    return not vocabulary().reads(stem[0]) and not (own != owner and own[-2:] in vocabulary())


@lru_cache(maxsize=1)
def _gazetteer() -> Gazetteer:
    return Gazetteer.load()


def named_by(heading: str, town: str) -> str:
    """Whose section a heading opens, where it is nothing but a name (（三）石桥村, 二、全县情况); "" otherwise."""
    head = HEAD.match(heading)
    match = ENTITY.fullmatch(heading, head.end() if head else 0)
    return match["owner"] if match and match["owner"] != town and town not in heading else ""
