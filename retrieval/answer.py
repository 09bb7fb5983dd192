"""The Answerer: question → understood → scope → found → composed → verified. Reads like a table of contents."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date
from functools import lru_cache, partial
from itertools import islice
from pathlib import Path
from time import perf_counter

from index.embed import Reranker, default_encoder
from index.indicators import Indicators
from index.numerals import with_units
from index.store import Store
from index.types import Encoder, Part, ReportInfo
from retrieval import route
from retrieval.draft import Draft, Line
from retrieval.evidence.calibration import Calibration
from retrieval.evidence.coined import of_its_name
from retrieval.evidence.home import guessed, placed
from retrieval.evidence.inquiry import CHANGE, Inquiry, settle
from retrieval.evidence.judge import Judge
from retrieval.evidence.passages import PassageFinder
from retrieval.evidence.reading import Reading, read
from retrieval.evidence.scope import Missing, Scoped, by_place, of_towns, resolve, shared_names, spoken_of, widened, within_a_town
from retrieval.evidence.search import search
from retrieval.plan import tables, trends, wide
from retrieval.plan.within import within
from retrieval.prepared import examples, kept, understood
from retrieval.question import checked
from retrieval.question.derivation import Relation
from retrieval.question.everyday import Everyday
from retrieval.question.heard import Sounds, heard, in_words
from retrieval.question.several import pieces, stand_apart
from retrieval.question.thesaurus import Thesaurus
from retrieval.question.understand import normalise
from retrieval.reader.marker import default_marker
from retrieval.reader.model import ForeignReader, Reader, default_reader
from retrieval.reply import chat, facts, identity, overview
from retrieval.reply.verify import joined, verify
from retrieval.types import Answer, Hit, Intent, Query, Reason

AMOUNT = re.compile(r"(?:数|数量|额|经费|人次)[。?？]*$")
"""Asks for a number without a question word: 反推上一年的经费支出数."""
AHEAD = re.compile("打算|计划|准备|争取|力争|拟|将|[明来]年|下一?[年步]")
"""Tells that something is still to be done."""
WIDE = 40
"""Reports that are read in full for one question; of a wider scope, those that the search puts first."""
POOL = 200
"""Passages that the search is asked for."""
PAIR, INVITED = 2, 4
"""Reports that questions are thought up for where nothing was asked, and how many questions."""
STEPS = frozenset((Relation.GAP, Relation.GROWTH))
"""What a report may tell of the year before it."""
KEPT_READINGS = 256
"""Reports kept ready between questions."""


class Answerer:
    """Answers questions from one store. Safe to use from several threads; the same question and store give the same answer."""

    def __init__(
        self,
        store: Store,
        encoder: Encoder,
        today: Callable[[], date] = date.today,
        reranker: Reranker | None = None,
        reader: Reader | None = None,
    ) -> None:
        self._reranker = reranker
        reading = reader or (ForeignReader(reranker) if reranker else default_reader())
        self.judge = Judge(reading, encoder, Calibration.load(), default_marker())
        self._store = store
        self._encoder = encoder
        self._today = today
        self.table = Indicators.load(store.path / "indicators.toml")
        self._thesaurus = Thesaurus.load(store.path / "thesaurus.toml")
        self._catalogue = kept(placed)
        self._by_place = kept(by_place)
        self._shared = kept(shared_names)
        self._guessed = kept(guessed)
        self._understanding = kept(partial(understood, thesaurus=self._thesaurus, everyday=Everyday.load(default_encoder())))
        self._examples = kept(partial(examples, store))
        self._sounds = lru_cache(maxsize=KEPT_READINGS)(lambda info: Sounds.of(self._read(info).report.text))
        self._read: Callable[[ReportInfo], Reading] = lru_cache(maxsize=KEPT_READINGS)(lambda info: read(store, info))

    @classmethod
    def open(
        cls, path: Path, encoder: Encoder | None = None, reranker: Reranker | None = None, reader: Reader | None = None, *, chroma: str = ""
    ) -> Answerer:
        """Open the store at ``path``, by default with the shipped encoder and reader; a ``reranker`` reads in its place.

        ``chroma`` is the Chroma server that holds the store's vectors, "" for its own folder.

        Raises StoreMissing or StoreMismatch.
        """
        encoder = encoder or default_encoder()
        return cls(Store.open(path, encoder, chroma), encoder, reranker=reranker, reader=reader)

    def answer(self, question: str, history: Sequence[str] = ()) -> Answer:
        """Answer ``question`` after the earlier user turns ``history``; raises BadRequest for an empty or endless question."""
        started = perf_counter()
        with self._store.reading():
            drafts = [(piece, self.draft(query)) for piece, query in self._asked(checked(question), history)]
        took_ms = (perf_counter() - started) * 1000
        if len(drafts) == 1:
            return verify(question, drafts[0][1], took_ms=took_ms)
        return joined(question, [verify(piece, draft) for piece, draft in drafts], took_ms)

    def _asked(self, question: str, history: Sequence[str]) -> list[tuple[str, Query]]:
        """The question, or those that it is made of, each after the ones before it."""
        found = pieces(question)
        queries = [self.understand(piece, (*history, *found[:n])) for n, piece in enumerate(found)]
        if len(found) > 1 and not stand_apart(queries):
            found, queries = [question], [self.understand(question, history)]
        return list(zip(found, queries, strict=True))

    def reports(self) -> tuple[ReportInfo, ...]:
        """Every report, with the county and province that other reports of its town tell."""
        with self._store.reading():
            return self._reports()

    def examples(self) -> tuple[str, ...]:
        """Three or four questions that this collection answers, for a newcomer; none for a collection without town reports."""
        with self._store.reading():
            return self._examples(self._reports())

    def find(self, words: str, count: int) -> list[Hit]:
        """The passages that fit ``words`` best, of the reports that these are about; raises BadRequest as ``answer`` does."""
        with self._store.reading():
            return PassageFinder(self._store, self._encoder, self._understanding(self._reports()), self._reranker, self._today).find(words, count)

    def invited(self, question: str, history: Sequence[str] = ()) -> tuple[str, ...]:
        """Questions about the towns and years that ``question`` names, where it asks nothing of them."""
        with self._store.reading():
            return self._invited(self._scoped(self.understand(question, history), self._reports()).reports)

    def _invited(self, reports: Sequence[ReportInfo]) -> tuple[str, ...]:
        few = reports[:PAIR]
        return tuple(islice(overview.questions(few, self._store.figures([r.id for r in few])), INVITED)) if few else ()

    def reading(self) -> AbstractContextManager[object]:
        """Everything that is read inside is of one state of the store."""
        return self._store.reading()

    def draft(self, query: Query) -> Draft:
        """The reply to ``query``, not verified yet."""
        noted = _noted(_counted(self._draft(query), query, self._reports()), query, self._shared(self._reports()))
        return self._with_guesses(noted, query)

    def _with_guesses(self, draft: Draft, query: Query) -> Draft:
        """Say which towns a question about a whole county takes for that county's though their reports tell none."""
        county, unplaced = self._guessed(self._store.reports())
        towns = dict.fromkeys(r.town for r in self._store.reports() if r.id in unplaced and r.town in draft.scope.towns)
        if not towns or query.towns or query.place != county:
            return draft
        return replace(draft, lines=(*draft.lines, Line(f"（{'、'.join(towns)}的报告没有写明属于哪个县，按{county}计入）")))

    def finished(self, draft: Draft, inquiry: Inquiry) -> Draft:
        """A reply to ``inquiry`` that was made elsewhere, with what is missing and how the question was read."""
        counted = _counted(_with_missing(draft, inquiry), inquiry.query, self._reports())
        return _noted(counted, inquiry.query, self._shared(self._reports()))

    def understand(self, question: str, history: Sequence[str] = ()) -> Query:
        """What the question is taken to mean; what it writes by its sound is read as the report in scope has it."""
        query = self._understood(question, history)
        written = normalise(question)
        meant = self._heard(written, query)
        if meant == written:
            return query
        again = self._understood(meant, history)
        return replace(again, notes=(*again.notes, *in_words(written, meant)))

    def _heard(self, written: str, query: Query) -> str:
        """``written`` as the one report that it asks about would have it."""
        scope = self._scoped(query, self._reports()).reports if query.towns else ()
        return heard(written, self._sounds(scope[0])) if len(scope) == 1 else written

    def _understood(self, question: str, history: Sequence[str]) -> Query:
        query = self._understanding(self._reports()).understand(question, history, today=self._today())
        if query.intent is Intent.META and Inquiry(query, Scoped(), (), (), (), table=self.table).wanted.indicator:
            query = replace(query, intent=Intent.FACT)  # 普法资料有多少份 asks for a figure, not for what the store holds
        if CHANGE.search(query.question) and len(query.years) == 1 and not query.base_year:
            query = replace(query, base_year=query.years[0] - 1)
        reports = self._reports()
        return within_a_town(query, reports if len(reports) <= WIDE else (), self._speaks)

    def inquire(self, query: Query) -> Inquiry:
        """The question with the reports that its answer may rest on."""
        return self._settled(query, self._scoped(query, self._reports()))

    def beside(self, query: Query) -> Inquiry:
        """The question with the reports of the years before and after those that a town named has none of."""
        missing = resolve(query, self._by_place(self._reports())).missing
        near = (r for each in missing for r in each.reports if any(abs((r.year or 0) - year) == 1 for year in each.years))
        return self._inquiry(query, Scoped(tuple(dict.fromkeys(near)), missing=missing))

    def with_other_years(self, inquiry: Inquiry) -> Inquiry:
        """``inquiry`` with the reports of all other years of the towns that it names, as ones to fall back on."""
        known = {reading.report.id for reading in (*inquiry.readings, *inquiry.older)}
        others = [report for report in of_towns(inquiry.query, self._by_place(self._reports())) if report.id not in known]
        return replace(inquiry, older=(*inquiry.older, *self._readings(others[:WIDE])))

    def _draft(self, query: Query) -> Draft:
        catalogue = self._reports()
        query = widened(query, catalogue)
        if query.intent is Intent.GREETING:
            return chat.greeting(query, self.examples())
        if query.intent is Intent.OUT_OF_SCOPE:
            return chat.declined(query, self.examples())
        if query.own and not query.towns:
            return chat.whose()
        scoped = self._scoped(query, catalogue)
        told_elsewhere = not scoped.reports or query.intent is Intent.FACT
        if told_elsewhere and (draft := self._elsewhere(query, scoped)):
            return draft
        if not scoped.reports:
            return _nothing_in_scope(scoped, catalogue)
        about_reports = bool(query.towns) and identity.asked(query)
        if query.intent is Intent.META and not about_reports:
            nobody = 0 if query.towns or query.place else sum(not report.town for report in catalogue)
            return chat.holdings(query, scoped.reports + scoped.older, nobody)
        if overview.asks_nothing(query) and not query.every and not about_reports:
            whole = overview.overview(self._inquiry(query, scoped)) if overview.asked(query) else None
            return whole or overview.invitation(scoped.reports, self._invited(scoped.reports))
        unread = Inquiry(query, scoped, (), (), catalogue, table=self.table)
        if draft := self._from_ledger(unread):
            return _with_missing(draft, unread)
        inquiry = self._settled(query, scoped)
        if about_reports and (draft := identity.identity(inquiry)):
            return draft
        draft = route.compose(inquiry, self.judge)
        if draft.reason is Reason.NOT_STATED and self._idle(query):
            return chat.unclear(self.examples())
        return _with_missing(draft, inquiry)

    def _idle(self, query: Query) -> bool:
        """Whether a question that no report answers, and that names none, is more likely no question."""
        named = query.towns or query.place or query.every or query.years or query.carried or query.quoted or query.units or query.part or query.post
        return not named and self._understanding(self._reports()).talk("".join(query.spoken.split()), sure=False)

    def _scoped(self, query: Query, catalogue: tuple[ReportInfo, ...]) -> Scoped:
        """The reports in scope; of a village that is named without its town those that speak of it, as far as all can be read."""
        scoped = resolve(query, self._by_place(catalogue))
        if len(scoped.reports) + len(scoped.older) > WIDE:
            return scoped
        return spoken_of(query, scoped, self._speaks)

    def _speaks(self, report: ReportInfo, name: str) -> bool:
        return name in self._read(report).report.text

    def _elsewhere(self, query: Query, scoped: Scoped) -> Draft | None:
        """A year without a report may still be stated in the town's report of the year after, or planned in that of the year before."""
        for missing in scoped.missing:
            if missing.reason is Reason.NO_YEAR and len(missing.years) == 1:
                inquiry = self._inquiry(query, Scoped(missing.reports))
                told = missing.town.town and (inquiry.wanted.number or AMOUNT.search(query.question))
                stated = trends.elsewhere(inquiry, missing.years[0], self.judge) if told else None
                steps = any(asked.relation in STEPS for asked in query.relations)  # a share within the year after is none of this year
                if told and steps and (derived := within(inquiry, stated or Draft((), Reason.NOT_STATED), self.judge)).lines:
                    stated = derived
                if draft := stated or (None if scoped.reports else self._planned(query, missing)):
                    return Draft((*draft.lines, chat.absent(missing, inquiry.catalogue)), None, draft.scope, draft.coverage)
        return None

    def _planned(self, query: Query, missing: Missing) -> Draft | None:
        """What the report of the year before plans for the year asked, or says that it is going to do: 2024年怎么治 of a town whose last report is
        of 2023. How much there was in a year is no plan for it."""
        year = missing.years[0]
        before = tuple(report for report in missing.reports if report.year == year - 1)
        for part in (Part.PLANS, None) if before else ():
            planned = self._inquiry(replace(query, years=(year - 1,), part=part, plan_year=year), Scoped(before))
            if planned.wanted.number and query.part is not Part.PLANS:
                return None
            draft = facts.fact(planned, self.judge)
            labelled = any(f"{year}年计划：" in line.text for line in draft.lines)
            if draft.reason is None and (labelled or all(AHEAD.search(line.text) for line in draft.lines)):
                return draft
        return None

    def _from_ledger(self, inquiry: Inquiry) -> Draft | None:
        """A wide question about an indicator of the table is answered from the ledger, which misses no report."""
        wanted = inquiry.wanted
        number = wanted.number or tables.plan_for(inquiry) or inquiry.query.operation
        if inquiry.total <= WIDE or not (number and wanted.indicator):
            return None
        return wide.answer(inquiry, self._store)

    def _inquiry(self, query: Query, scoped: Scoped) -> Inquiry:
        hits: tuple[Hit, ...] = ()
        reports, older = scoped.reports, scoped.older
        if query.intent is Intent.PRACTICE or len(reports) + len(older) > WIDE:
            hits = tuple(self._search(query, [r.id for r in reports]))
            first = frozenset([*dict.fromkeys(hit.passage.report_id for hit in hits)][:WIDE])
            hits = tuple(hit for hit in hits if hit.passage.report_id in first)
            reports = tuple(r for r in reports if r.id in first)
        return Inquiry(query, scoped, self._readings(reports), self._readings(older[:WIDE]), self._reports(), hits, table=self.table)

    def _settled(self, query: Query, scoped: Scoped) -> Inquiry:
        """The inquiry about those of the reports in scope that are meant."""
        return of_its_name(settle(self._inquiry(query, scoped)))

    def _reports(self) -> tuple[ReportInfo, ...]:
        return self._catalogue(self._store.reports())

    def _readings(self, reports: Iterable[ReportInfo]) -> tuple[Reading, ...]:
        return tuple(self._read(report) for report in reports)

    def _search(self, query: Query, report_ids: Sequence[str]) -> list[Hit]:
        official = " ".join(words[0] for _, words in query.expansions)
        return search(self._store, self._encoder, f"{query.topic} {official}", report_ids, POOL, reranker=self._reranker)


def _counted(draft: Draft, query: Query, catalogue: Sequence[ReportInfo]) -> Draft:
    """Where a reply says how many of all reports it covers, it also says how many are in no town's scope."""
    nobodys = 0 if query.towns or query.place else sum(not report.town for report in catalogue)
    if not nobodys or not any(line.text.startswith(chat.COVERED) for line in draft.lines):
        return draft
    return replace(draft, lines=(*draft.lines, Line(f"（资料库另有{nobodys}份没有认出是哪个镇的，不在其中）", facts=(float(nobodys),))))


def _noted(draft: Draft, query: Query, shared: frozenset[str]) -> Draft:
    """Say what was carried over from earlier turns, how a wrong character or a missing year was read, which of the towns of one name
    (``shared``) is meant where the reply does not say its county, and that two versions of one report were read."""
    said = "".join(line.text for line in draft.lines)
    meant = (ref for ref in query.towns if ref.known and ref.county and ref.town in shared and ref.county not in said)
    names = tuple(Line(f"（这里的{ref.town}是{ref.county}{ref.town}）") for ref in meant)
    lines = tuple(Line(f"（{note}）", facts=tuple(q.value for q, _ in with_units(note))) for note in (*query.carried, *query.notes))
    return replace(draft, lines=(*draft.lines, *names, *chat.versions(draft), *lines))


def _nothing_in_scope(scoped: Scoped, catalogue: Sequence[object]) -> Draft:
    lines = tuple(chat.absent(missing, catalogue) for missing in scoped.missing)  # type: ignore[arg-type]
    reason = scoped.missing[0].reason if scoped.missing else Reason.NO_YEAR
    return Draft(lines or (Line("资料库里没有符合这一范围的报告。"),), reason)


def _with_missing(draft: Draft, inquiry: Inquiry) -> Draft:
    """Say what of a partly answerable question the store has not, after what it has; a year from which the reply calculates is stated in
    another report."""
    told = {year for line in draft.lines if line.formula for year in line.facts}
    missing = (each for each in inquiry.scoped.missing if not each.years or not told.issuperset(each.years))
    extra = tuple(chat.absent(each, inquiry.catalogue) for each in missing)
    return Draft((*draft.lines, *extra), draft.reason, draft.scope, draft.coverage) if extra else draft
