"""The table of indicators, and a keeper's own."""

from __future__ import annotations

import pytest

from index.errors import BadSettings
from index.indicators import Indicators

TABLE = Indicators.load()


def test_related_indicators_are_not_equal():
    assert TABLE.match("排查矛盾纠纷", "", "起") == "矛盾纠纷排查"
    assert TABLE.match("化解矛盾纠纷", "", "起") == "矛盾纠纷化解"
    assert "矛盾纠纷化解" in TABLE.named("矛盾纠纷排查").relatives


def test_the_unit_decides_between_people_and_attendance():
    assert TABLE.match("法律明白人", "", "名") == "法律明白人"
    assert TABLE.match("法律明白人培训", "", "人次") == "法律明白人培训人次"
    assert TABLE.match("法律明白人", "", "份") == ""


def test_every_relative_and_rate_is_in_the_table():
    names = {row.name for row in TABLE.rows}
    assert {name for row in TABLE.rows for name in (*row.relatives, *([row.rate] if row.rate else []))} <= names


def test_a_keeper_adds_an_indicator_and_replaces_one(tmp_path):
    mine = tmp_path / "indicators.toml"
    mine.write_text(
        '[[indicator]]\nname = "圩堤夜话"\nsubject = ["圩堤夜话"]\nunits = ["期"]\n[[indicator]]\nname = "述法"\nsubject = ["述职述法"]\nunits = ["people"]\n',
        encoding="utf-8",
    )
    table = Indicators.load(mine)
    assert table.match("举办“圩堤夜话”", "", "期") == "圩堤夜话"
    assert table.match("述法", "", "人") == ""
    assert TABLE.match("述法", "", "人") == "述法"


def test_a_file_that_is_not_there_changes_nothing(tmp_path):
    assert Indicators.load(tmp_path / "none.toml").rows == TABLE.rows


def test_a_broken_table_says_how_to_mend_it(tmp_path):
    broken = tmp_path / "indicators.toml"
    broken.write_text("[[indicator]]\nname = 1\n", encoding="utf-8")
    with pytest.raises(BadSettings, match="name、subject、units"):
        Indicators.load(broken)
