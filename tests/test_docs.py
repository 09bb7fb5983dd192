"""The README is true: its commands and examples run, its generated parts are current, its links lead somewhere."""

import os
import re
import shlex
import subprocess

import docs
import pytest
from conftest import ROOT, zhenwen

README = (ROOT / "README.md").read_text(encoding="utf-8")
OUTSIDE = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}  # make runs these tests, too
COMMANDS = [line for block in re.findall(r"```sh\n(.*?)```", README, re.DOTALL) for line in block.splitlines()]
EXAMPLES = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


@pytest.mark.parametrize("name", docs.FILES)
def test_the_generated_parts_are_current(name, sample_store):
    text = (ROOT / name).read_text(encoding="utf-8")
    assert docs.current(text, sample_store) == text, "out of date: run make docs"


@pytest.mark.parametrize("command", [line for line in COMMANDS if line.startswith("make")])
def test_a_make_target_of_the_readme_exists(command):
    done = subprocess.run(["make", "-n", *shlex.split(command)[1:]], cwd=ROOT, capture_output=True, env=OUTSIDE, check=False)
    assert done.returncode == 0 and done.stdout


def test_the_commands_of_the_readme_run_one_after_the_other(tmp_path):
    commands = [shlex.split(line.replace("我的资料库", str(tmp_path / "store"))) for line in COMMANDS if not line.startswith("make")]
    assert len(commands) > 3
    for program, *arguments in commands:
        done = zhenwen(*arguments)
        assert program == ".venv/bin/zhenwen" and (done.returncode, done.stderr) == (0, "") and done.stdout


@pytest.mark.parametrize("example", EXAMPLES, ids=range(len(EXAMPLES)))
def test_an_example_of_the_readme_runs(example, sample_store, capsys):
    exec(compile(example.replace('"data/store"', repr(str(sample_store))), "README.md", "exec"), {})
    assert "708" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "data/README.md", "data/manual.md", "data/operations.md", "data/security.md", "data/eval/README.md"])
def test_every_link_leads_to_a_file(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!http)([^)#]+)", text):
        assert (ROOT / name).parent.joinpath(target).exists(), target


def test_every_make_target_is_explained():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)[1].split()
    listed = subprocess.run(["make"], cwd=ROOT, capture_output=True, encoding="utf-8", env=OUTSIDE, check=True).stdout
    assert phony == [line.split()[1] for line in listed.splitlines()]
