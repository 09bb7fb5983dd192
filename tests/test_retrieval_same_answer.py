"""The same question to the same store gets the same answer, byte for byte, whatever order a process gives its sets."""

import re

import pytest
from conftest import ROOT, zhenwen

QUESTIONS = "".join((ROOT / "data" / "eval" / "dev.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)[::3])
WIDE = (
    "各镇法律明白人各有多少",
    "哪个镇调解的纠纷最多",
    "各镇普法宣传开展了多少场，平均多少",
    "其他镇怎么开展普法宣传",
    "你有哪些资料",
    "中兴镇调解了多少纠纷",
    "2846件是哪个镇的",
    "行政处罚",
)


def answers(store, seed):
    """What a process with this hash seed answers to every question, the time it took left out."""
    more = "".join(f'{{"id": "{number}", "question": "{question}"}}\n' for number, question in enumerate(WIDE))
    done = zhenwen("--store", store, "ask", "--batch", "-", stdin=QUESTIONS + more, PYTHONHASHSEED=seed)
    assert done.returncode == 0, done.stderr
    return re.sub(r'"took_ms": [\d.]+', "", done.stdout).splitlines()


@pytest.fixture(scope="module")
def expected(sample_store):
    return answers(sample_store, "0")


@pytest.mark.parametrize("seed", ["1", "12345"])
def test_answers_do_not_depend_on_the_process(sample_store, expected, seed):
    assert len(expected) == len(QUESTIONS.splitlines()) + len(WIDE)
    assert answers(sample_store, seed) == expected
