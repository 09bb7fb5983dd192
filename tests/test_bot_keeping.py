"""The keeper's verbs on the command line: corrections that stay, the state of the collection, folders that are watched."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time

import pytest
from conftest import ROOT, SAMPLE, zhenwen
from test_bot_cli import complaint

WAIT_SECONDS = 60  # for a line of a process on a busy machine
FILE = "001_3f3f6b05990f65f3.txt"


@pytest.fixture
def kept(sample_store, tmp_path):
    """A store of the sample reports that a test may change."""
    return shutil.copytree(sample_store, tmp_path / "kept")


@pytest.fixture
def folder(tmp_path):
    """A folder of one sample report."""
    made = tmp_path / "报告"
    made.mkdir()
    shutil.copy(SAMPLE / FILE, made)
    return made


def held(store):
    return json.loads(zhenwen("--store", store, "reports", "--json").stdout)["reports"]


# corrections


def test_a_correction_survives_a_touched_and_a_changed_file(folder, tmp_path):
    store = tmp_path / "s"
    zhenwen("--store", store, "index", folder)
    (report,) = held(store)
    done = zhenwen("--store", store, "reports", "set", report["id"], "--town", "清泉镇", "--county", "丙县", "--year", "2019")
    assert done.returncode == 0 and "丙县清泉镇2019年" in done.stdout
    os.utime(folder / FILE, (2_000_000_000, 2_000_000_000))
    zhenwen("--store", store, "index", folder)
    (touched,) = held(store)
    (folder / FILE).write_text((folder / FILE).read_text(encoding="utf-8") + "\n（此件公开发布）\n", encoding="utf-8")
    assert "更新 1" in zhenwen("--store", store, "index", folder).stdout
    (changed,) = held(store)
    for each in (touched, changed):
        assert (each["town"], each["place"]["county"], each["year"]) == ("清泉镇", "丙县", 2019)
    assert changed["id"] != report["id"]


def test_a_corrected_report_is_asked_about_under_its_new_name(kept):
    zhenwen("--store", kept, "reports", "set", FILE, "--town", "清泉镇")
    (new,) = [json.loads(zhenwen("--store", kept, "ask", "清泉镇2023年调解了多少纠纷", "--json").stdout)]
    old = json.loads(zhenwen("--store", kept, "ask", "金井镇2023年调解了多少纠纷", "--json").stdout)
    assert "708" in new["answer"] and new["citations"][0]["town"] == "清泉镇"
    assert old["refused"] and "708" not in old["answer"]


@pytest.mark.parametrize("report", ["0123456789abcdef", "没有.txt", ""])
def test_a_report_that_is_not_there_is_named(sample_store, report):
    assert "zhenwen reports" in complaint(zhenwen("--store", sample_store, "reports", "set", report, "--year", "2020"))


@pytest.mark.parametrize(
    ("options", "words"),
    [([], "--town"), (["--year", "二〇二三"], "年份"), (["--year", "23"], "年份"), (["--town", " "], "空"), (["--nonsense", "1"], "不认识")],
)
def test_a_correction_that_says_nothing_is_wrong_usage(sample_store, options, words):
    assert words in complaint(zhenwen("--store", sample_store, "reports", "set", FILE, *options), code=2)


@pytest.mark.parametrize("arguments", [["set", FILE, "--year", "2020"], ["check"]])
def test_without_a_store_nothing_is_made(tmp_path, arguments):
    assert "zhenwen index" in complaint(zhenwen("--store", tmp_path / "s", "reports", *arguments))
    assert not (tmp_path / "s").exists()


# the state of the collection


def test_a_sound_collection_says_so(sample_store):
    done = zhenwen("--store", sample_store, "reports", "check", "--json")
    concerns = json.loads(done.stdout)["concerns"]
    assert done.returncode == 0 and all(concern["message"] and concern["files"] for concern in concerns)
    assert not {"未识别", "识别存疑", "同镇同年多份"} & {concern["matter"] for concern in concerns}


def test_what_a_keeper_should_know_is_said_with_its_files(tmp_path):
    folder = tmp_path / "报告"
    folder.mkdir()
    story = "{town}{year}年法治政府建设工作报告\n\n一、主要工作\n全年调解矛盾纠纷{whole}件，其中邻里纠纷6件、其他纠纷4件。\n"
    for name, whole, year in (("甲", 10, 2020), ("乙", 12, 2023), ("丙", 11, 2023)):
        (folder / f"{name}.txt").write_text(story.format(town="青石镇", year=year, whole=whole), encoding="utf-8")
    (folder / "通知.txt").write_text("关于开会的通知\n请于周五上午到会议室开会。\n", encoding="utf-8")
    zhenwen("--store", tmp_path / "s", "index", folder)
    concerns = json.loads(zhenwen("--store", tmp_path / "s", "reports", "check", "--json").stdout)["concerns"]
    about = {concern["matter"]: concern for concern in concerns}
    assert about["未识别"]["files"] == ["通知.txt"]
    assert "缺2021、2022年" in about["缺年份"]["message"]
    assert set(about["同镇同年多份"]["files"]) == {"乙.txt", "丙.txt"} and "12件" in about["同镇同年多份"]["message"]
    assert sorted(file for concern in concerns if concern["matter"] == "数字不符" for file in concern["files"]) == ["丙.txt", "乙.txt"]
    shown = zhenwen("--store", tmp_path / "s", "reports", "check").stdout
    assert all(concern["message"] in shown for concern in concerns)


def test_the_list_of_reports_is_as_it_was(sample_store):
    (first, *_) = held(sample_store)
    assert list(first) == [
        *("id", "town", "year", "place", "title", "file", "issuer", "written", "published", "url", "format", "passages", "figures")
    ]


# watching


def watching(store, folder, *options):
    return subprocess.Popen(
        [sys.executable, "-u", "-m", "bot", "--store", str(store), "index", "--watch", *options, str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        encoding="utf-8",
    )


def wait_for(process, words):
    """The first line that holds ``words``."""
    deadline = time.monotonic() + WAIT_SECONDS
    for line in process.stdout:
        if words in line:
            return line
        assert time.monotonic() < deadline, f"{words} was not said in time"
    raise AssertionError(f"it ended before it said {words}: {process.stderr.read()}")


@pytest.mark.slow
def test_a_watched_folder_is_indexed_as_it_changes_and_ctrl_c_ends_it(folder, tmp_path):
    other = next(path for path in sorted(SAMPLE.glob("*.txt")) if path.name != FILE)
    process = watching(tmp_path / "s", folder)
    try:
        wait_for(process, "新增 1")
        shutil.copy(other, folder)
        wait_for(process, "新增 1，更新 0，未变 1")
        (folder / "空.txt").write_bytes(b"")
        wait_for(process, "拒收 空.txt")
        (folder / FILE).write_text((folder / FILE).read_text(encoding="utf-8") + "\n附注。\n", encoding="utf-8")
        assert "拒收 0" in wait_for(process, "更新 1"), "an old rejection is not said again"
    finally:
        process.send_signal(signal.SIGINT)
        rest, errors = process.communicate(timeout=WAIT_SECONDS)
    assert (process.returncode, errors) == (0, "") and "不再看着" in rest
    assert {report["file"] for report in held(tmp_path / "s")} == {FILE, other.name}


@pytest.mark.slow
def test_a_watch_speaks_json_a_line_a_run_and_waits_for_another_writer(folder, tmp_path):
    from index.embed import default_encoder
    from index.store import Store

    with Store.create(tmp_path / "s", default_encoder()):
        process = watching(tmp_path / "s", folder, "--json")
        try:
            assert process.stderr.readline().strip(), "that the store is busy is said"
        except BaseException:
            process.kill()
            raise
    line = wait_for(process, "added")
    process.send_signal(signal.SIGINT)
    rest, _ = process.communicate(timeout=WAIT_SECONDS)
    assert json.loads(line)["added"] == [FILE] and (rest, process.returncode) == ("", 0)


def test_a_path_that_is_not_there_cannot_be_watched(tmp_path):
    complaint(zhenwen("--store", tmp_path / "s", "index", "--watch", tmp_path / "没有"))
    assert not (tmp_path / "s").exists()
