"""Drafts as an office writes them, with mistakes planted in them: what is right and what is wrong is known by construction."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from index.store import Store
from index.text import clauses
from index.types import Figure, Kind
from retrieval.evidence.reading import Sentence, read

OTHER_UNIT = {
    "起": "件",
    "件": "起",
    "人": "人次",
    "名": "户",
    "人次": "人",
    "场": "次",
    "次": "场",
    "场次": "场",
    "份": "册",
    "个": "处",
    "户": "人",
    "条": "件",
    "万元": "亿元",
}
MISTAKES = ("digit", "town", "year", "unit", "quote")
LONGEST = 90
SWAPPED = str.maketrans("1234567890", "2345678911")


@dataclass
class Draft:
    """Its text, and where in it the mistakes are."""

    text: str = ""
    wrong: list[tuple[int, int, str]] = field(default_factory=list)

    def write(self, words: str, mistake: str = "", at: tuple[int, int] = (0, 0)) -> None:
        if mistake:
            self.wrong.append((len(self.text) + at[0], len(self.text) + at[1], mistake))
        self.text += words + "\n"


@dataclass(frozen=True)
class Statement:
    """A figure with the words of its report."""

    sentence: Sentence
    figure: Figure
    alone: bool

    @property
    def town(self):
        return self.sentence.report.town

    @property
    def year(self):
        return self.sentence.report.year

    @property
    def written(self):
        return self.sentence.report.text[self.figure.start : self.figure.end]

    @property
    def words(self):
        """The sentence without its stop; of a long one the clause."""
        text, sentence = self.sentence.report.text, self.sentence.text.strip("。；\n")
        return sentence if len(sentence) <= LONGEST else text[self.figure.clause.start : self.figure.clause.end].strip("，,。；;：")

    @property
    def named(self):
        """What is counted, in the report's words."""
        return f"{self.figure.action}{self.figure.subject}"


def statements(store: Store) -> list[Statement]:
    """Every figure of the store's town reports that a draft may repeat."""
    found = []
    for info in store.reports():
        for sentence in read(store, info).sentences if info.town and info.year else ():
            figures = list(sentence.figures)
            found += [
                Statement(sentence, figure, len(figures) == 1)
                for figure in figures
                if figure.kind in (Kind.DONE, Kind.AS_OF)
                and figure.year == info.year
                and sentence.report.text[figure.start].isdigit()
                and "|" not in sentence.text
                and "\t" not in sentence.text
                and "“" not in sentence.text
                and "\n" not in sentence.report.text[figure.start : figure.end]
            ]
    return found


def planted(store: Store, *, right: int, wrong: int, seed: int) -> Draft:
    """A draft with about ``right`` right statements and ``wrong`` mistakes, a line each, in any order."""
    chance = random.Random(seed)
    pool = statements(store)
    chance.shuffle(pool)
    draft, rest = Draft(), iter(pool)
    plan = ["" for _ in range(right)] + [MISTAKES[n % len(MISTAKES)] for n in range(wrong)]
    chance.shuffle(plan)
    for mistake in plan:
        next(line for each in rest if (line := _line(draft, each, mistake, pool, chance)))
    return draft


def _line(draft: Draft, each: Statement, mistake: str, pool: Sequence[Statement], chance: random.Random) -> bool:
    if not mistake:
        return _right(draft, each, chance)
    if mistake == "quote":
        return _misquoted(draft, each, chance)
    return _mistaken(draft, each, mistake, pool)


def _right(draft: Draft, each: Statement, chance: random.Random) -> bool:
    written = each.written
    ways = [f"{each.town}{each.year}年{each.words}。", f"{each.year}年，{each.town}{each.words}。"]
    if each.alone:
        ways.append(f"{each.town}{each.year}年的报告写道：“{each.words}”。")
    if len(each.named) > 3 and each.figure.parent is None and (not each.figure.qualifier or each.figure.qualifier in written):
        ways += [
            f"据统计，{each.town}{each.year}年{each.named}{written}。",
            f"在{each.town}，{each.year}年{each.named}为{written}，成效明显。",
        ]
    draft.write(chance.choice(ways))
    return True


def _mistaken(draft: Draft, each: Statement, mistake: str, pool: Sequence[Statement]) -> bool:
    """A mistake in the only figure of its sentence."""
    words, written = each.words, each.written
    if not each.alone or words.count(written) != 1 or any(str(year) in words for year in range(2000, 2030)):
        return False
    year, new = each.year, written
    if mistake == "digit":
        new = (
            written[:1].translate(SWAPPED) + written[1:]
            if len(written.strip("起件人名场次份个户条%")) < 3
            else written[0] + written[1].translate(SWAPPED) + written[2:]
        )
    elif mistake == "unit":
        unit = each.figure.unit
        if unit not in OTHER_UNIT or not written.endswith(unit):
            return False
        new = written.removesuffix(unit) + OTHER_UNIT[unit]
    elif mistake == "town":
        new = next(
            (
                o.written
                for o in pool
                if o.town != each.town and o.figure.unit == each.figure.unit and o.figure.value != each.figure.value
            ),
            "",
        )
    elif mistake == "year":
        year += 2
    if not new or (new == written and mistake != "year"):
        return False
    opening = f"{each.town}{year}年"
    line = opening + words.replace(written, new) + "。"
    at = line.index(new, len(opening))
    draft.write(line, mistake, (at, at + len(new)))
    return True


def _misquoted(draft: Draft, each: Statement, chance: random.Random) -> bool:
    """One word of a quotation replaced by another."""
    words = each.words
    spans = [s for s in clauses(words) if s.end - s.start >= 6 and not any(c.isdigit() for c in words[s.start : s.end])]
    if len(words) < 16 or not spans:
        return False
    span = chance.choice(spans)
    place = span.start + 2
    changed = words[:place] + ("推动" if words[place : place + 2] != "推动" else "加强") + words[place + 2 :]
    opening = f"{each.town}{each.year}年的报告写道：“"
    draft.write(f"{opening}{changed}”。", "quote", (len(opening), len(opening) + len(changed)))
    return True


def wrong_at(draft: Draft, start: int, end: int) -> Iterator[tuple[int, int, str]]:
    """The mistakes that ``start:end`` touches."""
    return (each for each in draft.wrong if each[0] < end and start < each[1])
