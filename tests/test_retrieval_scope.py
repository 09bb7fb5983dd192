"""Scope is a filter that is decided before ranking, and it fails closed."""

from index.types import Place, ReportInfo
from retrieval.evidence.scope import by_place, resolve
from retrieval.types import Query, Reason, TownRef


def info(town: str, year: int | None, county: str = "", province: str = "", *, party: bool = False) -> ReportInfo:
    name = f"{province}{county}{town}{year}{party}"
    return ReportInfo(id=name, file=name, digest=name, title=name, place=Place(province=province, county=county, town=town), year=year, party=party)


SHELF = by_place([
    info("甲镇", 2021, "东县"),
    info("甲镇", 2022, "东县"),
    info("甲镇", 2022, "东县", party=True),
    info("甲镇", 2023, "西县", "北省"),
    info("乙街道", 2023, "西县", "北省"),
    info("", None),
])


def ids(query: Query) -> list[str]:
    return [r.id for r in resolve(query, SHELF).reports]


def test_a_town_and_a_year_give_just_its_reports() -> None:
    assert ids(Query("", "", towns=(TownRef("甲镇", "东县"),), years=(2021,))) == ["东县甲镇2021False"]


def test_without_a_year_the_newest_reports_of_each_town_answer_and_older_ones_wait() -> None:
    scoped = resolve(Query("", "", towns=(TownRef("甲镇", "东县"),), newest=True), SHELF)
    assert {r.id for r in scoped.reports} == {"东县甲镇2022False", "东县甲镇2022True"}
    assert [r.year for r in scoped.older] == [2021]


def test_a_town_that_the_store_has_not_is_never_replaced() -> None:
    scoped = resolve(Query("", "", towns=(TownRef("丙镇", known=False),)), SHELF)
    assert not scoped.reports
    assert scoped.missing[0].reason is Reason.NO_TOWN


def test_a_year_that_the_town_has_not_is_never_replaced() -> None:
    scoped = resolve(Query("", "", towns=(TownRef("乙街道"),), years=(2022,)), SHELF)
    assert not scoped.reports
    assert scoped.missing[0].reason is Reason.NO_YEAR
    assert [r.year for r in scoped.missing[0].reports] == [2023]


def test_one_of_two_towns_missing_leaves_the_other_answerable() -> None:
    scoped = resolve(Query("", "", towns=(TownRef("乙街道"), TownRef("丙镇", known=False)), years=(2023,)), SHELF)
    assert [r.town for r in scoped.reports] == ["乙街道"]
    assert [m.town.town for m in scoped.missing] == ["丙镇"]


def test_namesakes_of_two_counties_are_two_towns() -> None:
    assert ids(Query("", "", towns=(TownRef("甲镇", "西县"),))) == ["北省西县甲镇2023False"]
    assert {r.place.county for r in resolve(Query("", "", towns=(TownRef("甲镇"),), years=(2022, 2023)), SHELF).reports} == {"东县", "西县"}


def test_a_place_bounds_the_towns() -> None:
    assert {r.place.county for r in resolve(Query("", "", place="北省"), SHELF).reports} == {"西县"}
    assert not resolve(Query("", "", place="南省"), SHELF).reports


def test_the_party_committees_report_is_told_from_the_governments() -> None:
    assert ids(Query("", "", towns=(TownRef("甲镇", "东县"),), years=(2022,), party=True)) == ["东县甲镇2022True"]


def test_a_document_that_is_no_town_report_is_in_no_scope() -> None:
    assert all(r.town for r in resolve(Query("", "", every=True, newest=True), SHELF).reports)
