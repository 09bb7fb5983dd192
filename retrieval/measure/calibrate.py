"""How ``calibration.toml`` was made: ``python -m retrieval.measure.calibrate --data DIR… --exams DIR… --reader DIR``, which writes it anew.

DATA holds whole invented reports with questions (the form of ``retrieval.reader.lessons``). Those kept apart for the calibration are
written out, indexed into a store of their own and asked through the answerer itself, so that what is weighed is what it will see; and so
are exams that have been run and looked at, whose questions are as people ask them (the form of data/eval), each over its own reports.
Three logistic regressions follow: over the pieces read, whether a piece answers; over the questions, whether the best piece does; over the
pieces beside a best one that is right, whether they belong to the answer. The
chance from which is answered is the point on the curve where the answers that are right and the refusals that are right, each as a
share of what there is of them, have the highest mean, the answers counted ``FALSE_REFUSAL`` times.
"""

from __future__ import annotations

import argparse
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.build import build
from index.embed import default_encoder
from index.store import Store
from index.text import clauses
from retrieval.answer import Answerer
from retrieval.evidence.calibration import CHOICE, COMPANION, FEATURES, FIGURE, QUESTION, Calibration
from retrieval.evidence.companions import Asked, features
from retrieval.evidence.judge import Finding, Findings, ranked, ranked_features
from retrieval.measure.scoring import read_items
from retrieval.measure.sitting import TODAY, sitting
from retrieval.reader.lessons import Fold, files, fold_of, rows
from retrieval.reader.model import LocalReader

logger = logging.getLogger(__name__)

NEAR = 0.15
"""Chance from which the best piece is shown as what is nearest: six in seven are not it, and the reply says so."""
FALSE_REFUSAL = 2.0
"""How much worse it is to say 没有写明 of what is written, the nearest sentence beside it, than to show one that does not answer as the answer."""
LOST = 0.001
"""Share of the right wordings that the reader may take for not carried: it is the last of several guards."""
MISSED = 3.0
"""How much more a sentence counts that is missing from an answer than one too many (the beta of F)."""
STEPS = 99
"""Chances that are tried as the one from which is answered."""


NOTHING = Findings()
PLAIN = Asked(several=False, number=False, told=False)


@dataclass(frozen=True, slots=True)
class Case:
    """A question with the words that answer it (none where nothing does), and what was found for it."""

    question: str
    history: tuple[str, ...]
    right: tuple[str, ...]
    asked: Asked = PLAIN
    findings: Findings = NOTHING

    def answers(self, finding: Finding) -> bool:
        """Whether the piece is of the words that answer."""
        words = plain(finding.piece.text)
        return any(words in answer or answer in words for answer in self.right)


def report_of(row: dict[str, Any]) -> str:
    """The report as a text file would have it: a title, and each heading once, on a line of its own."""
    lines, above = [f"{row['town']}{row['year']}年法治政府建设工作报告"], list[str]()
    for head, words in row["sents"]:
        path = head.split(" › ")
        known = 0
        while known < min(len(path), len(above)) and path[known] == above[known]:
            known += 1
        lines += path[known:]
        above = path
        lines.append(words)
    return "\n".join(lines)


def cases_of(row: dict[str, Any]) -> Iterator[Case]:
    """Every question to the report of ``row``, with its town and year where they are not in it."""
    where = f"{row['town']}{row['year']}年"
    sentences = [plain(words) for _, words in row["sents"]]

    def placed(question: str) -> str:
        return question if row["town"] in question else where + question

    for asked in [*row["qa"], *({"q": question, "a": []} for question in row["none"])]:
        yield Case(placed(asked["q"]), (), tuple(sentences[n] for n in asked["a"]))
    for talk in row.get("talk", ()):
        first, last = talk["t"][0], talk["t"][-1]
        yield Case(last, (placed(first),), tuple(sentences[n] for n in talk["a"]))


def read(folders: Sequence[Path], fold: Fold, reader: LocalReader) -> list[Case]:
    """The questions to the reports of ``fold``, with what the answerer finds for them."""
    known = [row for folder in folders for path in files(folder) for number, row in rows(path) if fold_of(number) is fold]
    with TemporaryDirectory() as folder:
        reports = Path(folder) / "reports"
        reports.mkdir()
        for row in known:
            (reports / f"{row['town']}{row['year']}.txt").write_text(report_of(row), encoding="utf-8")
        encoder = default_encoder()
        with Store.create(Path(folder) / "store", encoder) as store:
            build([reports], store)
        answerer = Answerer(Store.open(Path(folder) / "store", encoder), encoder, lambda: TODAY, reader=reader)
        return [_found(answerer, case) for row in known for case in cases_of(row)]


def sat(exam: Path, reader: LocalReader) -> list[Case]:
    """The questions of an exam that are about one town at most, with what the answerer finds for them in the reports of the exam."""
    with sitting(exam, reader) as answerer:
        items = read_items(exam / "questions.jsonl")
        cases = [Case(item.question, item.history, tuple(plain(each.quote) for each in item.evidence)) for item in items]
        return [_found(answerer, case) for case in cases if _isplain(answerer, case)]


def _isplain(answerer: Answerer, case: Case) -> bool:
    """Whether it is answered by sentences of one report: it is not about many towns, and nothing is to be calculated."""
    with answerer.reading():
        query = answerer.understand(case.question, case.history)
        alone = len(query.towns) < 2 and not (query.every or query.operation or query.plan or query.derived)
        return alone and bool(answerer.inquire(query).readings)


def _found(answerer: Answerer, case: Case) -> Case:
    with answerer.reading():
        inquiry = answerer.inquire(answerer.understand(case.question, case.history))
        return replace(case, asked=Asked.of(inquiry), findings=answerer.judge.findings(inquiry))


def fit(known: Sequence[Sequence[float]], right: Sequence[bool]) -> tuple[float, ...]:
    """The constant and the weights of a logistic regression."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=1.0, max_iter=1000).fit(np.array(known), np.array(right))
    return (float(model.intercept_[0]), *(float(weight) for weight in model.coef_[0]))


def calibrated(cases: Sequence[Case]) -> tuple[Calibration, NDArray[np.float64]]:
    """The calibration fitted to ``cases``, and the curve: rows of chance, share answered rightly, share declined rightly."""
    known = [(f.features, case.answers(f)) for case in cases for f in case.findings.ranked]
    pieces = fit(*zip(*known, strict=True))
    first = Calibration(pieces, (0.0,) * (1 + len(QUESTION)), (0.0,) * (1 + len(COMPANION)), 0.5, NEAR, 0.5)
    cases = [again(case, first) for case in cases if case.findings.ranked]
    best = [(ranked_features(case.findings.ranked, number=case.asked.number), case.answers(case.findings.ranked[0])) for case in cases]
    second = replace(first, questions=fit(*zip(*best, strict=True)))
    cases = [again(case, second) for case in cases]
    curve = np.array([(chance, *shares(cases, chance)) for chance in np.linspace(0, 1, STEPS + 2)[1:-1]])
    answer = float(curve[(FALSE_REFUSAL * curve[:, 1] + curve[:, 2]).argmax(), 0])
    beside, more = _companions(cases)
    return replace(second, answer=answer, companions=beside, more=more), curve


def again(case: Case, calibration: Calibration) -> Case:
    """The same case, its pieces ranked by another calibration."""
    return replace(
        case, findings=ranked([(f.piece, f.features, f.figure) for f in case.findings.ranked], calibration, number=case.asked.number)
    )


def shares(cases: Sequence[Case], chance: float) -> tuple[float, float]:
    """Of the questions that can be answered the share answered rightly from ``chance`` on, of the others the share declined."""
    can = [case for case in cases if case.right]
    cannot = [case for case in cases if not case.right]
    right = sum(case.findings.chance >= chance and case.answers(case.findings.ranked[0]) for case in can)
    return right / len(can), sum(case.findings.chance < chance for case in cannot) / len(cannot)


def _companions(cases: Sequence[Case]) -> tuple[tuple[float, ...], float]:
    """The weights of a piece beside the best of an answer, where the best is right, and the chance from which it belongs to the answer."""
    answered = [case for case in cases if case.right and case.answers(case.findings.ranked[0])]
    known = [(features(case.findings.ranked[0], other, case.asked), case.answers(other)) for case in answered for other in case.findings.ranked[1:]]
    weights = fit(*zip(*known, strict=True))
    odds = np.array([f for f, _ in known]) @ np.array(weights[1:]) + weights[0]
    chances, right = 1 / (1 + np.exp(-odds)), np.array([r for _, r in known])

    def f_beta(bar: float) -> float:
        taken = chances >= bar
        return float((1 + MISSED**2) * (taken & right).sum() / max(1.0, taken.sum() + MISSED**2 * right.sum()))

    return weights, max((float(bar) for bar in np.linspace(0.05, 0.95, 19)), key=f_beta)


def carried(cases: Sequence[Case], reader: LocalReader) -> float:
    """The log-odds with which the reader takes a sentence for what carries its own first or last clauses, in all but ``LOST`` of the cases."""
    pieces = list({(f.report_id, f.piece.start): f.piece for case in cases for f in case.findings.ranked[:1]}.values())
    scores = [float(reader.read(words, [piece.candidate])[0]) for piece in pieces for words in _shortened(piece.text)]
    return float(np.quantile(scores, LOST))


def _shortened(text: str) -> tuple[str, str]:
    """The first two thirds of the clauses, and the last third."""
    parts = [text[span.start : span.end] for span in clauses(text)]
    cut = max(1, 2 * len(parts) // 3)
    return "".join(parts[:cut]), "".join(parts[cut:] or parts)


def written(calibration: Calibration) -> str:
    """``calibration.toml``."""
    tables = (
        ("pieces", ("constant", *FEATURES), calibration.pieces),
        ("questions", ("constant", *QUESTION), calibration.questions),
        ("figures", ("constant", *FIGURE), calibration.figures),
        ("companions", ("constant", *COMPANION), calibration.companions),
        ("choices", ("constant", *CHOICE), calibration.choices),
    )
    parts = [
        f"[{name}]\n" + "\n".join(f"{key} = {value:.3f}" for key, value in zip(keys, values, strict=True))
        for name, keys, values in tables
    ]
    chances = f"[chances]\nanswer = {calibration.answer:.2f}\nnear = {calibration.near:.2f}\nmore = {calibration.more:.2f}\nfigure = {calibration.figure:.2f}\ncalculated = {calibration.calculated:.2f}\ncarried = {calibration.carried:.2f}"
    return (
        "# Written by retrieval.measure.calibrate; what the names mean stands in calibration.py.\n\n"
        + "\n\n".join([*parts, chances])
        + "\n"
    )


def plain(text: str) -> str:
    """Without white space."""
    return "".join(text.split())


def main() -> None:
    """Fit, write, and say what it gives on the reports kept apart for the card."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, nargs="+", required=True, help="folders of whole reports with questions")
    parser.add_argument("--exams", type=Path, nargs="*", default=(), help="folders of exams that were looked at")
    parser.add_argument("--reader", type=Path, required=True, help="folder of the reader as it ships")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent.parent / "evidence" / "calibration.toml")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    reader = LocalReader(options.reader)
    known = [*read(options.data, Fold.CALIBRATION, reader), *(case for exam in options.exams for case in sat(exam, reader))]
    calibration, curve = calibrated(known)
    shipped = Calibration.load()  # the weights of figures are those of ``meant``, of choices those of ``chosen``
    calibration = replace(
        calibration,
        carried=carried(known, reader),
        figures=shipped.figures,
        figure=shipped.figure,
        choices=shipped.choices,
        calculated=shipped.calculated,
    )
    options.out.write_text(written(calibration), encoding="utf-8")
    logger.info(
        "at %.2f: answers %.3f, declined %.3f", calibration.answer, *curve[np.abs(curve[:, 0] - calibration.answer).argmin(), 1:]
    )
    apart = [again(case, calibration) for case in read(options.data, Fold.CARD, reader) if case.findings.ranked]
    logger.info("kept apart, %d questions: answers %.3f, declined %.3f", len(apart), *shares(apart, calibration.answer))


if __name__ == "__main__":
    main()
