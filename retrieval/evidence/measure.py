"""A measure as one report is asked for it, and the words of a report's figures that may be it."""

from __future__ import annotations

from dataclasses import dataclass

from index.types import Span
from retrieval.evidence.find import Found, Wanted
from retrieval.evidence.inquiry import Inquiry
from retrieval.evidence.reading import Reading
from retrieval.reader.pair import pointed

CREDITED = 1.4
"""Coverage with all credits; more says no more."""
SAID_ALIKE = ({"件", "起", "宗", "桩"}, {"人", "名", "位"}, {"场", "场次"}, {"元", "万元"})
"""Units that are said for one another; 场 and 次 are not."""
SHORT = 1
"""Characters more than the name of its indicator that a topic may have, to be asked for by that name."""


@dataclass(frozen=True, slots=True)
class OwnWords:
    """A figure with what its own words tell: its features but the marker's."""

    figure: Found
    features: tuple[float, ...]


def by_rule(found: Found, wanted: Wanted, *, named: bool) -> tuple[float, ...]:
    """What the rules know of a figure: how much of the topic it covers, whether they would take it (``named``), whether the table knows it
    as the indicator asked for, and whether it is in the very unit, or in one that is said for it; ``wanted`` is the question's own."""
    figure = found.figure
    assert figure is not None
    same = bool(wanted.indicator) and figure.indicator == wanted.indicator
    alike = not wanted.units or figure.unit in wanted.units or any(figure.unit in units and units & {*wanted.units} for units in SAID_ALIKE)
    return min(CREDITED, max(-0.5, found.coverage)), float(named), float(same), float(alike)


def own_words(found: Found) -> tuple[str, str]:
    """The words of a figure from the figure before it to the one after it, and those of its sentence before them: of 受理9件，办结8件
    the second is 办结8件."""
    figure, sentence = found.figure, found.sentence
    assert figure is not None
    text = sentence.report.text
    later = min((other for other in sentence.figures if other.start >= figure.end), key=lambda other: other.start, default=None)
    start = max(
        [figure.clause.start, sentence.start, *(o.end for o in sentence.figures if figure.clause.start < o.end <= figure.start)]
    )
    end = sentence.end if later is None else later.start if later.clause.start <= figure.start else later.clause.start
    return text[sentence.start : start], text[start:end]


def as_marked(found: Found, reading: Reading) -> str:
    """A figure as the marker sees it."""
    sentence, figure = found.sentence, found.figure
    assert figure is not None
    section = reading.of(sentence.section)
    at = section.index(sentence)
    previous = section[at - 1].text if at and not section[at - 1].is_heading else ""
    return pointed(sentence.report.text, sentence.section.path, Span(sentence.start, sentence.end), previous, figure, sentence.report.year)


def how_many(inquiry: Inquiry, unit: str) -> str:
    """The measure as one report is asked for it, whatever is to be done with what several state; one that it calls by the very name of the
    table by that, so that a word beside it (行政处罚办了多少) changes nothing."""
    topic, name = "".join(inquiry.query.topic.split()), inquiry.wanted.indicator
    plain = inquiry.wanted.exact and name in topic and len(topic) <= len(name) + SHORT
    return f"{name if plain else topic}多少{unit}"
