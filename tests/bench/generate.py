"""Invented township reports in which every figure is known.

    generate(n, seed) -> list[Generated]        the same for the same n and seed; a prefix for a smaller n
    python tests/bench/generate.py --n 60 --seed 1 --out DIR    writes the texts and truth.jsonl

Written from the phrasing of real reports before the extractor was tuned, and frozen: only mistakes of the truth may be mended.
Towns, counties and figures are made up; towns may share a name in two counties, and may have one to three years.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from world import FIRST, FIRST_YEAR, LAST_YEAR, SECOND, SUFFIXES, Town, in_chinese, invent_town, keys, phrases, target

OPEN, CLOSE = "\ue000", "\ue001"  # around each figure while a text is put together
FIELD = re.compile(r"\{(?P<zero>!?)(?P<key>[^{}<+~%-]+)(?P<mode>[-+~%]?)(?:<(?P<whole>[^{}]+))?\}")
CHOICE = re.compile(r"\[([^\[\]]*)\]")
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
HALF = str.maketrans("，：；（）", ",:;()")
TABLE_ROWS = {"调解": "调处矛盾纠纷", "宣传": "法治宣传活动", "资料": "发放宣传资料", "明白人": "法律明白人", "援助": "办理法律援助", "处罚": "行政处罚案件"}
NUMBERS = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")
SEQUELS = {"增加": 1, "增长": 1, "增至": 1, "减少": -1, "下降": -1}


@dataclass(frozen=True, slots=True)
class Fact:
    """One figure of a text. ``kind`` is done, planned or change; ``year`` the year it is about; ``parent`` the indicator it is a part of.

    ``text[start:end]`` is the number with its unit; empty where a nought is said in words (无行政复议案件).
    """

    indicator: str
    value: float
    unit: str
    kind: str
    year: int
    qualifier: str = ""
    parent: str = ""
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Generated:
    """One invented report and all that it states about the indicators."""

    file_name: str
    text: str
    town: str
    county: str
    province: str
    year: int
    truth: tuple[Fact, ...]


@dataclass(slots=True)
class Writer:
    """Writes one report; the facts stand in the order of the text."""

    town: Town
    year: int
    random: random.Random
    digits: str
    units: dict[str, str]
    facts: list[Fact]

    def fill(self, template: str) -> str:
        return self.words(FIELD.sub(self._field, template))

    def words(self, template: str) -> str:
        place = self.town.town
        for name, value in (("TOWN", place), ("NEXT", self.year + 1), ("LAST", self.year - 1), ("YEAR", self.year)):
            template = template.replace(name, str(value))
        return re.sub("(?<![村乡])镇(?=党委|政府|主要|综合|公共|纪委|人大)|(?<=[全我])镇", self.town.suffix, template)

    def number(self, fact: Fact) -> str:
        """Record ``fact`` and write its number with its unit."""
        value, words = fact.value, self._written(fact)
        self.facts.append(replace(fact, value=value))
        return f"{OPEN}{words}{CLOSE}"

    def _field(self, match: re.Match[str]) -> str:
        key, mode = match["key"], match["mode"]
        indicator, unit = keys()[key][0], self.units[key]
        parent = keys()[match["whole"]][0] if match["whole"] else ""
        if match["zero"]:
            self.facts.append(Fact(indicator, 0, unit, "done", self.year))
            return OPEN + CLOSE
        now, before = self.town.values[self.year][key], self.town.values[self.year - 1][key]
        if mode == "-":
            return self.number(Fact(indicator, before, unit, "done", self.year - 1, parent=parent))
        if mode == "+":
            return self.number(Fact(indicator, target(key, now), unit, "planned", self.year + 1))
        if mode:
            change = abs(now - before) if mode == "~" else round(abs(now - before) / before * 100, 1)
            return self.number(Fact(indicator, round(change, 2), unit if mode == "~" else "%", "change", self.year))
        round_number = now >= 1000 and unit in {"份", "人次"} and self.random.random() < 0.4
        value = now // 100 * 100 if round_number else now
        return self.number(Fact(indicator, value, unit, "done", self.year, "余" if round_number else "", parent))

    def _written(self, fact: Fact) -> str:
        rough = fact.qualifier if fact.qualifier == "余" else ""
        if self.digits == "chinese":
            number = in_chinese(fact.value)
            return f"百分之{number}" if fact.unit == "%" else f"{'两' if number == '二' else number}{rough}{fact.unit}"
        if fact.value >= 10000 and fact.value % 100 == 0 and fact.unit in {"份", "人次"}:
            number = f"{fact.value / 10000:g}万"
        else:
            number = f"{fact.value:g}" if fact.value < 10**6 else f"{fact.value:.0f}"
        return (number.translate(WIDE) if self.digits == "wide" else number) + rough + fact.unit

    def choose(self, templates: list[str]) -> str:
        """One of the templates in one of its wordings, such that the directions it tells are those of the figures."""
        for template in self.random.sample(templates, len(templates)):
            worded = CHOICE.sub(lambda match: self.random.choice(match[1].split("|")), template)
            if self.fits(worded):
                return worded
        raise AssertionError(templates)

    def fits(self, template: str) -> bool:
        """Whether the direction the words give (增加, 下降) is the direction of the figures."""
        for match in FIELD.finditer(template):
            key, mode = match["key"], match["mode"]
            rise = self.town.values[self.year][key] - self.town.values[self.year - 1][key]
            words = template[max(0, match.start() - 12) : match.start()]
            direction = next((sign for word, sign in SEQUELS.items() if word in words), 0)
            if mode in {"~", "%"} and (not rise or direction * rise <= 0):
                return False
            if mode == "-" and ("增至" in template or "较上年" in template) and rise <= 0:
                return False
        return True


def write_report(town: Town, year: int, seed: int) -> Generated:
    chance = random.Random(f"{seed}/{town.county}/{town.town}/{year}")
    digits = chance.choices(("plain", "wide", "chinese"), (78, 8, 14))[0]
    disputes = chance.choice(("起", "件", "宗"))
    units = {key: disputes if {"起", "件", "宗"} == set(options) else chance.choice(options) for key, (_, options, _, _) in keys().items()}
    writer = Writer(town, year, chance, digits, units, [])
    text = "\n".join(compose(writer))
    if chance.random() < 0.3:
        text = text.translate(HALF)
    plain, spans = strip_marks(text)
    truth = tuple(replace(fact, start=start, end=end) for fact, (start, end) in zip(writer.facts, spans, strict=True))
    name = chance.choice((f"{chance.getrandbits(32):08x}.txt", f"{town.town}{year}.txt", f"{town.county}{town.town}{year}年报告.txt"))
    return Generated(name, plain, town.town, town.county, town.province, year, truth)


def strip_marks(text: str) -> tuple[str, list[tuple[int, int]]]:
    """The text without its marks, and the span each pair of marks enclosed."""
    pieces, spans, length, start = [], [], 0, 0
    for piece in re.split(f"([{OPEN}{CLOSE}])", text):
        if piece == OPEN:
            start = length
        elif piece == CLOSE:
            spans.append((start, length))
        else:
            pieces.append(piece)
            length += len(piece)
    return "".join(pieces), spans


def compose(writer: Writer) -> list[str]:
    """The lines of a report: title, opening, work by section, problems, plans, signature."""
    chance, town, year = writer.random, writer.town, writer.year
    prose, style = phrases()["prose"], chance.choice(("ladder", "ladder", "dotted", "parts", "running"))
    title = chance.choice(
        (
            f"{town.county}{town.town}{year}年度法治政府建设工作报告",
            f"{town.town}{year}年法治政府建设情况报告",
            f"{town.province}{town.county}{town.town}人民政府关于{year}年法治政府建设工作的情况报告",
            f"{year}年{town.town}法治建设工作总结",
        )
    )
    lines = [title, "", writer.words(chance.choice(prose["opening"])), "", part_heading(style, 0, chance.choice(("主要工作和成效", f"{year}年主要工作")))]
    lines += work(writer, style)
    lines += ["", part_heading(style, 1, "存在的主要问题"), items(writer, chance.sample(prose["problems"], chance.randint(3, 5)))]
    lines += ["", part_heading(style, 2, chance.choice(("下一步工作打算", f"{year + 1}年工作计划", f"{year + 1}年工作思路")))]
    targets = chance.sample(phrases()["clusters"]["计划"], chance.randint(1, 4))
    lines += [items(writer, chance.sample(prose["plans"], 3) + targets)]
    office = "办事处" if town.suffix == "街道" else "人民政府"
    return [*lines, "", f"{chance.choice((town.county, ''))}{town.town}{office}", f"{year + 1}年1月{chance.randint(4, 28)}日", ""]


def work(writer: Writer, style: str) -> list[str]:
    chance = writer.random
    clusters = [name for name in phrases()["titles"]["clusters"] if chance.random() < 0.86]
    chance.shuffle(clusters)
    filler = chance.sample(phrases()["prose"]["filler"], len(phrases()["prose"]["filler"]))
    lines = []
    for position, name in enumerate(clusters):
        phrase = writer.choose(phrases()["clusters"][name])
        around = [filler.pop() for _ in range(chance.randint(2, 5)) if filler]
        cut = chance.randint(0, len(around))
        body = [*around[:cut], phrase, *around[cut:]]
        heading = item_heading(style, position, phrases()["titles"]["clusters"][name])
        text = "".join(writer.fill(sentence) for sentence in body)
        lines.append(heading + text if style == "running" else f"{heading}\n{text}")
    if chance.random() < 0.15:
        lines.append(table(writer))
    return lines


def part_heading(style: str, position: int, title: str) -> str:
    return f"第{NUMBERS[position]}部分  {title}" if style == "parts" else f"{NUMBERS[position]}、{title}"


def item_heading(style: str, position: int, title: str) -> str:
    if style == "running":
        return f"{NUMBERS[position]}是{title}。"
    return f"{position + 1}.{title}" if style == "dotted" else f"（{NUMBERS[position]}）{title}"


def items(writer: Writer, sentences: list[str]) -> str:
    """Items on lines of their own, or running on with 一是, 二是."""
    writer.random.shuffle(sentences)
    if writer.random.random() < 0.5:
        return "\n".join(f"（{NUMBERS[i]}）{writer.fill(sentence)}" for i, sentence in enumerate(sentences))
    return "".join(f"{NUMBERS[i]}是{writer.fill(sentence)}" for i, sentence in enumerate(sentences))


def table(writer: Writer) -> str:
    """Two years side by side, drawn with lines or with tabs between the cells."""
    year, rows = writer.year, []
    for key in writer.random.sample(sorted(TABLE_ROWS), 4):
        indicator, unit = keys()[key][0], writer.units[key]
        cells = [f"{writer.town.values[when][key]:g}" for when in (year - 1, year)]
        for when in (year - 1, year):
            writer.facts.append(Fact(indicator, writer.town.values[when][key], unit, "done", when))
        rows.append([TABLE_ROWS[key], unit, *(f"{OPEN}{cell}{CLOSE}" for cell in cells)])
    head = ["项目", "单位", f"{year - 1}年", f"{year}年"]
    if writer.random.random() < 0.5:
        return "\n".join(["主要指标完成情况", *("\t".join(row) for row in [head, *rows])])
    drawn = ["│ " + " │ ".join(row) + " │" for row in [head, *rows]]
    line = "─" * 8
    edge = [f"┌{line}┬{line}┬{line}┬{line}┐", f"├{line}┼{line}┼{line}┼{line}┤", f"└{line}┴{line}┴{line}┴{line}┘"]
    return "\n".join(["主要指标如下表：", edge[0], drawn[0], edge[1], *drawn[1:], edge[2]])


def generate(n: int, seed: int = 0) -> list[Generated]:
    """The first ``n`` reports of the world ``seed``, each with its truth."""
    names = [first + second for first in FIRST for second in SECOND]
    random.Random(f"{seed}/names").shuffle(names)
    chance = random.Random(f"{seed}/reports")
    reports: list[Generated] = []
    index = 0
    while len(reports) < n:
        suffix, span = chance.choice(SUFFIXES), chance.choices((1, 2, 3), (60, 25, 15))[0]
        invented = invent_town(index, seed, names)
        town = replace(invented, town=invented.town + (suffix if index % 17 not in {7, 16} else "镇"))
        first = chance.randint(FIRST_YEAR, LAST_YEAR - span + 1)
        reports.extend(write_report(town, year, seed) for year in range(first, first + span))
        index += 1
    return reports[:n]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--n", type=int, default=60)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    with (options.out / "truth.jsonl").open("w", encoding="utf-8") as truth:
        for number, report in enumerate(generate(options.n, options.seed)):
            name = f"{number:05d}_{report.file_name}"
            (options.out / name).write_text(report.text, encoding="utf-8")
            row = {"file": name, **{key: value for key, value in asdict(report).items() if key not in {"text", "file_name"}}}
            truth.write(json.dumps(row, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
