"""Documents are read in processes of their own: whatever one does there, it is rejected by its name and the others are read."""

import logging
import os
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest
from conftest import ROOT
from index_builders import BigramEncoder, answers

from index import apart, readers
from index.build import build, take
from index.embed import default_encoder
from index.errors import StoreError
from index.files import find, rules_digest
from index.load.source import MEGABYTE
from index.store import Store
from index.types import Rejected

SHIPPED = readers.Reading  # before the tests' own takes its place
PATIENCE = 60.0  # seconds; a process of its own takes half a one to start where nothing else runs
FORM_OF_ITSELF = (  # PDF: a page draws a form twenty times, that a form twenty times, and so on for ever
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Resources<</XObject<</F4 4 0 R>>>>/Contents 16 0 R>>endobj\n"
)


@pytest.fixture(autouse=True)
def _really_apart(monkeypatch, _reads_here):
    monkeypatch.setattr(readers, "Reading", SHIPPED)


@pytest.fixture
def mischief(monkeypatch):
    """Documents can do to the process what tests/mischief.py knows."""
    monkeypatch.setattr(readers, "BOOT", apart.BOOT.replace("from index", f"sys.path.append({str(ROOT / 'tests')!r}); import mischief; from index"))


def story(town: str, more: str = "") -> str:
    return f"{town}2022年法治政府建设工作报告\n\n一、主要工作\n全年调解矛盾纠纷10起。{more}\n\n{town}人民政府\n2023年1月5日\n"


def folder_of(path: Path, **texts: str) -> Path:
    path.mkdir(exist_ok=True)
    for name, text in texts.items():
        (path / f"{name}.txt").write_text(text, encoding="utf-8")
    return path


def indexed(folder: Path, tmp_path: Path):
    with Store.create(tmp_path / "store", BigramEncoder()) as store:
        return build([folder], store)


def read_within(folder: Path, limits: apart.Limits, tmp_path: Path) -> dict[str, list]:
    order = apart.Order(tmp_path / "store", rules_digest(tmp_path), limits=limits)
    reading = readers.Reading(order, str(tmp_path))
    try:
        return {file.name: reading.read(file) for file in find([folder], "").files}
    finally:
        reading.close()


@pytest.mark.parametrize("deed", ["ABORTS", "SEGFAULTS", "EXITS", "RECURSES", "RAISES"])
def test_what_a_document_does_is_its_rejection_and_the_run_goes_on(mischief, tmp_path, deed):
    folder = folder_of(tmp_path / "in", a=story("青石镇"), b=story("白水镇", deed), c=story("黄土镇"))
    result = indexed(folder, tmp_path)
    assert result.added == ("a.txt", "c.txt")
    (rejected,) = result.rejected
    assert rejected.file == "b.txt" and "请" in rejected.reason


@pytest.mark.parametrize("deed", ["HANGS", "SPINS"])
def test_a_document_that_takes_too_long_is_rejected(mischief, tmp_path, deed):
    folder = folder_of(tmp_path / "in", a=story("青石镇", deed), b=story("白水镇"))
    items = read_within(folder, apart.Limits(seconds=3.0), tmp_path)
    assert [each.reason for each in items["a.txt"]] == [readers.LATE]
    assert items["b.txt"][0].report.town == "白水镇"


@pytest.mark.skipif(sys.platform != "linux", reason="the system bounds the memory")
def test_a_document_that_takes_all_memory_is_rejected(mischief, tmp_path):
    folder = folder_of(tmp_path / "in", a=story("青石镇", "EATS"), b=story("白水镇"))
    items = read_within(folder, apart.Limits(memory=512 * MEGABYTE), tmp_path)
    assert "内存" in items["a.txt"][0].reason
    assert items["b.txt"][0].report.town == "白水镇"


def test_what_is_read_is_bounded(tmp_path):
    folder = folder_of(tmp_path / "in", a="".join(f"{town}镇调解1起。" * 2000 for town in "东南西北"), b=story("白水镇"))
    items = read_within(folder, apart.Limits(output=100_000), tmp_path)
    assert "太多" in items["a.txt"][-1].reason
    assert items["b.txt"][0].report.town == "白水镇"


def test_what_a_library_prints_is_no_answer(mischief, tmp_path):
    folder = folder_of(tmp_path / "in", a=story("青石镇", "PRINTS"), b=story("白水镇"))
    assert indexed(folder, tmp_path).added == ("a.txt", "b.txt")


def test_of_an_archive_only_the_document_at_fault_is_lost(mischief, tmp_path):
    folder = folder_of(tmp_path / "in")
    with zipfile.ZipFile(folder / "all.zip", "w") as archive:
        for name, text in {"a": story("青石镇"), "b": story("白水镇", "ABORTS"), "c": story("黄土镇")}.items():
            archive.writestr(f"{name}.txt", text)
    result = indexed(folder, tmp_path)
    assert result.added == ("all.zip/a.txt", "all.zip/c.txt")
    assert [each.file for each in result.rejected] == ["all.zip/b.txt"]


def test_an_archive_of_many_such_is_given_up_and_says_so(mischief, tmp_path):
    folder = folder_of(tmp_path / "in", z=story("白水镇"))
    with zipfile.ZipFile(folder / "all.zip", "w") as archive:
        archive.writestr("0.txt", story("青石镇"))
        for number in range(1, 9):
            archive.writestr(f"{number}.txt", story("黄土镇", "EXITS"))
    result = indexed(folder, tmp_path)
    assert result.added == ("all.zip/0.txt", "z.txt")
    assert readers.UNREAD in [each.reason for each in result.rejected]
    assert len(result.rejected) == readers.DEATHS + 2


def test_what_is_logged_there_is_logged_here(mischief, tmp_path, caplog):
    folder = folder_of(tmp_path / "in", a=story("青石镇", "RAISES"))
    with caplog.at_level(logging.WARNING, "index"):
        indexed(folder, tmp_path)
    assert "KeyError" in caplog.text


def test_a_form_that_draws_itself_harms_nobody(tmp_path):
    """776 bytes of PDF took nine gigabytes."""
    forms = b"".join(
        b"%d 0 obj<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</F%d %d 0 R>>>>/Length 160>>stream\n%s\nendstream endobj\n"
        % (number, 4 + (number - 3) % 12, 4 + (number - 3) % 12, (b"/F%d Do " % (4 + (number - 3) % 12)) * 20)
        for number in range(4, 16)
    )
    page = b"16 0 obj<</Length 180>>stream\n%s\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%%%EOF\n" % (b"/F4 Do " * 20)
    folder = folder_of(tmp_path / "in", z=story("白水镇"))
    (folder / "bomb.pdf").write_bytes(FORM_OF_ITSELF + forms + page)
    items = read_within(folder, apart.Limits(memory=700 * MEGABYTE, seconds=20.0), tmp_path)
    assert isinstance(items["bomb.pdf"][0], Rejected)
    assert items["z.txt"][0].report.town == "白水镇"


def test_a_process_that_has_grown_gives_way_to_another(tmp_path):
    folder = folder_of(tmp_path / "in", a=story("青石镇"), b=story("白水镇"))
    order = apart.Order(tmp_path / "store", rules_digest(tmp_path), limits=apart.Limits(memory=160 * MEGABYTE))
    reading = readers.Reading(order, str(tmp_path))
    seen = []
    for file in find([folder], "").files:
        seen.append(reading.process.pid)
        assert reading.read(file)[0].report.town
    assert seen[0] != seen[1]
    reading.close()


def test_without_a_process_the_run_says_so(monkeypatch, tmp_path):
    monkeypatch.setattr(readers, "BOOT", "raise SystemExit(7)")
    with pytest.raises(StoreError, match="启动不了（退出码 7）"):
        indexed(folder_of(tmp_path / "in", a=story("青石镇")), tmp_path)
    monkeypatch.setattr(readers.sys, "executable", "/nowhere/python")
    with pytest.raises(StoreError, match="启动不了"):
        indexed(tmp_path / "in", tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("load", [BigramEncoder, default_encoder], ids=["encoded here", "encoded in the processes"])
def test_several_processes_make_the_same_store(tmp_path, monkeypatch, load):
    encoder = load()
    folder = folder_of(tmp_path / "in", **{f"n{number}": story(f"{'东南西北中上'[number]}山镇") for number in range(6)})
    (folder / "bad.txt").write_bytes(b"\x00\x01" * 500)
    with Store.create(tmp_path / "one", encoder) as one:
        expected = build([folder], one)
        alone = answers(one)
    monkeypatch.setattr(readers, "MANY", 2)
    monkeypatch.setattr(readers, "WORTH", 1)
    monkeypatch.setattr(readers, "FIRST_BYTES", 100)
    monkeypatch.setattr(readers.os, "cpu_count", lambda: 2)
    with Store.create(tmp_path / "two", encoder) as two:
        assert build([folder], two) == expected
        assert answers(two) == alone


def test_a_file_read_apart_is_put_as_build_would(tmp_path):
    folder = folder_of(tmp_path / "in", a=story("青石镇"))
    with Store.create(tmp_path / "store", BigramEncoder()) as store:
        (file,) = find([folder / "a.txt"], rules_digest(store.path)).files
        with readers.parsing([file], store.path, rules_digest(store.path), None) as batches:
            ((_, items),) = batches
        assert take(file, items, store).added == ("a.txt",)
        assert build([folder / "a.txt"], store).kept == ("a.txt",)


@pytest.mark.skipif(sys.platform != "linux", reason="the system ends children with their parents")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_no_process_outlives_the_one_it_reads_for(tmp_path, how):
    """Even one that is deep in a document."""
    folder = folder_of(tmp_path / "in", a=story("青石镇", "HANGS"))
    program = (
        f"import signal, sys; signal.signal({int(how)}, signal.SIG_DFL) if {int(how)} != signal.SIGKILL else None\n"  # nohup ignores SIGHUP
        f"sys.path.insert(0, {str(ROOT / 'tests')!r})\nfrom pathlib import Path\nfrom index import apart, readers\n"
        "from index.files import find\nreaders.BOOT = apart.BOOT.replace('from index', 'import mischief; from index')\n"
        f"with readers.parsing(find([Path({str(folder)!r})], '').files, Path('x'), '', None) as batches:\n"
        "    print('begun', flush=True)\n    list(batches)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True, env=os.environ | {"TMPDIR": str(tmp_path)}
    ) as parent:
        try:
            assert parent.stdout.readline() == "begun\n"
            children = children_of(parent.pid)
            assert children
            until = time.monotonic() + PATIENCE
            while not list(tmp_path.glob("zhenwen-*/hanging")):
                assert time.monotonic() < until
                time.sleep(0.05)
            os.kill(parent.pid, how)
        except BaseException:
            parent.kill()  # or the test would wait for it
            raise
    until = time.monotonic() + PATIENCE
    while alive := [pid for pid in children if running(pid)]:
        assert time.monotonic() < until, alive
        time.sleep(0.05)


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def running(pid: int) -> bool:
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False


@pytest.mark.skipif(os.name != "posix", reason="pipes with names")
def test_special_files_and_giants_are_skipped_by_name(tmp_path):
    folder = folder_of(tmp_path / "in", a=story("青石镇"))
    os.mkfifo(folder / "pipe.txt")
    with (folder / "sparse.txt").open("wb") as giant:
        giant.truncate(60 << 30)
    result = indexed(folder, tmp_path)
    assert result.added == ("a.txt",)
    assert [each.file for each in result.rejected] == ["pipe.txt", "sparse.txt"]
    assert "普通文件" in result.rejected[0].reason and "上限" in result.rejected[1].reason
    with Store.create(tmp_path / "other", BigramEncoder()) as store:
        assert "普通文件" in build([folder / "pipe.txt"], store).rejected[0].reason
        assert "普通文件" in build([Path("/dev/zero")], store).rejected[0].reason
