"""Replies of every shape, to be rendered: nasty characters, no place to cut, hundreds of marks, overlapping ones, nothing at all."""

import random

from bot.core.types import Attachment, Button, Quote, Reply

SCRAPS = (
    *"低保申请材料第三条一二三，。；！？“”（）《》…—·、",
    *"<>&_*[]()~`#+-=|{}.!\\\n\n\r\t \u3000\x00\x0b\u2028\u202e\u200b\ud83d",
    "𠮷", "😀", "👨‍👩‍👧", "e\u0301", "\n\n", "[1]", "[2]", "**粗**", "708起", "1,234.5万元", "https://a.cn/b?c=d", "\n一、",
)  # fmt: skip
LENGTHS = (0, 1, 5, 20, 60, 60, 300, 300, 2000, 4096, 9000)


def words(chance: random.Random, lengths=LENGTHS) -> str:
    length = chance.choice(lengths)
    kind = chance.randrange(8)
    if kind == 0:
        return chance.choice(("字", "9", "𠮷", " ", "\n", "a")) * length  # nowhere to cut
    pool = chance.sample(SCRAPS, chance.randint(1, len(SCRAPS)))
    return "".join(chance.choices(pool, k=length))


def quote(chance: random.Random) -> Quote:
    text = words(chance)
    count = chance.choice((0, 0, 1, 3, 150))
    marks = tuple((chance.randint(-3, len(text)), chance.randint(0, len(text) + 3)) for _ in range(count))
    return Quote(words(chance, (0, 5, 40, 300)), text, marks)


def reply(chance: random.Random) -> Reply:
    """Some reply."""
    return Reply(
        words(chance),
        tuple(quote(chance) for _ in range(chance.choice((0, 1, 1, 2, 3, 8)))),
        words(chance, (0, 0, 20, 60)),
        chance.choice(((), ((Button("👍", "fb:1:1"), Button("复制引用", copy="引")),))),
        chance.choice(((), (Attachment("表.xlsx", b"1"),))),
    )
