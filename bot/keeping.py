"""The verbs of whoever keeps a collection: look at its state, correct what was not recognised, watch its folders."""

from __future__ import annotations

import signal
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from time import sleep
from typing import TYPE_CHECKING

from bot import texts
from bot.screen import Screen
from bot.settings import Settings
from index.errors import BadRequest, StoreBusy
from index.types import BuildResult, Encoder, ReportInfo

if TYPE_CHECKING:
    from index.store import Store

LOOK_SECONDS = 2.0  # between two looks at the watched folders: a walk of ten thousand files takes a tenth of that
CORRECTABLE = ("province", "city", "county", "town", "year")


def reports_check(args: Namespace, settings: Settings, screen: Screen) -> int:
    """Say what is missing, doubled or does not agree."""
    from bot.objects import concerns_object
    from index.check import check
    from index.store import Store

    concerns = check(Store.open(settings.store))
    if args.json:
        screen.json(concerns_object(concerns))
    elif concerns:
        from bot.summaries import concerns_view

        screen.show(*concerns_view(concerns))
    else:
        screen.show(texts.ALL_SOUND)
    return 0


def reports_set(args: Namespace, settings: Settings, screen: Screen) -> int:
    """Set whose report it is and of which year, as the keeper knows it."""
    from index.embed import load_encoder
    from index.store import Store

    changes = {name: value for name in CORRECTABLE if (value := getattr(args, name)) is not None}
    if not changes:
        args.refuse(texts.NOTHING_TO_SET)
    with Store.open(settings.store) as held:
        report = _named(args.report, held.reports())
    with Store.create(settings.store, load_encoder(settings.encoder), settings.chroma) as store:
        corrected = store.correct(report.id, **changes)
    place = corrected.place
    where = "".join(dict.fromkeys((place.province, place.city, place.county, place.town)))
    screen.show(texts.CORRECTED.format(file=corrected.file, place=where, year=f"{corrected.year}年" if corrected.year else ""))
    return 0


def _named(name: str, reports: Sequence[ReportInfo]) -> ReportInfo:
    """The report of this id or, when only one is called so, of this file name."""
    found = [report for report in reports if report.id == name] or [report for report in reports if report.file == name]
    if len(found) != 1:
        raise BadRequest(texts.NO_SUCH_REPORT.format(report=name))
    return found[0]


def watch(args: Namespace, settings: Settings, screen: Screen) -> int:
    """Index, and again whenever something has changed, until Ctrl-C."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job would ignore Ctrl-C
    from index.embed import load_encoder
    from index.watch import changes

    if missing := [path for path in args.paths if not path.exists()]:
        raise BadRequest(texts.NO_PATH.format(path="、".join(map(str, missing))))
    encoder = load_encoder(settings.encoder)
    last = BuildResult()
    try:
        _say(args, screen, texts.WATCHING.format(paths="、".join(map(str, args.paths))))
        for writing in changes(args.paths, lambda: sleep(LOOK_SECONDS)):
            result = _index(args, settings, screen, encoder, frozenset(writing))
            _tell(args, screen, _news(result, last))
            last = result
    except KeyboardInterrupt:
        _say(args, screen, texts.WATCHED)
    return 0


def _say(args: Namespace, screen: Screen, words: str) -> None:
    if not args.json:
        screen.show(words)


def _index(args: Namespace, settings: Settings, screen: Screen, encoder: Encoder, writing: frozenset[Path]) -> BuildResult:
    from index.build import build

    with _opened(settings, encoder, screen) as store, screen.progress() as progress:
        return build(args.paths, store, prune=args.prune, progress=progress, leave=writing)


def _opened(settings: Settings, encoder: Encoder, screen: Screen) -> Store:
    """The store, for writing; wait while another process is at it."""
    from index.store import Store

    told = False
    while True:
        try:
            return Store.create(settings.store, encoder, settings.chroma)
        except StoreBusy as busy:
            if not told:
                screen.complain(str(busy))
            told = True
            sleep(LOOK_SECONDS)


def _news(result: BuildResult, last: BuildResult) -> BuildResult:
    """``result`` without what has been said before."""
    return replace(
        result,
        rejected=tuple(each for each in result.rejected if each not in last.rejected),
        notes=tuple(note for note in result.notes if note not in last.notes),
    )


def _tell(args: Namespace, screen: Screen, result: BuildResult) -> None:
    if args.json:
        from bot.objects import build_object

        screen.json(build_object(result))
    else:
        from bot.summaries import build_view

        summary, *rest = build_view(result)
        screen.show(f"{datetime.now().astimezone():%H:%M:%S} {summary}", *rest)
