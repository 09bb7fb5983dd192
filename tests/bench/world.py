"""The invented towns behind generate.py: names, counties, and figures of every year that move and agree with each other."""

from __future__ import annotations

import random
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

CHINESE_DIGITS = "零一二三四五六七八九"
FIRST = "云桃柳槐榆枫杏桂莲菱芦苇鹤雁鹭鲤蟠凤麟麒岚峪崖岱岫屿渚溆汀漪淙潭漕涧滦浔沅沔泸涪浠澧沣汶沂泗淄潍沭"
SECOND = "湾口桥坝堰塘畈埠圩岗坪坡坳垭垌墟堡寨营集店铺渡浦洲港溪泉源河岭峰台关阁庙亭园林田庄屯窝"
SUFFIXES = ("镇", "镇", "镇", "乡", "街道")
COUNTY_FIRST = "汧沚洑浛淦滃渌潆湉澴溦滍瀼灈濉沱"
COUNTY_SECOND = "阴阳安宁平昌兴化川陵原泽"
PROVINCES = ("安徽省", "湖北省", "甘肃省", "福建省", "四川省", "湖南省", "江西省", "山西省", "河南省", "贵州省")
FIRST_YEAR, LAST_YEAR = 2018, 2024


@dataclass(frozen=True, slots=True)
class Town:
    town: str
    county: str
    province: str
    values: dict[int, dict[str, float]]

    @property
    def suffix(self) -> str:
        return "街道" if self.town.endswith("街道") else self.town[-1]


@lru_cache(maxsize=1)
def phrases() -> dict:
    return tomllib.loads(Path(__file__).with_name("phrases.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def keys() -> dict[str, tuple[str, tuple[str, ...], float, float]]:
    return {key: (name, tuple(units.split()), low, high) for key, (name, units, low, high) in phrases()["keys"].items()}


def in_chinese(value: float) -> str:
    """Chinese numerals, 0 to 99,999,999 with at most two decimals."""
    whole, _, fraction = f"{value:.2f}".rstrip("0").rstrip(".").partition(".")
    words = _whole(int(whole))
    tail = "点" + "".join(CHINESE_DIGITS[int(digit)] for digit in fraction) if fraction else ""
    return (words[1:] if words.startswith("一十") else words) + tail


def _whole(value: int) -> str:
    for unit, name in ((10000, "万"), (1000, "千"), (100, "百"), (10, "十")):
        if value >= unit:
            rest = value % unit
            gap = "零" if rest and rest < unit // 10 else ""
            return _whole(value // unit) + name + gap + (_whole(rest) if rest else "")
    return CHINESE_DIGITS[value]


def target(key: str, now: float) -> float:
    """Next year's target: a tenth more, rounded; a rate at most 99."""
    if keys()[key][1] == ("%",):
        return min(99.0, float(round(now + 1)))
    step = 100 if now >= 1000 else 5 if now >= 20 else 1
    return float((int(now * 1.1) // step + 1) * step)


def invent_town(index: int, seed: int, names: list[str]) -> Town:
    """The ``index``-th town of a world: names repeat in another county now and then, and after all have been used."""
    chance = random.Random(f"{seed}/town/{index}")
    name = names[index % len(names)]
    lap = index // len(names)
    if index % 17 == 16:
        name, lap = names[(index - 9) % len(names)], lap + 1
    counties = [first + second + kind for kind in ("县", "区", "市") for first in COUNTY_FIRST for second in COUNTY_SECOND]
    county_index = (index // 12 + lap * 131 + seed * 7) % len(counties)
    return Town(name, counties[county_index], PROVINCES[county_index % len(PROVINCES)], invent_values(chance))


def invent_values(chance: random.Random) -> dict[int, dict[str, float]]:
    """Figures for every year; they move by up to a fifth a year, and those that belong together agree."""
    values: dict[int, dict[str, float]] = {}
    base = {key: chance.uniform(low, low + (high - low) * chance.random()) for key, (_, _, low, high) in keys().items()}
    for year in range(FIRST_YEAR - 1, LAST_YEAR + 1):
        base = {key: max(keys()[key][2], number * chance.uniform(0.85, 1.25)) for key, number in base.items()}
        now = {key: float(round(number)) for key, number in base.items()}
        for key in ("罚款", "挽回"):
            now[key] = round(base[key], 2 if base[key] < 10 else 1)
        for key in ("办结率", "满意率"):
            now[key] = round(chance.uniform(keys()[key][2], 100), 1)
        whole = now["排查"] = now["受理"] = now["调解"]
        now["化解"] = whole - chance.choice((0, 0, 1, 2, 3, 5))
        now["成功率"] = round(now["化解"] / whole * 100, 1)
        now["邻里"], now["婚姻"], now["土地"] = (float(round(whole * share)) for share in (0.36, 0.29, 0.19))
        now |= dict.fromkeys(("应诉率", "帮教率", "建议率", "答复率"), 100.0)
        now["审查"] = now["合同"] + now["规范"] + now["决策"]
        values[year] = now
    return values
