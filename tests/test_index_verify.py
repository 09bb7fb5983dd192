"""The doctor sees what has changed in a store behind its back."""

import shutil
import sqlite3

import pytest
from index_builders import BigramEncoder

from index.build import build
from index.errors import StoreError
from index.store import Store
from index.verify import verify

TEXT = "青石镇2022年法治政府建设工作报告\n\n一、主要工作\n全年调解矛盾纠纷12起，开展整改3次。\n\n青石镇人民政府\n2023年1月5日\n"


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("verified")
    (folder / "in").mkdir()
    (folder / "in" / "a.txt").write_text(TEXT, encoding="utf-8")
    with Store.create(folder / "store", BigramEncoder()) as store:
        build([folder / "in"], store)
    return folder / "store"


def examined(whole, tmp_path, *changes):
    store = shutil.copytree(whole, tmp_path / "store")
    connection = sqlite3.connect(store / "catalogue.sqlite")
    for change in changes:
        connection.execute(change)
    connection.commit()
    connection.close()
    with Store.open(store, BigramEncoder()) as opened:
        verify(opened)


def test_a_store_as_it_was_written_is_sound(whole, tmp_path):
    examined(whole, tmp_path)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE texts SET text = replace(text, '12起', '13起')",
        "UPDATE texts SET text = replace(text, '整改', '整洹')",
        "UPDATE texts SET text = substr(text, 1, 40)",
        'UPDATE passages SET "end" = 9999',
    ],
)
def test_a_changed_word_figure_length_or_place_is_named(whole, tmp_path, change):
    with pytest.raises(StoreError, match=r"a\.txt"):
        examined(whole, tmp_path, change)


def test_no_advice_deletes_what_cannot_be_made_again(whole, tmp_path):
    with pytest.raises(StoreError) as told:
        examined(whole, tmp_path, "UPDATE texts SET text = ''")
    assert "删" not in str(told.value)
