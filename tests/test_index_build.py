"""The pipeline takes a folder as it is, again and again, and says what it did."""

import os
import random
import shutil
import zipfile
from pathlib import Path

import pytest
from conftest import SAMPLE
from index_builders import BigramEncoder, ReadsHere, answers

from index import build as build_module
from index import load as load_module
from index import parse as parse_module
from index.build import build
from index.errors import BadSettings, StoreError
from index.store import Store
from index.types import Document

ENCODER = BigramEncoder()


def story(town="青石镇", year=2022, number=10):
    return (
        f"{town}{year}年法治政府建设工作报告\n\n{town}在县委的领导下，依法行政。\n\n一、主要工作\n（一）化解矛盾\n"
        f"全年调解矛盾纠纷{number}起，开展法治宣传{number + 3}场。\n二、存在问题\n{town}人手不足。\n\n{town}人民政府\n{year + 1}年1月5日\n"
    )


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "reports"
    made.mkdir()
    write(made / "a.txt", story("青石镇"))
    write(made / "b.txt", story("白水镇", number=20))
    return made


@pytest.fixture
def store(tmp_path):
    with Store.create(tmp_path / "store", ENCODER) as opened:
        yield opened


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def towns(store):
    return sorted((info.town, info.year) for info in store.reports())


def test_the_sample_reports_come_in_with_towns_years_passages_and_figures(store):
    result = build([SAMPLE], store)
    assert len(result.added) == 5
    assert not result.rejected
    assert {town for town, _ in towns(store)} == {"中兴镇", "磁灶镇", "泉掌镇", "金井镇", "高观镇"}
    assert all(info.passages > 10 for info in store.reports())
    for info in store.reports():
        text = store.report(info.id).text
        assert all(text[passage.start : passage.end] == passage.text for passage in store.passages([info.id]))


def test_a_second_run_changes_nothing_and_parses_nothing(folder, store, monkeypatch):
    build([folder], store)
    before, state = answers(store), store.catalogue.get("state")
    monkeypatch.setattr(ReadsHere, "read", None)
    result = build([folder], store)
    assert result.kept == ("a.txt", "b.txt")
    assert not (result.added or result.changed or result.removed or result.rejected)
    assert (answers(store), store.catalogue.get("state")) == (before, state)


def test_a_changed_file_replaces_its_report(folder, store):
    build([folder], store)
    write(folder / "a.txt", story("青石镇", number=11))
    result = build([folder], store)
    assert (result.changed, result.kept) == (("a.txt",), ("b.txt",))
    assert towns(store) == [("白水镇", 2022), ("青石镇", 2022)]
    assert any("调解矛盾纠纷11起" in passage.text for passage in store.passages())
    assert not any("调解矛盾纠纷10起" in passage.text for passage in store.passages())


def test_files_that_are_gone_stay_until_they_are_pruned(folder, store):
    build([folder], store)
    (folder / "a.txt").unlink()
    assert build([folder], store).removed == ()
    assert build([folder], store, prune=True).removed == ("a.txt",)
    assert towns(store) == [("白水镇", 2022)]


def test_pruning_touches_only_the_folders_given(folder, store, tmp_path):
    other = write(tmp_path / "other" / "c.txt", story("黄土镇"))
    build([folder, other], store)
    other.unlink()
    assert build([folder], store, prune=True).removed == ()
    assert build([other.parent], store, prune=True).removed == ("c.txt",)


def test_a_pruned_path_that_was_named_itself_is_removed_not_rejected(folder, store):
    build([folder], store)
    (folder / "a.txt").unlink()
    result = build([folder / "a.txt"], store, prune=True)
    assert (result.removed, result.rejected) == (("a.txt",), ())


def test_a_moved_file_is_known_again(folder, store):
    build([folder], store)
    (folder / "a.txt").rename(folder / "z.txt")
    result = build([folder], store, prune=True)
    assert set(result.kept) == {"b.txt", "z.txt"}
    assert not (result.added or result.removed)
    assert {info.file for info in store.reports()} == {"b.txt", "z.txt"}


def test_the_same_report_under_another_name_is_one_report(folder, store):
    build([folder], store)
    write(folder / "copy.txt", story("青石镇"))
    result = build([folder], store)
    assert "copy.txt" in result.kept
    assert any("copy.txt" in note and "a.txt" in note for note in result.notes)
    assert len(store.reports()) == 2
    (folder / "a.txt").unlink()
    build([folder], store, prune=True)
    assert {info.file for info in store.reports()} == {"copy.txt", "b.txt"}


def test_the_same_report_in_another_encoding_is_one_report(folder, store):
    build([folder], store)
    (folder / "gbk.txt").write_bytes(story("青石镇").encode("gb18030"))
    result = build([folder], store)
    assert len(store.reports()) == 2
    assert any("gbk.txt" in note for note in result.notes)


def test_the_same_report_as_a_web_page_is_one_report(folder, store):
    build([folder], store)
    lines = "".join(f"<p>{line}</p>" for line in story("青石镇").splitlines() if line)
    write(folder / "page.html", f"<html><head><title>页</title></head><body><article>{lines}</article></body></html>")
    result = build([folder], store)
    assert result.added == ()
    assert any("page.html" in note for note in result.notes)
    assert len(store.reports()) == 2


def test_another_version_of_a_town_and_year_is_kept_and_said(folder, store):
    build([folder], store)
    write(folder / "new.txt", story("青石镇", number=12))
    result = build([folder], store)
    assert result.added == ("new.txt",)
    assert any("new.txt" in note and "a.txt" in note and "不同" in note for note in result.notes)


def test_towns_of_one_name_in_two_counties_are_no_versions_of_each_other(folder, store):
    for number, county in enumerate(("甲安县", "乙安县")):
        write(folder / f"{county}.txt", story("双河镇", number=30 + number).replace("双河镇", f"{county}双河镇", 1))
    result = build([folder], store)
    assert {info.place.county for info in store.reports() if info.town == "双河镇"} == {"甲安县", "乙安县"}
    assert not [note for note in result.notes if "双河镇" in note]


def test_a_keepers_own_heading_style_is_followed_from_the_next_run_on(folder, store):
    write(folder / "a.txt", story("青石镇").replace("一、主要工作", "甲部分 主要工作").replace("二、存在问题", "乙部分 存在问题"))
    build([folder], store)
    write(store.path / "headings.toml", "[[style]]\nname = '甲部分'\npattern = '([甲乙丙])部分'\nlabel = '{}'\nbefore = '一、'\n")
    assert "a.txt" in build([folder], store).changed
    (report,) = (info for info in store.reports() if info.file == "a.txt")
    assert ("乙部分 存在问题",) in {section.path for section in store.sections(report.id)}


@pytest.mark.parametrize("table", ["[[style]\n", "[[style]]\nname = '甲'\npattern = '('\nlabel = ''\n", "[[part]]\npattern = '甲'\n", "style = 1\n", "[[style]]\nname = '甲'\nlabel = ''\nbefore = '无'\n"])
def test_a_keepers_table_that_cannot_be_read_is_explained(folder, store, table):
    write(store.path / "headings.toml", table)
    with pytest.raises(BadSettings, match=r"headings\.toml"):
        build([folder], store)


def test_a_bad_file_is_rejected_with_a_reason_and_leaves_nothing(folder, store):
    (folder / "bad.txt").write_bytes(random.Random(1).randbytes(4000))
    write(folder / "empty.txt", "")
    result = build([folder], store)
    assert {rejected.file for rejected in result.rejected} == {"bad.txt", "empty.txt"}
    assert all(rejected.reason for rejected in result.rejected)
    assert len(store.reports()) == 2


def test_a_rejected_file_is_rejected_again_without_being_read_until_it_changes(folder, store, monkeypatch):
    write(folder / "empty.txt", "")
    rejected = build([folder], store).rejected
    with monkeypatch.context() as patched:
        patched.setattr(ReadsHere, "read", None)
        assert build([folder], store).rejected == rejected == store.refused()
    write(folder / "empty.txt", story("黄土镇"))
    assert (build([folder], store).added, store.refused()) == (("empty.txt",), ())


def test_a_rejected_file_that_is_gone_is_forgotten(folder, store):
    write(folder / "empty.txt", "")
    build([folder], store)
    (folder / "empty.txt").unlink()
    assert build([folder], store).removed == ()
    assert store.refused() == ()


def test_a_copy_of_a_rejected_file_is_read_by_its_own_name(folder, store):
    write(folder / "c.pdf", story("黄土镇"))
    assert [each.file for each in build([folder], store).rejected] == ["c.pdf"]
    shutil.copy(folder / "c.pdf", folder / "c.txt")
    assert build([folder], store).added == ("c.txt",)


def test_what_this_machine_could_not_read_is_tried_again(folder, store, monkeypatch):
    (folder / "c.doc").write_bytes(b"{\\rtf1 x}")
    monkeypatch.setattr("index.load.legacy.shutil.which", lambda name: None)
    assert "安装" in build([folder], store).rejected[0].reason
    monkeypatch.setitem(load_module.READERS, "doc", lambda source: Document(source.file, "d", story("黄土镇")))
    assert build([folder], store).added == ("c.doc",)


def test_a_file_that_was_good_and_is_damaged_now_keeps_its_report(folder, store):
    build([folder], store)
    write(folder / "a.txt", "")
    for _ in range(2):
        result = build([folder], store, prune=True)
        assert ([each.file for each in result.rejected], result.kept) == (["a.txt"], ("b.txt",))
    assert len(store.reports()) == 2
    write(folder / "a.txt", story("青石镇"))
    assert set(build([folder], store).kept) == {"a.txt", "b.txt"}
    assert store.refused() == ()


def test_a_path_that_is_not_there_is_rejected(store, tmp_path):
    result = build([tmp_path / "nowhere"], store)
    assert "没有这个文件或文件夹" in result.rejected[0].reason


def test_hidden_files_links_and_foreign_files_are_passed_over(folder, store, tmp_path):
    write(folder / ".hidden.txt", story("黄土镇"))
    write(folder / ".git" / "x.txt", story("黄土镇"))
    write(folder / "~$a.docx", "x")
    write(folder / "tool.exe", "x")
    (folder / "link.txt").symlink_to(write(tmp_path / "outside.txt", story("黄土镇")))
    result = build([folder], store)
    assert set(result.added) == {"a.txt", "b.txt"}
    assert any("tool.exe" in note for note in result.notes)


def test_folders_within_folders_are_read_and_named(folder, store):
    write(folder / "2023" / "金山" / "c.txt", story("黄土镇"))
    assert "2023/金山/c.txt" in build([folder], store).added


def test_a_zip_carries_several_reports(folder, store):
    with zipfile.ZipFile(folder / "all.zip", "w") as archive:
        for town in ("黄土镇", "黑石镇"):
            archive.writestr(f"{town}.txt", story(town))
    assert len(build([folder], store).added) == 4
    (folder / "all.zip").unlink()
    assert len(build([folder], store, prune=True).removed) == 2
    assert len(store.reports()) == 2


def test_changed_rules_read_every_file_again(folder, store, monkeypatch):
    build([folder], store)
    monkeypatch.setattr(build_module, "rules_digest", lambda _: "other rules")
    before = answers(store)
    assert set(build([folder], store).kept) == {"a.txt", "b.txt"}
    assert answers(store) == before


def test_the_order_of_the_runs_does_not_matter(folder, tmp_path):
    def made(name, runs):
        with Store.create(tmp_path / name, ENCODER) as store:
            for paths in runs:
                build(paths, store)
            return answers(store)[:4]

    assert made("one", [[folder]]) == made("two", [[folder / "b.txt"], [folder / "a.txt"]]) == made("three", [[folder], [folder]])


def test_the_same_files_give_the_same_rows(folder, tmp_path):
    def rows(name):
        with Store.create(tmp_path / name, ENCODER) as store:
            build([folder], store)
            tables = [table for (table,) in store.catalogue._execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
            kept = {table: store.catalogue._execute(f"SELECT * FROM {table}") for table in tables}
            return kept | {"meta": [row for row in kept["meta"] if row[0] != "id"]}  # every store has an id of its own

    assert rows("one") == rows("two")


def test_progress_counts_the_files_that_are_read(folder, store):
    seen = []
    build([folder], store, progress=lambda *step: seen.append(step))
    assert seen == [(1, 2, "a.txt"), (2, 2, "b.txt")]
    build([folder], store, progress=lambda *step: seen.append(step))
    assert len(seen) == 2


def test_a_run_that_fails_midway_leaves_the_old_state(folder, store, monkeypatch):
    build([folder], store)
    before = answers(store)
    write(folder / "a.txt", story("青石镇", number=99))
    write(folder / "c.txt", story("黄土镇"))

    def stop(done, total, file):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build([folder], store, progress=stop)
    assert answers(store) == before
    assert build([folder], store).changed == ("a.txt",)


def test_a_long_run_commits_now_and_then(folder, store, monkeypatch):
    monkeypatch.setattr(build_module, "COMMIT_SECONDS", -1.0)
    build([folder], store)
    assert int(store.catalogue.get("state"), 16) >= 2
    assert len(store.reports()) == 2


def test_a_keepers_correction_survives(folder, store):
    build([folder], store)
    (wrong,) = (info for info in store.reports() if info.file == "a.txt")
    store.correct(wrong.id, town="清石镇", year=2021)
    monkey = story("青石镇", number=11)
    write(folder / "a.txt", story("青石镇") + " ")
    build([folder], store)
    assert ("清石镇", 2021) in towns(store), "the same report, read again"
    write(folder / "a.txt", monkey)
    build([folder], store)
    assert ("清石镇", 2021) in towns(store), "a new version, wrong in the same way"
    write(folder / "a.txt", story("红岩镇", 2024))
    build([folder], store)
    assert ("红岩镇", 2024) in towns(store), "another report in the same file is not corrected"


def test_a_store_for_questions_cannot_be_built_into(folder, store):
    with Store.open(store.path) as reader, pytest.raises(StoreError, match="不能写入"):
        build([folder], reader)


def test_a_name_or_a_text_that_is_not_unicode_is_rejected_and_the_others_go_on(folder, store):
    broken = folder / os.fsdecode("镇".encode("gbk") + b".txt")
    broken.write_text(story("黄土镇"), encoding="utf-8")
    result = build([folder], store)
    assert set(result.added) == {"a.txt", "b.txt"}
    assert "文件名" in result.rejected[0].reason
    half = parse_module.parse(Document("x.txt", "d", "青石镇\ud800"), parse_module.tables(store.path, ""))
    assert "编码" in half.reason
