"""Values to JSON and back, for the database: dataclasses, tuples, enums, paths and bytes.

A field that an older program did not write gets its default, and one that only a newer program knows is ignored.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import lru_cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")
Kind = Any  # a type, or what typing makes of several
Json = Any
BYTES, PATH = "bytes", "path"  # a file is kept as {"bytes": base64} or {"path": …}


def dumped(value: object) -> str:
    """``value`` as JSON."""
    return json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":"))


def loaded(kind: type[T], text: str) -> T:
    """The value of type ``kind`` that ``dumped`` made ``text`` of."""
    value: T = _built(kind, json.loads(text))
    return value


def _plain(value: object) -> Json:
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, bytes):
        return {BYTES: b64encode(value).decode()}
    if isinstance(value, Path):
        return {PATH: str(value)}
    return value.value if isinstance(value, Enum) else value


def _built(kind: Kind, plain: Json) -> Json:
    if isinstance(plain, dict) and isinstance(kind, type) and is_dataclass(kind):
        hints = _hints(kind)
        return kind(**{name: _built(hints[name], part) for name, part in plain.items() if name in hints})
    if isinstance(plain, dict) and plain.keys() in ({BYTES}, {PATH}):
        return b64decode(plain[BYTES]) if BYTES in plain else Path(plain[PATH])
    origin: object = get_origin(kind)
    if origin in (Union, UnionType):
        return None if plain is None else _built(next(part for part in get_args(kind) if part is not NoneType), plain)
    if origin is tuple:
        inner = get_args(kind)
        kinds = inner[:1] * len(plain) if inner[-1] is Ellipsis else inner
        return tuple(_built(part, value) for part, value in zip(kinds, plain, strict=True))
    return kind(plain) if isinstance(kind, type) and issubclass(kind, Enum) else plain


@lru_cache(maxsize=64)
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)
