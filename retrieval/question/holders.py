"""Who holds a post: 镇长叫什么. The name stands right after the post in some sentence that tells something else."""

from __future__ import annotations

import re

from index.vocabulary import vocabulary

POSTS = (
    "书记",
    "镇长",
    "乡长",
    "主任",
    "所长",
    "队长",
    "站长",
    "庭长",
    "局长",
)
ASKED = re.compile(
    rf"(?P<unit>[一-鿿]{{0,4}}?)(?P<post>{'|'.join(POSTS)})(?:现在|当时|到底|又|都)?(?:是谁|叫什么|叫啥|叫谁|姓什么|姓啥|姓甚|是哪[位个]|是哪一[位个]|哪[位个]|的?名字|名叫|谁)"
)
SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁沈姚卢姜崔钟谭陆汪范石廖贾夏韦付邹孟熊秦邱"
    "江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵钱严覃武戴莫孔汤温康施牛樊葛邢齐伍庄梅岳殷聂焦倪耿蔺霍柳辛阮蓝甘左祝鲍翁俞詹芦甄岑冉窦佟鞠苗卞喻封翟卓穆"
)
"""Of one character; those that are common verbs and particles too (任, 于, 和, 向, 管 …) are left out: 书记任组长 names nobody."""
LOWER = "(?<![村居支部组会社区])"
"""A village's secretary is not the town's."""
SURE_NAME = 5.0
"""Below it stand 书记任组长 and 镇长亲自, which name nobody."""
NAME_SIZES = (2, 3)
REACH = 8
"""Characters after a post that are read."""


def post_of(text: str) -> str:
    """The post whose holder is asked for; "" where none is.

    >>> post_of("镇长叫啥名"), post_of("党委书记是哪位"), post_of("书记带头做了什么"), post_of("谁当组长")
    ('镇长', '书记', '', '')
    """
    found = ASKED.search(text)
    return found["post"] if found else ""


def named(text: str, post: str) -> float:
    """How much better what follows ``post`` in ``text`` reads as its holder's name than as words (logarithm); ``SURE_NAME`` and more is a name.

    >>> [named(text, "书记") >= SURE_NAME for text in ("镇党委书记罗启文主持会议", "由书记任组长", "村支部书记李强")]
    [True, False, False]
    """
    runs = [found[0] for found in re.finditer(rf"{LOWER}{post}[一-鿿]{{2,{REACH}}}", text)]
    return max((vocabulary().apart(run, len(post), len(post) + size) for run in runs for size in NAME_SIZES), default=0.0)
