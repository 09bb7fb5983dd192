"""What ships: the three packages with their data files, and nothing of data/ or tests/."""

import os
import subprocess
import sys
import zipfile
from importlib.metadata import packages_distributions

import pytest
from conftest import ROOT, SAMPLE

LAYERS = ("bot", "index", "retrieval")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder], cwd=ROOT, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_every_file_of_the_layers_and_no_other(wheel):
    tracked = subprocess.run(["git", "ls-files", "-z", *LAYERS], cwd=ROOT, check=True, capture_output=True, encoding="utf-8").stdout
    shipped = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert set(filter(None, tracked.split("\0"))) <= shipped
    assert {name.partition("/")[0] for name in shipped} == set(LAYERS)


def test_the_wheel_installs_the_command_and_its_licence(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    entry = next(name for name in names if name.endswith("entry_points.txt"))
    assert "zhenwen = bot.cli:main" in zipfile.ZipFile(wheel).read(entry).decode()
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_no_other_distribution_claims_our_names():
    owners = packages_distributions()
    assert all(set(owners.get(name, ["zhenwen"])) == {"zhenwen"} for name in (*LAYERS, "data", "tests"))


def test_data_and_tests_are_no_packages():
    assert not list((ROOT / "data").rglob("__init__.py")) + list((ROOT / "tests").rglob("__init__.py"))


@pytest.mark.slow
def test_the_installed_wheel_answers_from_any_folder(wheel, tmp_path):
    """Everything that the program needs at run time is in the wheel: models, tables, texts."""
    site, work = tmp_path / "site", tmp_path / "work"
    work.mkdir()
    zipfile.ZipFile(wheel).extractall(site)
    for arguments in (["index", str(SAMPLE)], ["ask", "金井镇2023年调解了多少纠纷"]):
        command = [sys.executable, "-m", "bot", "--store", "store", *arguments]
        done = subprocess.run(command, cwd=work, env=os.environ | {"PYTHONPATH": str(site)}, capture_output=True, encoding="utf-8", check=False)
        assert done.returncode == 0, done.stderr
    assert "708" in done.stdout
    where = "import bot, index, retrieval; print(*(each.__file__ for each in (bot, index, retrieval)))"
    origin = subprocess.run([sys.executable, "-c", where], cwd=work, env=os.environ | {"PYTHONPATH": str(site)}, capture_output=True, text=True, check=True)
    assert all(path.startswith(str(site)) for path in origin.stdout.split())
