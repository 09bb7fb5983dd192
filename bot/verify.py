"""``zhenwen verify``: a draft's figures and quotations, each located in the collection."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path

from bot import texts
from bot.objects import proof_object
from bot.screen import Screen
from bot.settings import Settings
from index.errors import BadRequest

STDIN = "-"
SUFFIX = ".核稿.docx"


def verify(args: Namespace, settings: Settings, screen: Screen) -> int:
    """Check a draft; 1 when something in it does not agree or was not found."""
    from bot.core.drafts import commented, read_draft, typed
    from retrieval.proof.check import Proofreader, Verdict

    draft = typed(sys.stdin.buffer.read()) if args.file == STDIN else read_draft(_existing(Path(args.file)))
    checked = Proofreader.open(settings.store).check(draft.text)
    copy = _written(Path(args.file), commented(draft.word, checked)) if draft.word else None
    if args.json:
        screen.json(proof_object(checked) | ({"copy": str(copy)} if copy else {}))
    else:
        from bot.render import proof_view

        screen.show(*proof_view(checked), *((texts.COMMENTED.format(path=copy),) if copy else ()))
    return 1 if any(each.verdict in (Verdict.DIFFERENT, Verdict.NOT_FOUND) for each in checked) else 0


def _existing(path: Path) -> Path:
    if not path.is_file():
        raise BadRequest(texts.NO_PATH.format(path=path))
    return path


def _written(draft: Path, data: bytes) -> Path:
    """Put the copy beside the draft."""
    path = draft.with_name(draft.stem + SUFFIX)
    try:
        path.write_bytes(data)
    except OSError as error:
        raise BadRequest(texts.NOT_WRITTEN.format(path=path, problem=error.strerror or error)) from error
    return path
