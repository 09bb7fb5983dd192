"""What a keeper may set: the only module that reads the environment. Lower layers are told.

Every field has a default that works with no network and no key.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

from index.errors import BadSettings


def _from(variable: str, meaning: str) -> dict[str, str]:
    return {"variable": variable, "meaning": meaning}


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one run."""

    store: Path = field(default=Path("data/store"), metadata=_from("ZHENWEN_STORE", "资料库所在的文件夹"))
    encoder: str | None = field(
        default=None, metadata=_from("ZHENWEN_ENCODER", "另一个向量模型：sentence-transformers 的名称或文件夹；不设则用自带的")
    )

    @classmethod
    def read(cls, environment: Mapping[str, str] = os.environ, *, store: Path | None = None) -> Settings:
        """Read the settings from ``environment``; an empty variable counts as not set; ``store`` (an option) wins.

        Raises BadSettings when a value cannot be used.
        """
        stated = {each.name: environment.get(each.metadata["variable"], "").strip() for each in fields(cls)}
        chosen = store or Path(stated["store"] or cls().store)
        try:
            chosen = chosen.expanduser()
            misplaced = chosen.is_file()
        except (OSError, RuntimeError) as error:
            problem = error.strerror if isinstance(error, OSError) else "没有这个用户"
            raise BadSettings(f"资料库的路径 {chosen} 用不了（{problem}）。请用 --store 或 ZHENWEN_STORE 指定文件夹。") from error
        if misplaced:
            raise BadSettings(f"资料库应当是文件夹，{chosen} 却是一个文件。请用 --store 或 ZHENWEN_STORE 指定文件夹。")
        return cls(store=chosen, encoder=stated["encoder"] or None)


def explained() -> list[tuple[str, str, str]]:
    """The settings as (variable, default, meaning), for the README and the doctor."""
    return [(each.metadata["variable"], str(each.default or ""), each.metadata["meaning"]) for each in fields(Settings)]
