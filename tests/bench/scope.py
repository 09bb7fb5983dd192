"""Is a question's scope (towns and years) the one that was asked? Over generated catalogues and questions.

    python tests/bench/scope.py [--questions 1200] [--seed 1] [--misses 20]     prints a table, one row a form of question

Every question is made from a town, a year and a form, so the reports that it means are known. Besides easy names the
catalogues hold hard ones: ordinary words (建设镇), names inside names (河口镇, 上河口镇), names with numerals, one name in two counties.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from index.types import Place, ReportInfo
from retrieval.evidence.scope import by_place, resolve
from retrieval.question.alike import Likeness, likeness
from retrieval.question.areas import bare, gazetteer
from retrieval.question.understand import Understanding

TODAY = date(2026, 11, 22)
FIRST = "青石龙白黄大小长东西南北上下清平安永兴双三五九红马牛杨柳李王张陈周吴高古老金银铁云雷竹松梅桃桂槐榆芦荷稻盐茶"
SECOND = "桥河山岭塘湾坪店集堡营庄口沟坝寨墩岗坡滩塔庙泉井溪湖洲浦港渡埠圩垭冲垸淀台屯铺坑洋埔"
ENDINGS = ("镇",) * 6 + ("乡",) * 2 + ("街道",) * 2
HARD = ("建设镇", "和平镇", "团结乡", "中心镇", "文化街道", "河口镇", "上河口镇", "向阳镇", "城关镇", "三里街道", "十八弯镇", "在田镇", "对山乡", "法门镇", "新街镇", "古镇镇", "镇南街道", "光明街道", "平安镇", "人和镇")  # fmt: skip
PROVINCES = (("湖北省", "荆"), ("甘肃省", "洮"), ("安徽省", "淠"), ("广西壮族自治区", "桂"), ("重庆市", "渝"), ("黑龙江省", "松"))
COUNTIES = "阳川原陵浦源泉远宁安"
TOPICS = ("调解了多少矛盾纠纷", "开展了几场普法宣传", "有多少名法律明白人", "办了几件法律援助", "合法性审查多少件", "老百姓吵架闹矛盾调成了几起", "12345工单办结率是多少", "发了多少份宣传资料", "行政诉讼败诉几件", "有几个网格员")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Case:
    """A question with what it means: ``reports`` in scope, ``missing`` towns or (town, year) pairs that the store has not."""

    form: str
    question: str
    reports: frozenset[str]
    history: tuple[str, ...] = ()
    missing: frozenset[tuple[str, int]] = frozenset()
    """(town, year); year 0 for a town that the store has not at all."""


@dataclass(frozen=True, slots=True)
class World:
    """A catalogue and the means to ask about it."""

    catalogue: tuple[ReportInfo, ...]
    random: random.Random

    def of(self, place: Place) -> dict[int, ReportInfo]:
        return {r.year: r for r in self.catalogue if r.place == place and r.year}

    @property
    def places(self) -> list[Place]:
        return list(dict.fromkeys(r.place for r in self.catalogue))

    @property
    def unique(self) -> list[Place]:
        """The places whose town name no other has, bare or in full."""
        names = Counter(bare(p.town) for p in self.places)
        return [p for p in self.places if names[bare(p.town)] == 1]


def make_world(towns: int, seed: int) -> World:
    """A catalogue of ``towns`` towns with one to three years each; a tenth share their name with a town of another county."""
    rng = random.Random(seed)
    counties = [Place(province, "", f"{letter}{rest}县") for province, letter in PROVINCES for rest in COUNTIES]
    rng.shuffle(counties)
    counties = counties[: max(3, towns // 6)]
    names = list(dict.fromkeys(_town_name(rng) for _ in range(towns * 2)))[: towns - len(HARD) // 2] + rng.sample(HARD, len(HARD) // 2)
    places = [Place(c.province, "", c.county, name) for name in names for c in [rng.choice(counties)]]
    for place in rng.sample(places, max(1, len(places) // 10)):
        other = rng.choice([c for c in counties if c.county != place.county])
        places.append(Place(other.province, "", other.county, place.town))
    reports = []
    for place in dict.fromkeys(places):
        last = rng.randint(2019, 2024)
        for year in range(last - rng.randint(0, 2), last + 1):
            key = f"{place.county}{place.town}{year}"
            reports.append(ReportInfo(id=key, file=f"{key}.txt", digest="", title="", place=place, year=year))
    return World(tuple(reports), rng)


def _town_name(rng: random.Random) -> str:
    stem = rng.choice(FIRST) + rng.choice(SECOND) + (rng.choice(SECOND) if rng.random() < 0.25 else "")
    return stem + rng.choice(ENDINGS)


def _year(rng: random.Random, year: int) -> str:
    digits = "".join("〇一二三四五六七八九"[int(d)] for d in str(year))
    wide = "".join(chr(ord(d) + 0xFEE0) for d in str(year))
    return rng.choice((f"{year}年", f"{year}年", f"{year % 100:02}年", f"{digits}年", f"{wide}年", f"{year}年度", f"{year}年底", f"{year}"))


def _ask(world: World, town: str, year: int) -> str:
    """A question about a town and year in one of several word orders."""
    rng, topic, when = world.random, world.random.choice(TOPICS), _year(world.random, year)
    when += "年" if when.isdigit() and topic[0].isdigit() else ""
    orders = (f"{town}{when}{topic}", f"{when}{town}{topic}", f"请问{town}{when}{topic}？", f"我想了解一下{town}{when}{topic}", f"{town}那边{when}{topic}", f"帮我查一下，{when}，{town}{topic}")  # fmt: skip
    return rng.choice(orders)


def _one(world: World, form: str, place: Place, town: str) -> Case:
    year, report = world.random.choice(list(world.of(place).items()))
    return Case(form, _ask(world, town, year), frozenset((report.id,)))


def full(world: World) -> Case:
    place = world.random.choice(world.unique)
    return _one(world, "full name", place, place.town)


def short(world: World) -> Case:
    ordinary = {bare(name) for name in HARD}
    place = world.random.choice([p for p in world.unique if bare(p.town) not in ordinary])
    return _one(world, "bare name", place, bare(place.town))


def alias(world: World) -> Case:
    place = world.random.choice(world.places)
    county = world.random.choice((place.county, bare(place.county), place.province + place.county, f"{bare(place.province)}{bare(place.county)}"))
    town = world.random.choice((place.town, place.town + ("办事处" if place.town.endswith("街道") else "人民政府")))
    return _one(world, "county before", place, county + town)


def title(world: World) -> Case:
    place = world.random.choice(world.places)
    year, report = world.random.choice(list(world.of(place).items()))
    question = f"{place.county}{place.town}{year}年法治政府建设情况报告里{world.random.choice(TOPICS)}"
    return Case("report title", question, frozenset((report.id,)))


def typo(world: World) -> Case:
    """One character for another of the same sound; never the name of a town that is there, or a real one."""
    names = {p.town for p in world.places}
    while True:
        place = world.random.choice([p for p in world.unique if p.town not in HARD])
        stem, at = bare(place.town), world.random.randrange(len(bare(place.town)))
        others = [c for c in FIRST + SECOND + "井静晶敬竟造灶皂官观管冠章掌张彰极集吉即乔桥侨破坡泼" if c != stem[at] and likeness(c, stem[at]) >= Likeness.SOUND]
        if not others:
            continue
        written = stem[:at] + world.random.choice(others) + stem[at + 1 :]
        near = [n for n in names if len(bare(n)) == len(written) and likeness(written, bare(n)) >= Likeness.NEAR_SOUND]
        full_name = written + place.town[len(stem) :]
        if near == [place.town] and not gazetteer().contains_town(full_name):
            return _one(world, "wrong character", place, full_name)


def stranger(world: World) -> Case:
    """A town that the store has not: a real one, or an invented one that is like none."""
    names = {p.town for p in world.places}
    while True:
        real = world.random.choice(("青阳街道", "建新街道", "周庄镇", "枫泾镇", "虎门镇", "西塘镇", "同里镇", "凤凰镇", "沙井街道", "马驹桥镇", "安海镇"))
        name = world.random.choice((real, _town_name(world.random)))
        stem = bare(name)
        if name not in names and all(len(bare(n)) != len(stem) or not likeness(stem, bare(n)) for n in names):
            year = world.random.randint(2019, 2024)
            return Case("no such town", _ask(world, name, year), frozenset(), missing=frozenset(((name, 0),)))


def no_year(world: World) -> Case:
    place = world.random.choice(world.unique)
    year = world.random.choice([y for y in range(2017, 2026) if y not in world.of(place)])
    return Case("no such year", _ask(world, place.town, year), frozenset(), missing=frozenset(((place.town, year),)))


def namesake(world: World) -> Case:
    """Two towns of one name: both, or the one that a county or province decides, or none when the county is another."""
    names = Counter(p.town for p in world.places)
    place = world.random.choice([p for p in world.places if names[p.town] > 1])
    others = [p for p in world.places if p.town == place.town]
    year = world.random.choice(list(world.of(place)))
    kind = world.random.choice(("plain", "county", "that", "wrong"))
    if kind == "plain":
        question, meant = _ask(world, place.town, year), others
    elif kind == "wrong":
        county = world.random.choice([p.county for p in world.places if all(p.county != o.county for o in others)])
        return Case("same name, other county", _ask(world, county + place.town, year), frozenset(), missing=frozenset(((place.town, 0),)))
    else:
        before = place.county if kind == "county" else f"{bare(place.county)}那个"
        question, meant = _ask(world, before + place.town, year), [place]
    reports = frozenset(world.of(p)[year].id for p in meant if year in world.of(p))
    missing = frozenset((p.town, year) for p in meant if year not in world.of(p))
    return Case("same name", question, reports, missing=missing)


def two(world: World) -> Case:
    one, other = world.random.sample(world.unique, 2)
    joint = world.random.choice(("和", "、", "跟", "与"))
    reports = frozenset(world.of(p)[max(world.of(p))].id for p in (one, other))
    return Case("two towns", f"{one.town}{joint}{other.town}{world.random.choice(TOPICS)}", reports)


def county(world: World) -> Case:
    place = world.random.choice(world.places)
    year = world.random.choice(list(world.of(place)))
    name, level = world.random.choice(((place.county, "county"), (place.province, "province"), (bare(place.county), "county")))
    area = getattr(place, level)
    inside = [r for r in world.catalogue if getattr(r.place, level) == area]
    asked = world.random.choice((f"{name}各镇{year}年", f"{year}年{name}的乡镇", f"{name}有哪些镇{year}年"))
    return Case("county or province", asked + world.random.choice(TOPICS), frozenset(r.id for r in inside if r.year == year))


def every(world: World) -> Case:
    year = world.random.choice([r.year for r in world.catalogue])
    question = world.random.choice((f"{year}年各镇{world.random.choice(TOPICS)}", f"{year}年哪个镇的法律明白人最多", f"哪些乡镇{year}年办过法律援助", f"{year}年所有镇街一共调解多少纠纷"))
    return Case("all towns", question, frozenset(r.id for r in world.catalogue if r.year == year))


def follow_year(world: World) -> Case:
    place = world.random.choice(world.unique)
    years = world.of(place)
    year = world.random.choice(list(years))
    words, meant = world.random.choice((("那上一年呢", year - 1), ("下一年呢？", year + 1), ("那成功率呢", year), (f"{year - 1}年的呢", year - 1), ("其中没办成的有几件", year), ("它的法律援助办了几件", year)))
    reports = frozenset((years[meant].id,)) if meant in years else frozenset()
    missing = frozenset() if meant in years else frozenset(((place.town, meant),))
    return Case("follow-up: year, part", words, reports, (_ask(world, place.town, year),), missing)


def follow_town(world: World) -> Case:
    one, other = world.random.sample(world.unique, 2)
    year = world.random.choice(list(world.of(one)))
    words = world.random.choice((f"那{other.town}呢？", f"{other.town}呢", f"换成{other.town}"))
    own = world.of(other)
    return Case("follow-up: town", words, frozenset((own[year if year in own else max(own)].id,)), (_ask(world, one.town, year),))


def follow_new(world: World) -> Case:
    """A whole new question takes nothing over."""
    one, other = world.random.sample(world.unique, 2)
    case = _one(world, "new question after another", other, other.town)
    return Case(case.form, case.question, case.reports, (_ask(world, one.town, 2022), "谢谢"))


def inside_word(world: World) -> Case:
    """A village, a station or a school of that name is not the town: no restriction, and never that town alone."""
    ordinary = {bare(name) for name in HARD}
    place = world.random.choice([p for p in world.unique if bare(p.town) not in ordinary])
    thing = world.random.choice(("派出所", "供电所", "村", "小学", "水库"))
    year = world.random.choice([r.year for r in world.catalogue])
    question = f"{year}年哪个镇提到了{bare(place.town)}{thing}"
    return Case("name inside a word", question, frozenset(r.id for r in world.catalogue if r.year == year))


FORMS: tuple[Callable[[World], Case], ...] = (full, short, alias, title, typo, stranger, no_year, namesake, two, county, every, follow_year, follow_town, follow_new, inside_word)  # fmt: skip


def cases(world: World, each: int) -> Iterator[Case]:
    """``each`` questions of every form."""
    return (form(world) for form in FORMS for _ in range(each))


@dataclass(frozen=True, slots=True)
class Verdict:
    case: Case
    right: bool
    foreign: frozenset[str]
    """Reports in scope whose town was not asked for."""
    said: str


def judge(case: Case, catalogue: Sequence[ReportInfo], understanding: Understanding) -> Verdict:
    """Compare the scope of a question with the one meant."""
    query = understanding.understand(case.question, case.history, today=TODAY)
    scoped = resolve(query, by_place(catalogue))
    found = frozenset(r.id for r in scoped.reports)
    missing = frozenset((m.town.town, year) for m in scoped.missing for year in (m.years or (0,)))
    towns = {r.place for r in catalogue if r.id in case.reports}
    asked = {town for town, _ in case.missing}
    foreign = frozenset(r.id for r in scoped.reports if r.place not in towns and r.town not in asked)
    said = f"{[(t.town, t.county, t.known) for t in query.towns]} {query.years} place={query.place!r} every={query.every} newest={query.newest}"
    return Verdict(case, found == case.reports and missing == case.missing, foreign, said)


def measure(questions: int, seed: int) -> list[Verdict]:
    """Every form over a small, a middling and a large catalogue."""
    verdicts = []
    for number, towns in enumerate((24, 80, 400)):
        world = make_world(towns, seed + number)
        understanding = Understanding.of(world.catalogue)
        verdicts += [judge(case, world.catalogue, understanding) for case in cases(world, max(1, questions // (3 * len(FORMS))))]
    return verdicts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--questions", type=int, default=1200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--misses", type=int, default=20)
    options = parser.parse_args()
    verdicts = measure(options.questions, options.seed)
    total, right = Counter(v.case.form for v in verdicts), Counter(v.case.form for v in verdicts if v.right)
    for form in total:
        print(f"{form:<28} {right[form]:>4} / {total[form]:<4} {right[form] / total[form]:7.1%}")
    foreign = sum(1 for v in verdicts if v.foreign)
    print(f"{'all':<28} {sum(right.values()):>4} / {len(verdicts):<4} {sum(right.values()) / len(verdicts):7.2%}   scopes with a town not asked: {foreign}")
    for v in [v for v in verdicts if not v.right or v.foreign][: options.misses]:
        print(f"\n{v.case.form}: {' → '.join((*v.case.history, v.case.question))}\n  meant {sorted(v.case.reports)[:4]} {sorted(v.case.missing)}\n  understood {v.said}")


if __name__ == "__main__":
    main()
