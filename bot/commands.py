"""The verbs of the command line: each takes the parsed arguments, the settings and the screen, and returns the exit code.

What a verb needs is imported inside it: ``zhenwen ask`` must not wait for what ``zhenwen eval`` needs.
"""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from bot import texts
from bot.export import export as export
from bot.keeping import reports_check as reports_check
from bot.keeping import reports_set as reports_set
from bot.keeping import watch
from bot.ledger import ledger as ledger
from bot.model import assisted
from bot.objects import JsonObject
from bot.requests import Request, parse_request, sound
from bot.safekeeping import backup as backup
from bot.safekeeping import repair as repair
from bot.safekeeping import restore as restore
from bot.screen import Progress, Screen
from bot.settings import Settings
from bot.verify import verify as verify
from index.errors import BadRequest

if TYPE_CHECKING:
    from retrieval.answer import Answerer
    from retrieval.assist.answerer import AssistedAnswerer
    from retrieval.reader.model import Reader

DONE, FAILED = 0, 1
RETRIEVAL = Path("retrieval")  # in the place of a question file


def index(args: Namespace, settings: Settings, screen: Screen) -> int:
    """Add or update files and folders."""
    from bot.objects import build_object
    from index.build import build
    from index.embed import load_encoder
    from index.store import Store

    if args.watch:
        return watch(args, settings, screen)
    if not args.prune:
        _refuse_nothing(args.paths)
    store = Store.create(settings.store, load_encoder(settings.encoder), settings.chroma)
    with screen.progress() as progress:
        result = build(args.paths, store, prune=args.prune, progress=progress)
    if args.json:
        screen.json(build_object(result))
    else:
        from bot.summaries import build_view

        screen.show(*build_view(result))
    if not (result.added or result.changed or result.kept or result.removed or result.rejected):
        raise BadRequest(texts.NOTHING_FOUND)
    return FAILED if result.rejected else DONE


def _refuse_nothing(paths: list[Path]) -> None:
    """No store is made for paths that hold no file at all."""
    try:
        there = [path for path in paths if path.exists()]
    except OSError as error:
        raise _closed(error) from error
    if not there:
        raise BadRequest(texts.NO_PATH.format(path="、".join(map(str, paths))))
    if not any(path.is_file() or any(names for _, _, names in os.walk(path)) for path in there):
        raise BadRequest(texts.NOTHING_FOUND)


def _closed(error: OSError) -> BadRequest:
    return BadRequest(texts.CLOSED_FILE.format(path=error.filename, problem=error.strerror))


def ask(args: Namespace, settings: Settings, screen: Screen) -> int:
    """Answer one question, or a file of them."""
    from bot.objects import answer_object

    question = None if args.batch else sound(args.question)
    plain = _answerer(settings)
    helped = assisted(plain, settings)
    answerer = helped or plain
    if args.why and question is not None:
        return _why(plain, helped, question, args, screen)
    if question is None:
        return _batch(args.batch, screen, lambda line: answer_object(answerer.answer(line.question, line.history)), args.at_once)
    answer = answerer.answer(question)
    if args.json:
        screen.json(answer_object(answer))
    else:
        from bot.render import answer_view

        screen.show(*answer_view(answer))
    return DONE


def answering(settings: Settings) -> tuple[Answerer, Answerer | AssistedAnswerer]:
    """The answerer by the rules and the reader, and what answers with the settings: that, or with a language model beside it."""
    plain = _answerer(settings)
    return plain, assisted(plain, settings) or plain


def _answerer(settings: Settings, reader: Reader | None = None) -> Answerer:
    from index.embed import load_encoder, load_reranker
    from retrieval.answer import Answerer

    reranker = load_reranker(settings.reranker) if settings.reranker else None
    return Answerer.open(settings.store, load_encoder(settings.encoder), reranker, reader, chroma=settings.chroma)


def _why(answerer: Answerer, helped: AssistedAnswerer | None, question: str, args: Namespace, screen: Screen) -> int:
    """How the answer to one question comes about; with a language model, what that has to do with it."""
    from bot.reasons import why_object, why_view
    from bot.receipts import receipt_object, receipt_view
    from retrieval.why import explain

    why = explain(answerer, question)
    written = helped.answer(question).written if helped else None
    if args.json:
        screen.json(why_object(why) | ({"written": receipt_object(written)} if written else {}))
    else:
        screen.show(*why_view(why), *(receipt_view(written) if helped else ()))
    return DONE


def _batch(source: str, screen: Screen, respond: Callable[[Request], JsonObject], at_once: int = 1) -> int:
    """Answer each line of ``source``, ``at_once`` side by side, and tell them in order; a line that cannot be used is reported and the
    others go on."""
    code = DONE
    with sys.stdin.buffer if source == "-" else _opened(Path(source)) as lines, ThreadPoolExecutor(max(1, at_once)) as pool:
        numbered = ((number, raw) for number, raw in enumerate(lines, 1) if raw.strip())
        for number, answered in _in_order(pool, respond, numbered, max(1, at_once)):
            try:
                screen.json(answered.result())
            except BadRequest as error:
                screen.complain(texts.BATCH_LINE.format(line=number, problem=error))
                code = FAILED
    return code


def _in_order(
    pool: ThreadPoolExecutor, respond: Callable[[Request], JsonObject], lines: Iterator[tuple[int, bytes]], at_once: int
) -> Iterator[tuple[int, Future[JsonObject]]]:
    """The answers in the order of ``lines``, of which no more are read than are answered at once."""

    def answer(raw: bytes) -> JsonObject:
        request = parse_request(raw)
        return {"id": request.id} | respond(request)

    waiting: deque[tuple[int, Future[JsonObject]]] = deque()
    for number, raw in lines:
        waiting.append((number, pool.submit(answer, raw)))
        if len(waiting) >= at_once:
            yield waiting.popleft()
    yield from waiting


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise _closed(error) from error


def search(args: Namespace, settings: Settings, screen: Screen) -> int:
    """Find passages, without composing an answer."""
    from bot.objects import hits_object
    from retrieval.evidence.passages import PassageFinder

    question = None if args.batch else sound(args.question)
    finder = PassageFinder.open(settings.store, settings.encoder, settings.reranker, chroma=settings.chroma)
    known = {report.id: report for report in finder.store.reports()}
    if question is None:
        return _batch(args.batch, screen, lambda line: hits_object(finder.find(line.question, args.k), known))
    hits = finder.find(question, args.k)
    if args.json:
        screen.json(hits_object(hits, known))
    elif hits:
        from bot.render import hits_view

        screen.show(*hits_view(hits, known))
    else:
        screen.show(texts.NO_HITS)
    return DONE


def reports(args: Namespace, settings: Settings, screen: Screen) -> int:
    """Say what the store holds."""
    from bot.objects import reports_object
    from index.store import Store

    held = Store.open(settings.store).reports()
    if args.json:
        screen.json(reports_object(held))
    elif held:
        from bot.summaries import reports_view

        screen.show(reports_view(held))
    else:
        screen.show(texts.NO_REPORTS)
    return DONE


def chat(args: Namespace, settings: Settings, screen: Screen) -> int:  # noqa: ARG001  (every verb is called alike)
    """Talk on the terminal."""
    from bot.core.core import Core
    from bot.terminal import converse

    converse(Core.open(settings), screen, sys.stdin, Path.cwd())
    return DONE


def serve(args: Namespace, settings: Settings, screen: Screen) -> int:  # noqa: ARG001
    """Answer in the chats that are configured, until stopped."""
    from bot.core.core import Core
    from bot.logs import configure
    from bot.serve import configured
    from bot.serve import serve as run

    configure(settings)
    channel = configured(settings)
    run(Core.open(settings), settings, screen, channel)
    return DONE


def doctor(args: Namespace, settings: Settings, screen: Screen) -> int:  # noqa: ARG001
    """Check what the program needs, and say how to mend it."""
    from bot.doctor import examine
    from bot.summaries import findings_view

    findings = examine(settings)
    screen.show(*findings_view(findings))
    return DONE if all(finding.sound for finding in findings) else FAILED


def eval(args: Namespace, settings: Settings, screen: Screen) -> int:  # noqa: A001  (the verb's name)
    """Score a question file, by type; or measure retrieval alone."""
    if args.file == RETRIEVAL:
        return _eval_retrieval(args, settings, screen)
    from bot.summaries import evaluation_view, sides_view
    from retrieval.measure.evaluate import evaluate
    from retrieval.measure.losses import where_lost
    from retrieval.measure.scoring import read_items
    from retrieval.measure.sides import Sides, compare
    from retrieval.reader.model import SilentReader

    items = read_items(args.file)
    answerer = _answerer(settings)
    helped = _helped(answerer, args, settings)
    with screen.progress() as progress:
        told = partial(_told, progress, args.file.name) if progress else None
        losing = partial(where_lost, answerer)
        rules = _answerer(settings, SilentReader()) if helped else answerer
        result = compare(rules, answerer, helped, items, told) if helped else evaluate(answerer, items, told, losing)
    if args.json:
        screen.json(result.as_dict())
    elif isinstance(result, Sides):
        screen.show(*sides_view(result))
    else:
        screen.show(*evaluation_view(result))
    return DONE


def _told(progress: Progress, what: str, done: int, total: int) -> None:
    progress(done, total, what)


def _helped(answerer: Answerer, args: Namespace, settings: Settings) -> AssistedAnswerer | None:
    """The answerer with the model that ``--model`` names, or else the settings; None where ``--model`` is not given."""
    if args.model is None:
        return None
    helped = assisted(answerer, replace(settings, model=args.model or settings.model))
    if helped is None:
        raise BadRequest(texts.NO_MODEL)
    return helped


def _eval_retrieval(args: Namespace, settings: Settings, screen: Screen) -> int:
    from bot.summaries import benchmark_view
    from index.embed import load_encoder
    from retrieval.measure.benchmark import benchmark
    from retrieval.measure.sets import question_sets

    if args.sets is None:
        raise BadRequest(texts.NO_SETS)
    with screen.progress() as progress:
        result = benchmark(question_sets(args.sets), load_encoder(settings.encoder), progress)
    if args.json:
        screen.json(result.as_dict())
    else:
        screen.show(*benchmark_view(result))
    return DONE
