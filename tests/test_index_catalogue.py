"""Rows in, the same values out; and what is not there is said."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from index_builders import report, sections

from index.catalogue import Catalogue
from index.errors import StoreBusy, StoreError
from index.rows import SCHEMA_VERSION, Correction, Source, found
from index.types import Figure, Kind, Part, Place, Rejected, ReportInfo, Section, Span

WORDS = st.text(st.characters(codec="utf-8"), max_size=30)
SPANS = st.tuples(st.integers(0, 50), st.integers(0, 50)).map(lambda pair: Span(min(pair), max(pair)))
YEARS = st.none() | st.integers(1990, 2100)
DAYS = st.none() | st.dates(date(1990, 1, 1), date(2100, 1, 1))
REPORTS = st.builds(
    lambda text, **fields: report(text, **fields),
    text=WORDS,
    town=WORDS,
    year=YEARS,
    file=WORDS,
    title=WORDS,
    place=st.builds(Place, WORDS, WORDS, WORDS, WORDS),
    issuer=WORDS,
    party=st.booleans(),
    written=DAYS,
    published=DAYS,
    url=st.none() | WORDS,
    confidence=st.floats(0, 1),
    ocr=st.none() | st.floats(0, 1),
    noise=st.tuples(SPANS),
    doubtful=st.tuples(SPANS, SPANS),
    notes=st.tuples(WORDS),
)
SECTIONS = st.builds(
    Section, st.just("id"), st.integers(0, 9), st.integers(0, 99), st.integers(0, 99), st.tuples(WORDS), WORDS, st.none() | SPANS, st.sampled_from(Part)
)
FIGURES = st.builds(
    Figure,
    *(st.just("id"), st.integers(0, 9), st.integers(0, 99), st.integers(0, 99), SPANS, WORDS, WORDS, WORDS),
    st.floats(allow_nan=False, allow_infinity=False),
    *(WORDS, WORDS, st.sampled_from(Kind), YEARS, st.none() | st.integers(0, 9)),
)


def opened(path):
    catalogue = Catalogue(path, writable=True)
    catalogue.create({"state": "0"})
    return catalogue


@pytest.fixture
def catalogue(tmp_path):
    made = opened(tmp_path / "catalogue.sqlite")
    yield made
    made.close()


@given(REPORTS, SECTIONS, FIGURES)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_field_comes_back(catalogue, made, section, figure):
    with pytest.raises(ZeroDivisionError), catalogue.writing():
        number = catalogue.insert(made, [section], [], b"", [figure])
        info = catalogue.infos()[number]
        assert catalogue.find(made.id) == (number, info)
        assert isinstance(info, ReportInfo)
        back = catalogue.report(number, info)
        assert {name: getattr(back, name) for name in type(back).__slots__} == {name: getattr(made, name) for name in type(made).__slots__}
        assert (back.place, back.year, back.written, back.party, back.figures) == (made.place, made.year, made.written, made.party, 1)
        assert catalogue.sections(number, "id") == (section,)
        (stored,) = catalogue.figures({number: info})
        assert {name: getattr(stored, name) for name in Figure.__slots__ if name != "report_id"} == {
            name: getattr(figure, name) for name in Figure.__slots__ if name != "report_id"
        }
        _ = 1 / 0  # nothing is kept from one example to the next


def test_a_number_is_never_given_twice(catalogue):
    made = report()
    first = catalogue.insert(made, sections(made), [], b"", [])
    catalogue.delete(first)
    assert catalogue.infos() == {}
    assert catalogue.insert(made, sections(made), [], b"", []) > first


def test_deleting_a_report_leaves_no_row_of_it(catalogue):
    made = report()
    tables = [name for (name,) in catalogue._execute("SELECT name FROM sqlite_master WHERE type = 'table'") if name not in {"meta", "sqlite_sequence"}]
    catalogue.delete(catalogue.insert(made, sections(made), [], b"", []))
    assert {table: catalogue._execute(f"SELECT * FROM {table}") for table in tables} == {table: [] for table in tables}


def test_a_source_is_replaced_by_one_of_its_path(catalogue):
    catalogue.put_source(Source("/a.zip", "a.zip", "1", (("x", "a.zip/x.txt"), ("y", "a.zip/y.txt"))))
    catalogue.put_source(Source("/a.zip", "a.zip", "2", (("y", "a.zip/y.txt"),)))
    assert catalogue.sources() == {"/a.zip": Source("/a.zip", "a.zip", "2", (("y", "a.zip/y.txt"),))}
    assert (catalogue.carriers("x"), catalogue.carriers("y")) == ([], ["a.zip/y.txt"])


def test_what_was_refused_of_a_source_is_kept_in_order_and_goes_with_it(catalogue):
    refused = (Rejected("a.zip/z.txt", "空的"), Rejected("a.zip/b.doc", "没有安装", lasting=False), Rejected("a.zip/z.txt", "同名"))
    catalogue.put_source(Source("/a.zip", "a.zip", "1", (), refused))
    assert catalogue.sources()["/a.zip"].refused == refused
    assert [each.file for each in catalogue.refused()] == ["a.zip/b.doc", "a.zip/z.txt", "a.zip/z.txt"]
    catalogue.drop_source("/a.zip")
    assert (catalogue.sources(), catalogue.refused()) == ({}, ())


def test_the_tables_of_an_older_version_are_brought_up_to_date(catalogue):
    for statement in ("DROP TABLE refusals", "ALTER TABLE reports DROP COLUMN period", "ALTER TABLE figures DROP COLUMN owner"):
        catalogue._execute(statement)
    catalogue.put("schema", "1")
    catalogue.upgrade()
    assert catalogue.get("schema") == SCHEMA_VERSION
    assert catalogue.refused() == ()


def test_a_correction_stays_when_its_report_is_deleted(catalogue):
    made = report()
    correction = Correction(made.id, found(made), town="清石镇", year=2020)
    number = catalogue.insert(made, sections(made), [], b"", [])
    catalogue.put_correction(correction)
    catalogue.delete(number)
    assert catalogue.correction(made.id) == correction
    assert (correction.applied(made).town, correction.applied(made).place.county) == ("清石镇", "某县")


def test_a_catalogue_for_reading_writes_nothing_and_makes_no_file(catalogue, tmp_path):
    reader = Catalogue(catalogue.path)
    with pytest.raises(StoreError, match="权限"):
        reader.put("state", "1")
    with pytest.raises(StoreError):
        Catalogue(tmp_path / "none.sqlite").meta()
    assert not (tmp_path / "none.sqlite").exists()


def test_a_catalogue_that_another_process_holds_is_busy_and_can_still_be_read(catalogue, monkeypatch):
    monkeypatch.setattr("index.catalogue.BUSY_SECONDS", 0.0)
    with catalogue.writing():
        catalogue.put("state", "1")
        assert Catalogue(catalogue.path).get("state") == "0"
        with pytest.raises(StoreBusy), Catalogue(catalogue.path, writable=True).writing():
            pass
    assert Catalogue(catalogue.path).get("state") == "1"


def test_on_a_read_only_folder_it_can_be_read(catalogue, monkeypatch):
    catalogue.close()
    monkeypatch.setattr("index.catalogue.os.access", lambda *_: False)
    reader = Catalogue(catalogue.path)
    assert reader.get("state") == "0"
    reader.close()
    assert [path.name for path in catalogue.path.parent.iterdir()] == ["catalogue.sqlite"]
