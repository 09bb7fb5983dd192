"""Answers and passages as a person sees them on a terminal: the answer first, then its sources. Nothing here decides anything."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from index.types import ReportInfo
from retrieval.types import Answer, Citation, Hit

HEADING_LIMIT = 24  # characters of a heading in a source line; some headings run into their paragraph
MARK = r"\[\d+\]"


def answer_view(answer: Answer) -> Iterator[RenderableType]:
    """The answer, then each source: ``[n] 《title》 › headings``, the sentence, its id and file."""
    text = Text(answer.text)
    text.highlight_regex(MARK, "cyan")
    yield text
    for citation in answer.citations:
        yield ""
        yield from _source(citation)


def _source(citation: Citation) -> Iterator[RenderableType]:
    where = Text.assemble((f"[{citation.n}] ", "cyan"), (f"《{citation.title}》", "bold"))
    where.append(_path(citation.section))
    yield where
    yield indented(Text(f"“{citation.quote}”"))
    yield indented(Text(" · ".join(part for part in (citation.id, citation.file, citation.url) if part), "dim"))


def _path(headings: Iterable[str]) -> str:
    return "".join(f" › {_shortened(heading)}" for heading in headings)


def _shortened(heading: str) -> str:
    return heading if len(heading) <= HEADING_LIMIT else heading[:HEADING_LIMIT] + "…"


def indented(text: Text) -> Padding:
    """``text`` set in from the left, however it wraps."""
    return Padding(text, (0, 0, 0, 4), expand=False)


def hits_view(hits: Sequence[Hit], reports: dict[str, ReportInfo]) -> Iterator[RenderableType]:
    """The passages found, best first."""
    for hit in hits:
        where = Text.assemble((f"{hit.rank}. ", "cyan"), (f"《{reports[hit.passage.report_id].title}》", "bold"))
        where.append(_path(hit.passage.path)).append(f"  {hit.score:.3f}", "dim")
        yield where
        yield indented(Text(hit.passage.text))
        yield ""
