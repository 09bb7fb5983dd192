"""The table of indicators: which stated number is which indicator, by its words and its unit."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from index.errors import BadSettings
from index.wording import verbs

Wording = tuple[str, ...]
"""Words that stand in this order, with anything between them."""
Fit = tuple[int, int, int]
"""Where the wording ends, its characters with its verb, where the verb stands: greater is better."""
NO_FIT = (0, 0, 0)
LIGHT_VERBS = re.compile("[发办做搞印建开聘]")


@dataclass(frozen=True, slots=True)
class Indicator:
    """One row of the table; see ``indicators.toml`` for what each field means."""

    name: str
    subject: tuple[Wording, ...]
    units: frozenset[str]
    unit: str
    action: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    relatives: tuple[str, ...] = ()
    instead: tuple[str, ...] = ()
    rate: str = ""
    nought: bool = False
    plain: re.Pattern[str] | None = None
    hint: re.Pattern[str] = field(default=re.compile(""), compare=False)

    def fit(self, own: str, topic: str) -> Fit:
        """How well the words fit; NO_FIT for not at all. The head of a Chinese phrase is its end: what ends last counts first.

        ``own`` are the words that stand with the number, ``topic`` those it leans on. The verb, or else the last word
        of the wording, must be among the number's own words; where it has none the topic speaks for it.
        """
        text = f"{topic}\n{own}"
        if not self.hint.search(text) or any(word in own for word in self.unless):
            return NO_FIT
        verb = max(((len(action), text.rfind(action)) for action in self.action if action in (own or topic)), default=(0, -1))
        if self.action and not verb[0]:
            return NO_FIT
        least = 0 if verb[0] or not own else len(topic) + 1
        end, length = max(self._place(wording, text, least) for wording in self.subject)
        return (end, length + verb[0], verb[1]) if length else NO_FIT

    def _place(self, wording: Wording, text: str, least: int) -> tuple[int, int]:
        """(end, characters) of ``wording`` in ``text``, its last word at ``least`` or later; (0, 0) if it is not there."""
        place = last = text.rfind(wording[-1])
        if last < least:
            return 0, 0
        for word in reversed(wording[:-1]):
            place = text.rfind(word, 0, place)
            if place < 0:
                return 0, 0
        if self.plain and not self.plain.search(text, 0, place):
            return 0, 0
        return last + len(wording[-1]), sum(map(len, wording))


@dataclass(frozen=True, slots=True)
class Indicators:
    """The whole table."""

    rows: tuple[Indicator, ...]
    by_unit: Mapping[str, tuple[Indicator, ...]]
    modifiers: tuple[str, ...] = ()
    """Words before a thing that leave it what it is: 各类, 社会."""

    @classmethod
    def load(cls, extra: Path | None = None) -> Indicators:
        """The table of the package, and after it the keeper's own; a row of the same name replaces.

        Raises BadSettings when the keeper's file is not as ``indicators.toml`` is.
        """
        own = files("index").joinpath("indicators.toml").read_text(encoding="utf-8")
        if extra is None or not extra.exists():
            return _table((own,))
        try:
            return _table((own, extra.read_text(encoding="utf-8")))
        except (tomllib.TOMLDecodeError, KeyError, TypeError, UnicodeDecodeError) as error:
            raise BadSettings(f"指标表 {extra.name} 读不了（{error}）。请照 indicators.toml 的样子改好，每个指标要有 name、subject、units。") from error

    def named(self, name: str) -> Indicator | None:
        return next((row for row in self.rows if row.name == name), None)

    def match(self, own: str, topic: str, unit: str | None) -> str:
        """The name of the indicator that the words and the unit (None: any count) speak of; "" when there is none."""
        rows = (row for row in self.rows if "%" not in row.units) if unit is None else self.by_unit.get(unit, ())
        best, name = NO_FIT, ""
        for row in rows:
            fit = row.fit(own, topic)
            if fit > best:
                best, name = fit, row.name
        return name

    def speaks_only_of(self, name: str, words: str) -> bool:
        """Whether ``words`` are those of the indicator and nothing else: 化解矛盾纠纷, and not 化解涉茶矛盾纠纷.

        A verb says nothing else where the indicator is the same with any (发放普法资料).
        """
        row = self.named(name)
        if row is None:
            return False
        own = sorted({*(word for wording in row.subject for word in wording), *row.action, *self.modifiers, row.name}, key=len, reverse=True)
        rest = _without(own, re.sub(r"\s", "", words))
        return not (rest if row.action else LIGHT_VERBS.sub("", verbs().sub("", rest)))

    def noughts(self, words: str) -> list[Indicator]:
        """The indicators that ``words`` after 无 or 没有 say are nought."""
        return [row for row in self.rows if row.nought and row.fit(words, "") > NO_FIT]


def _without(own: Sequence[str], text: str) -> str:
    """``text`` without the words ``own``, from left to right, an earlier one first. To compile them to a pattern takes milliseconds."""
    rest, at = "", 0
    while at < len(text):
        size = next((len(word) for word in own if text.startswith(word, at)), 0)
        rest += "" if size else text[at]
        at += size or 1
    return rest


@lru_cache(maxsize=4)
def _table(sources: tuple[str, ...]) -> Indicators:
    rows: dict[str, Indicator] = {}
    groups: dict[str, list[str]] = {}
    modifiers: list[str] = []
    for source in sources:
        table = tomllib.loads(source)
        groups |= table.get("units", {})
        modifiers += table.get("modifiers", {}).get("plain", [])
        entries = table.get("indicator", ())
        modifiers += [action for row in entries if row.get("plain") for action in row.get("action", ())]
        rows |= {row["name"]: _indicator(row, groups, modifiers) for row in entries}
    units = {unit for row in rows.values() for unit in row.units}
    return Indicators(tuple(rows.values()), {unit: tuple(row for row in rows.values() if unit in row.units) for unit in units}, tuple(modifiers))


def _indicator(row: dict[str, Any], groups: Mapping[str, Iterable[str]], modifiers: Iterable[str]) -> Indicator:
    before = "|".join(re.escape(word) for word in modifiers)
    units = [unit for entry in row["units"] for unit in groups.get(entry, (entry,))]
    subject = tuple(tuple(wording.split()) for wording in row["subject"])
    return Indicator(
        name=row["name"],
        subject=subject,
        units=frozenset(units),
        unit="件" if "件" in units else units[0],
        action=tuple(row.get("action", ())),
        unless=tuple(row.get("unless", ())),
        relatives=tuple(row.get("relatives", ())),
        instead=tuple(row.get("instead", ())),
        rate=row.get("rate", ""),
        nought=row.get("nought", False),
        hint=re.compile("|".join(re.escape(wording[-1]) for wording in subject)),
        plain=re.compile(rf"(?:^|\n|{before})$") if row.get("plain") else None,
    )
