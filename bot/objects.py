"""The JSON objects that scripts rely on (README, 给程序用): pure functions from values to plain dictionaries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from bot.receipts import receipt_object
from index.types import BuildResult, ReportInfo
from retrieval.types import Answer, Citation, Hit

if TYPE_CHECKING:
    from index.check import Concern
    from retrieval.proof.check import Checked

JsonObject = dict[str, Any]


def answer_object(answer: Answer) -> JsonObject:
    """One answer with its sources; ``took_ms`` in milliseconds; ``written`` only where a language model was asked."""
    return {
        "question": answer.question,
        "answer": answer.text,
        "refused": answer.refused,
        "reason": answer.reason,
        "citations": [citation_object(citation) for citation in answer.citations],
        "scope": asdict(answer.scope),
        "coverage": asdict(answer.coverage),
        "numbers": asdict(answer.numbers),
        "took_ms": round(answer.took_ms, 1),
        **({"written": receipt_object(answer.written)} if answer.written else {}),
    }


def citation_object(citation: Citation) -> JsonObject:
    """One citation; ``start`` and ``end`` are character offsets into the report's text."""
    names = ("n", "id", "file", "title", "town", "year", "section", "quote", "start", "end", "url")
    return {name: getattr(citation, name) for name in names}


def hits_object(hits: Sequence[Hit], reports: dict[str, ReportInfo]) -> JsonObject:
    """The passages found, best first; ``report`` is the report's id."""
    return {
        "hits": [
            {
                "file": reports[hit.passage.report_id].file,
                "report": hit.passage.report_id,
                "score": round(hit.score, 6),
                "text": hit.passage.text,
                "start": hit.passage.start,
                "end": hit.passage.end,
            }
            for hit in hits
        ]
    }


def reports_object(reports: Sequence[ReportInfo]) -> JsonObject:
    """What the store holds, a row a report; dates as ``2024-01-31``."""
    return {"reports": [_report(report) for report in reports]}


def _report(report: ReportInfo) -> JsonObject:
    return {
        "id": report.id,
        "town": report.town,
        "year": report.year,
        "place": {"province": report.place.province, "city": report.place.city, "county": report.place.county},
        "title": report.title,
        "file": report.file,
        "issuer": report.issuer,
        "written": report.written and report.written.isoformat(),
        "published": report.published and report.published.isoformat(),
        "url": report.url,
        "format": report.format,
        "passages": report.passages,
        "figures": report.figures,
    }


def concerns_object(concerns: Sequence[Concern]) -> JsonObject:
    """What a keeper should look at, a row a concern; ``reports`` are ids."""
    return {
        "concerns": [
            {"matter": each.matter, "reports": list(each.report_ids), "files": list(each.files), "message": each.message} for each in concerns
        ]
    }


def build_object(result: BuildResult) -> JsonObject:
    """What one run of ``zhenwen index`` did, by file name."""
    return asdict(result) | {"rejected": [{"file": each.file, "reason": each.reason} for each in result.rejected]}


def proof_object(checked: Sequence[Checked]) -> JsonObject:
    """What was checked, in the order of the draft; ``start`` and ``end`` are character offsets into it."""
    return {"checked": [_checked(each) for each in checked]}


def _checked(each: Checked) -> JsonObject:
    own = {name: getattr(each, name) for name in ("start", "end", "words", "matter", "verdict", "instead")}
    return own | {"citations": [citation_object(citation) for citation in each.citations]}
